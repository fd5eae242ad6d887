#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/number_text.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"
#include "server/page/gap_map.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/provenance_text.h"

namespace consilium {
namespace {

using EvidenceRows = google::protobuf::RepeatedPtrField<v1::EvidenceRow>;

void WriteStudyCell(HtmlWriter& html, const v1::EvidenceRow& row) {
  html.Text(row.study().empty() ? row.trial_id() : row.study());
  html.Element("div",
               JoinWords({row.year() > 0 ? absl::StrCat(row.year()) : "",
                          absl::StrJoin(row.registrations(), ", ")},
                         ", "),
               {{"class", "remark"}});
}

template <typename Components>
void WriteComponents(HtmlWriter& html, const Components& components) {
  for (const auto& component : components) {
    html.Element("li", ComponentText(component));
  }
}

void WriteArm(HtmlWriter& html, const v1::Arm& arm) {
  html.Element("div", arm.title().empty() ? IdOf(arm.name()) : arm.title(),
               {{"class", "arm"}});
  if (arm.drugs_size() + arm.radiotherapies_size() + arm.surgeries_size() +
          arm.other_components_size() ==
      0) {
    return;
  }
  html.Open("ul", {{"class", "plain"}});
  WriteComponents(html, arm.drugs());
  WriteComponents(html, arm.radiotherapies());
  WriteComponents(html, arm.surgeries());
  WriteComponents(html, arm.other_components());
  html.Close();
}

void WriteMarks(HtmlWriter& html, const v1::EvidenceRow& row) {
  if (row.conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
  if (row.alternatives_size() > 0) {
    WriteMark(html, "doubted", "Can be read otherwise");
  }
  if (row.derivations_size() > 0) {
    WriteMark(html, "derived", "Derived, not printed");
  }
  if (row.secondary()) WriteMark(html, "secondary", "‡ Secondary source");
}

void WriteTrials(HtmlWriter& html, const EvidenceRows& rows,
                 absl::string_view caption) {
  if (rows.empty()) return;
  HtmlTable table(
      html, "stack", caption,
      {"Study", "Design", "Treatment, with doses", "Participants", "Status"});
  for (const v1::EvidenceRow& row : rows) {
    table.BeginRow();
    table.BeginCell();
    WriteStudyCell(html, row);
    WriteMarks(html, row);
    table.EndCell();
    const std::string design = EnumWords(row.design());
    table.Cell(design.empty() ? "not stated" : Capitalized(design));
    table.BeginCell();
    for (const v1::Arm& arm : row.arms()) WriteArm(html, arm);
    if (row.arms_size() == 0) {
      html.Text(row.drugs().empty() ? row.title()
                                    : absl::StrJoin(row.drugs(), ", "));
    }
    table.EndCell();
    const bool enrolled = row.trial().has_enrolled_participant_count();
    table.Cell(row.has_participants() ? CountWords(row.participants())
               : enrolled ? CountWords(row.trial().enrolled_participant_count())
                          : std::string(kNotRecorded));
    const std::string status = EnumWords(row.status());
    table.Cell(status.empty() ? "not stated" : Capitalized(status));
    table.EndRow();
  }
  table.Finish();
}

std::string RowOutcome(const v1::EvidenceRow& row) {
  const std::string compartment = EnumWords(row.compartment());
  return Capitalized(JoinWords(
      {JoinWords({compartment, KebabWords(row.outcome())}, " "),
       EnumWords(row.assessor()), EnumWords(row.population()),
       row.has_time_months()
           ? absl::StrCat("at ", ShortestDecimal(row.time_months()), " months")
           : ""},
      ", "));
}

std::string RowMeasure(const v1::EvidenceRow& row) {
  return JoinWords({EnumWords(row.measure()), EnumWords(row.statistic()),
                    EnumWords(row.method()), row.adjustment()},
                   ", ");
}

// As the report prints it; else what is recorded.
std::string RowValue(const v1::EvidenceRow& row) {
  if (!row.printed().empty()) return row.printed();
  std::string text;
  if (row.has_value()) {
    text = absl::StrCat(ComparatorWords(row.comparator()),
                        NumberWords(row.value(), row.unit()));
    if (row.has_low() || row.has_high()) {
      absl::StrAppend(
          &text, " (",
          row.has_level() ? absl::StrCat(ShortestDecimal(row.level()), "% CI ")
                          : "",
          row.has_low() ? ShortestDecimal(row.low()) : "not estimable", " to ",
          row.has_high() ? ShortestDecimal(row.high()) : "not reached", ")");
    }
  }
  std::string counts;
  if (row.has_events() && row.has_participants()) {
    counts = absl::StrCat(row.events(), " of ", row.participants());
  } else if (row.has_events()) {
    counts = absl::StrCat(row.events(), " events");
  }
  std::string p;
  if (row.has_p()) {
    const std::string comparator = ComparatorWords(row.p_comparator());
    p = absl::StrCat("P ", comparator.empty() ? "= " : comparator,
                     ShortestDecimal(row.p()));
  }
  text = JoinWords({text, counts, p}, ", ");
  if (text.empty()) text = EnumWords(row.value_status());
  if (text.empty()) text = row.statement();
  if (text.empty()) text = EnumWords(row.direction());
  return text.empty() ? "no number printed" : text;
}

void WriteResults(HtmlWriter& html, const EvidenceRows& rows,
                  absl::string_view caption, bool adverse) {
  if (rows.empty()) return;
  HtmlTable table(html, "stack", caption,
                  {"Study", adverse ? "Event and grade" : "Outcome", "Group",
                   "Result as printed", "Source"});
  for (const v1::EvidenceRow& row : rows) {
    table.BeginRow();
    table.BeginCell();
    WriteStudyCell(html, row);
    table.EndCell();
    table.BeginCell();
    if (adverse) {
      html.Text(Capitalized(KebabWords(row.adverse_event())));
      html.Element("div",
                   row.grade().empty() ? "grade not stated"
                                       : absl::StrCat("grade ", row.grade()),
                   {{"class", "remark"}});
    } else {
      html.Text(RowOutcome(row));
      html.Element("div", RowMeasure(row), {{"class", "remark"}});
    }
    table.EndCell();
    table.Cell(JoinWords({row.group(), row.reference()}, " versus "));
    table.BeginCell();
    WriteWithFacts(html, RowValue(row), FactsOf(row));
    WriteMarks(html, row);
    table.EndCell();
    table.Cell(SourceText(row));
    table.EndRow();
  }
  table.Finish();
}

void WriteConclusions(HtmlWriter& html, const EvidenceRows& rows) {
  if (rows.empty()) return;
  html.Element("h4", "What the authors conclude");
  html.Open("ul", {{"class", "conclusions"}});
  for (const v1::EvidenceRow& row : rows) {
    html.Open("li").Element("b", row.study()).Text(": ");
    html.Text(row.statement().empty() ? RowValue(row) : row.statement());
    html.Close();
  }
  html.Close();
}

void WriteSection(HtmlWriter& html, const v1::SectionResult& section) {
  const std::string title = section.title().empty()
                                ? Capitalized(KebabWords(section.id()))
                                : section.title();
  html.Open("article",
            {{"class", section.never_pooled() ? "apart" : "evidence"},
             {"id", absl::StrCat("section-", section.id())}});
  html.Element("h3", title);
  if (section.never_pooled()) {
    html.Element("p",
                 "This evidence is listed apart and never pooled with the "
                 "rest.",
                 {{"class", "notice"}});
  }
  if (!section.text().empty()) html.Element("p", section.text());
  if (section.trials_size() == 0) {
    html.Element("p", "No trial in this version.");
  }
  WriteTrials(html, section.trials(), absl::StrCat(title, ": studies"));
  WriteResults(html, section.results(), absl::StrCat(title, ": results"),
               /*adverse=*/false);
  WriteResults(html, section.adverse_events(),
               absl::StrCat(title, ": adverse events"), /*adverse=*/true);
  WriteConclusions(html, section.conclusions());
  html.Close();
}

std::string CellWords(const v1::GapCell* cell) {
  if (cell == nullptr) return "none";
  std::string text = JoinWords(
      {cell->trials() > 0
           ? absl::StrCat(
                 Plural(cell->trials(), "trial", "trials"),
                 cell->randomized() > 0
                     ? absl::StrCat(" (", cell->randomized(), " randomised)")
                     : "")
           : "",
       cell->participants() > 0
           ? Plural(cell->participants(), "participant", "participants")
           : "",
       cell->ongoing() > 0 ? absl::StrCat(cell->ongoing(), " ongoing") : "",
       cell->preclinical() > 0
           ? absl::StrCat(cell->preclinical(), " preclinical")
           : ""},
      "; ");
  return text.empty() ? "none" : text;
}

std::string ToxicityText(const v1::ToxicityCell& cell) {
  std::string text;
  if (cell.has_affected() && cell.has_at_risk()) {
    text = absl::StrCat(cell.affected(), " of ", cell.at_risk());
  } else if (cell.has_affected()) {
    text = absl::StrCat(cell.affected(), " affected");
  }
  if (cell.has_percentage()) {
    const std::string percentage =
        absl::StrCat(ShortestDecimal(cell.percentage()), "%");
    text =
        text.empty() ? percentage : absl::StrCat(text, " (", percentage, ")");
  }
  if (text.empty()) text = cell.statement();
  if (text.empty()) text = KebabWords(cell.occurrence());
  return text.empty() ? std::string(kNotRecorded) : text;
}

}  // namespace

void WriteSections(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.sections_size() == 0) return;
  OpenPart(html, "evidence", "The evidence, study by study");
  for (const bool never_pooled : {false, true}) {
    for (const v1::SectionResult& section : result.sections()) {
      if (section.never_pooled() == never_pooled) WriteSection(html, section);
    }
  }
  html.Close();
}

void WriteOngoing(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.ongoing_size() == 0) return;
  OpenPart(html, "ongoing", "Ongoing trials");
  HtmlTable table(html, "stack", "Trials that go on, with registry numbers",
                  {"Study", "Title", "Registry numbers", "Status"});
  for (const v1::EvidenceRow& row : result.ongoing()) {
    table.BeginRow();
    table.Cell(row.study().empty() ? row.trial_id() : row.study());
    table.Cell(row.title().empty() ? row.trial().title() : row.title());
    table.Cell(row.registrations().empty()
                   ? std::string(kNotRecorded)
                   : absl::StrJoin(row.registrations(), ", "));
    const std::string status = EnumWords(row.status());
    table.Cell(status.empty() ? "not stated" : Capitalized(status));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

void WriteGapMap(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.gap_map_size() == 0) return;
  OpenPart(html, "gaps", "Where evidence is missing");
  WriteFigure(html, "gap-map", GapMap(result),
              "Gap map: drug class by technique of radiotherapy");
  html.Open("details", {{"class", "twin"}});
  html.Element("summary", "The gap map as a table");
  const GapTable gaps = MakeGapTable(result);
  std::vector<std::string> columns = {"Drug class"};
  for (const std::string& id : gaps.radiotherapies) {
    columns.push_back(TermTitle(result, v1::VOCABULARY_RADIOTHERAPY, id));
  }
  OpenScroll(html, "Table: gap map");
  HtmlTable table(html, "matrix",
                  "Trials, participants and ongoing trials by drug class and "
                  "technique",
                  columns);
  for (const std::string& drug_class : gaps.drug_classes) {
    table.BeginRow();
    table.Cell(TermTitle(result, v1::VOCABULARY_DRUG_CLASS, drug_class));
    for (const std::string& radiotherapy : gaps.radiotherapies) {
      table.Cell(CellWords(GapTable::Find(result, drug_class, radiotherapy)));
    }
    table.EndRow();
  }
  table.Finish();
  html.Close().Close().Close();
}

void WriteToxicity(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.toxicity_size() == 0) return;
  OpenPart(html, "toxicity", "Toxicity by grade");
  HtmlTable table(html, "stack",
                  "Participants affected, by event, study and grade",
                  {"Study", "Group", "Grade", "Participants affected"});
  std::string event;
  for (const v1::ToxicityRow& row : result.toxicity()) {
    if (row.adverse_event() != event) {
      event = row.adverse_event();
      table.BeginGroup(row.title().empty() ? Capitalized(KebabWords(event))
                                           : row.title());
    }
    for (const v1::ToxicityCell& cell : row.cells()) {
      table.BeginRow();
      table.Cell(row.study());
      table.Cell(row.group());
      table.Cell(cell.grade().empty() ? "not stated" : cell.grade());
      table.BeginCell();
      html.Text(ToxicityText(cell));
      if (cell.disputed()) WriteMark(html, "disputed", "† Disputed");
      table.EndCell();
      table.EndRow();
    }
  }
  table.Finish();
  html.Element("p",
               "An event that a report does not mention is not recorded, which "
               "does not mean that nobody had it.",
               {{"class", "remark"}});
  html.Close();
}

}  // namespace consilium
