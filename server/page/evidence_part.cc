#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/number_text.h"
#include "proto/base/result_rows.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"
#include "server/page/gap_map.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/provenance_text.h"
#include "server/page/row_words.h"

namespace consilium {
namespace {

using EvidenceRows = google::protobuf::RepeatedPtrField<v1::EvidenceRow>;

absl::string_view DesignWord(v1::StudyDesign design) {
  switch (design) {
    case v1::STUDY_DESIGN_RANDOMIZED:
      return "Randomised";
    case v1::STUDY_DESIGN_NON_RANDOMIZED:
      return "Not randomised";
    case v1::STUDY_DESIGN_SINGLE_ARM:
      return "Single arm";
    case v1::STUDY_DESIGN_CROSS_TRIAL:
      return "Across trials";
    case v1::STUDY_DESIGN_PRECLINICAL:
      return "Preclinical";
    default:
      return "not stated";
  }
}

std::string StudyName(const v1::ReviewResult& result,
                      const v1::EvidenceRow& row) {
  return StudyTitle(result, row.trial_id(), row.study());
}

// Year, registry numbers and number in the list of references.
std::string StudyRemark(const v1::ReviewResult& result,
                        const v1::EvidenceRow& row) {
  return JoinWords({row.year() > 0 ? absl::StrCat(row.year()) : "",
                    absl::StrJoin(row.registrations(), ", "),
                    ReferenceWords(result, row.trial_id())},
                   ", ");
}

void WriteStudyCell(HtmlWriter& html, const v1::ReviewResult& result,
                    const v1::EvidenceRow& row) {
  const std::string name = StudyName(result, row);
  html.Text(name);
  for (const std::string& remark :
       {StudyRemark(result, row), name == row.title() ? "" : row.title()}) {
    if (!remark.empty()) html.Element("div", remark, {{"class", "remark"}});
  }
}

// "Or: 125 mg three times daily (likely misprint)".
void WriteReading(HtmlWriter& html, const v1::Alternative& reading) {
  const std::string reason =
      reading.reason().empty() ? "" : absl::StrCat(" (", reading.reason(), ")");
  html.Text(" ");
  WriteMark(html, "doubted", absl::StrCat("Or: ", reading.reading(), reason));
}

// What else a component may be, where its dose stands.
template <typename Component>
void WriteReadings(HtmlWriter& html, const Component& component) {
  if constexpr (requires { component.alternatives(); }) {
    for (const v1::Alternative& each : component.alternatives()) {
      WriteReading(html, each);
    }
  }
}

template <typename Components>
void WriteComponents(HtmlWriter& html, const Components& components) {
  for (const auto& component : components) {
    html.Open("li").Text(ComponentText(component));
    WriteReadings(html, component);
    html.Close();
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

// Whether a component of the arms is read so, which stands beside it.
bool IsOfArms(const v1::Alternative& reading, const v1::EvidenceRow& row) {
  const auto holds = [&reading](const auto& components) {
    return absl::c_any_of(components, [&reading](const auto& component) {
      return absl::c_any_of(
          component.alternatives(), [&reading](const v1::Alternative& each) {
            return each.reason() == reading.reason() &&
                   absl::EndsWith(reading.reading(), each.reading());
          });
    });
  };
  return absl::c_any_of(row.arms(), [&holds](const v1::Arm& arm) {
    return holds(arm.drugs()) || holds(arm.radiotherapies());
  });
}

// What is doubted of a trial: its arms say the rest.
void WriteTrialMarks(HtmlWriter& html, const v1::EvidenceRow& row) {
  if (row.conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
  for (const v1::Alternative& reading : row.alternatives()) {
    if (!IsOfArms(reading, row)) WriteReading(html, reading);
  }
}

void WriteMarks(HtmlWriter& html, const v1::EvidenceRow& row) {
  if (row.conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
  if (row.alternatives_size() > 0) {
    WriteMark(html, "doubted", "Can be read otherwise");
  }
  if (row.derivations_size() > 0) {
    WriteMark(html, "derived", "Derived, not printed");
  }
}

void WriteTrials(HtmlWriter& html, const v1::ReviewResult& result,
                 const EvidenceRows& rows, absl::string_view caption) {
  if (rows.empty()) return;
  HtmlTable table(
      html, "stack trials", caption,
      {"Study", "Design", "Treatment, with doses as printed", "Participants"});
  for (const v1::EvidenceRow& row : rows) {
    table.BeginRow();
    table.BeginCell();
    WriteStudyCell(html, result, row);
    WriteTrialMarks(html, row);
    table.EndCell();
    table.BeginCell();
    html.Text(DesignWord(row.design()));
    const std::string status = EnumWords(row.status());
    if (!status.empty()) {
      html.Element("div", Capitalized(status), {{"class", "remark"}});
    }
    table.EndCell();
    table.BeginCell();
    for (const v1::Arm& arm : row.arms()) WriteArm(html, arm);
    if (row.arms_size() == 0) {
      html.Text(row.drugs().empty()
                    ? "not recorded by arm"
                    : KebabWords(absl::StrJoin(row.drugs(), ", ")));
    }
    table.EndCell();
    table.Cell(row.has_participants() ? CountWords(row.participants())
               : row.has_enrolled()   ? CountWords(row.enrolled())
                                      : std::string(kNotRecorded));
    table.EndRow();
  }
  table.Finish();
}

void WriteResultRow(HtmlWriter& html, HtmlTable& table,
                    const v1::ReviewResult& result, const v1::EvidenceRow& row,
                    bool adverse, bool quoted) {
  table.BeginRow();
  table.BeginCell();
  if (adverse) {
    html.Text(
        TermTitle(result, v1::VOCABULARY_ADVERSE_EVENT, row.adverse_event()));
    html.Element("div",
                 row.grade().empty() || row.grade() == "not stated"
                     ? "grade not stated"
                     : absl::StrCat("grade ", GradeWords(row.grade())),
                 {{"class", "remark"}});
  } else {
    html.Text(RowOutcome(row));
    const std::string measure = RowMeasure(row);
    if (!measure.empty()) {
      html.Element("div", measure, {{"class", "remark"}});
    }
  }
  table.EndCell();
  table.BeginCell();
  WriteGroups(html, result, row.trial_id(), row.group(), row.reference());
  table.EndCell();
  table.BeginCell();
  WriteWithFacts(html, RowValue(row), FactsOf(row));
  WriteMarks(html, row);
  if (quoted) {
    html.Element("div", absl::StrCat("“", row.printed(), "”"),
                 {{"class", "remark"}});
  }
  table.EndCell();
  table.BeginCell();
  html.Text(SourceText(row));
  if (row.secondary()) WriteMark(html, "secondary", "‡ Secondary source");
  table.EndCell();
  table.EndRow();
}

// Results by study, folded: a page is read from its conclusions down.
void WriteResults(HtmlWriter& html, const v1::ReviewResult& result,
                  const EvidenceRows& rows, bool adverse) {
  if (rows.empty()) return;
  const absl::string_view kind = adverse ? "adverse events" : "results";
  html.Open("details");
  html.Element("summary",
               absl::StrCat(adverse ? Plural(rows.size(),
                                             "number on an adverse "
                                             "event",
                                             "numbers on adverse events")
                                    : Plural(rows.size(), "result", "results"),
                            " as printed, with sources"));
  HtmlTable table(html, "stack printed", Capitalized(std::string(kind)),
                  {adverse ? "Event and grade" : "Outcome", "Group",
                   "Result as printed", "Source"});
  std::string study;
  std::string printed;  // A sentence that holds several numbers stands once.
  for (const v1::EvidenceRow& row : rows) {
    if (row.trial_id() != study) {
      study = row.trial_id();
      printed.clear();
      const std::string name = StudyName(result, row);
      table.BeginGroup(name, JoinWords({ReferenceWords(result, row.trial_id()),
                                        name == row.title() ? "" : row.title()},
                                       ": "));
    }
    const bool quoted = !row.printed().empty() && row.printed() != printed;
    printed = row.printed();
    WriteResultRow(html, table, result, row, adverse, quoted);
  }
  table.Finish();
  html.Close();
}

void WriteConclusions(HtmlWriter& html, const v1::ReviewResult& result,
                      const EvidenceRows& rows) {
  if (rows.empty()) return;
  html.Open("details");
  html.Element("summary",
               absl::StrCat("What the authors conclude: ",
                            Plural(rows.size(), "statement", "statements")));
  html.Open("ul", {{"class", "conclusions"}});
  for (const v1::EvidenceRow& row : rows) {
    html.Open("li")
        .Element("b", StudyLabel(result, row.trial_id(), row.study(),
                                 kStudyCharacters))
        .Text(": ");
    html.Text(row.statement().empty() ? RowValue(row) : row.statement());
    html.Close();
  }
  html.Close().Close();
}

// Whose lists of references the numbers beside studies are of.
void WriteReferenceLists(HtmlWriter& html, const v1::ReviewResult& result) {
  std::set<std::string> lists;
  for (const v1::SectionResult& section : result.sections()) {
    for (const v1::EvidenceRow& row : section.trials()) {
      for (const v1::Citation& citation : row.publication().cited_in()) {
        if (citation.has_number()) {
          lists.insert(Capitalized(KebabWords(citation.publication())));
        }
      }
    }
  }
  if (lists.empty()) return;
  html.Element("p",
               absl::StrCat("ref.: number in the list of references of ",
                            absl::StrJoin(lists, ", ")),
               {{"class", "remark"}});
}

// Trials that the section's filter may mean.
void WritePossible(HtmlWriter& html, const v1::ReviewResult& result,
                   const v1::SectionResult& section) {
  if (section.possible_size() == 0) return;
  html.Open("details");
  html.Element("summary",
               absl::StrCat(Plural(section.possible_size(), "trial", "trials"),
                            " that may belong here, with what is not known"));
  html.Open("ul", {{"class", "plain"}});
  for (const v1::PossibleResult& each : section.possible()) {
    html.Element("li",
                 absl::StrCat(StudyTitle(result, each.trial_id(), each.study()),
                              ": ", UnknownWords(each)));
  }
  html.Close().Close();
}

void WriteSection(HtmlWriter& html, const v1::ReviewResult& result,
                  const v1::SectionResult& section) {
  const std::string title = section.title().empty()
                                ? Capitalized(KebabWords(section.id()))
                                : section.title();
  html.Open("article",
            {{"class", section.never_pooled() ? "apart" : "evidence"},
             {"id", absl::StrCat("section-", section.id())}});
  html.Element("h3", title);
  if (section.never_pooled()) {
    html.Element("p",
                 section.text().empty()
                     ? "This evidence is listed apart and never pooled with "
                       "the rest."
                     : section.text(),
                 {{"class", "notice"}});
  } else if (!section.text().empty()) {
    html.Element("p", section.text());
  }
  if (section.trials_size() == 0) {
    html.Element("p", "No trial in this version.");
  }
  WriteTrials(html, result, section.trials(), "Studies");
  WriteResults(html, result, section.results(), /*adverse=*/false);
  WriteResults(html, result, section.adverse_events(), /*adverse=*/true);
  WriteConclusions(html, result, section.conclusions());
  WritePossible(html, result, section);
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
       WithoutResults(*cell) > 0
           ? absl::StrCat(WithoutResults(*cell),
                          " without results, status not stated or ended")
           : "",
       cell->preclinical() > 0
           ? absl::StrCat(cell->preclinical(), " preclinical")
           : ""},
      "; ");
  return text.empty() ? "none" : text;
}

// "Grade 3 or higher:"; what a report calls severe has no grade.
std::string GradeLabel(absl::string_view grade) {
  if (grade.empty() || grade == "not stated") return "Grade not stated:";
  if (grade == "any") return "Any grade:";
  return absl::ascii_isalpha(grade[0])
             ? absl::StrCat(Capitalized(std::string(grade)), ":")
             : absl::StrCat("Grade ", GradeWords(grade), ":");
}

// "Any grade:"; where the row has that grade twice, as when two assessments
// are reported, with the name of the record.
std::string CellLabel(const v1::ToxicityRow& row,
                      const v1::ToxicityCell& cell) {
  const int64_t same =
      absl::c_count_if(row.cells(), [&cell](const v1::ToxicityCell& each) {
        return each.grade() == cell.grade();
      });
  const std::string label = GradeLabel(cell.grade());
  const absl::string_view record =
      absl::string_view(cell.row()).substr(0, cell.row().find('#'));
  if (same < 2 || record.empty()) return label;
  return absl::StrCat(label.substr(0, label.size() - 1), ", ",
                      KebabWords(IdOf(record)), ":");
}

std::string ToxicityText(const v1::ToxicityCell& cell) {
  std::string text;
  if (cell.has_affected() && cell.has_at_risk()) {
    text = absl::StrCat(CountWords(cell.affected()), " of ",
                        CountWords(cell.at_risk()));
  } else if (cell.has_affected()) {
    text = absl::StrCat(CountWords(cell.affected()), " affected");
  }
  if (cell.has_percentage()) {
    const std::string percentage =
        absl::StrCat(ShortestDecimal(cell.percentage()), "%");
    text =
        text.empty() ? percentage : absl::StrCat(text, " (", percentage, ")");
  }
  if (text.empty()) text = cell.statement();
  if (cell.affected() == 0 && cell.occurrence() == "none observed") {
    // Nobody had it, which a report may say without a denominator.
    text = cell.has_at_risk()
               ? absl::StrCat("none of ", CountWords(cell.at_risk()))
               : "none observed";
  }
  if (text.empty()) text = cell.occurrence();
  return text.empty() ? std::string(kNotRecorded) : text;
}

}  // namespace

void WriteSections(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.sections_size() == 0) return;
  OpenPart(html, "evidence", "The evidence, study by study");
  WriteReferenceLists(html, result);
  for (const bool never_pooled : {false, true}) {
    for (const v1::SectionResult& section : result.sections()) {
      if (section.never_pooled() == never_pooled)
        WriteSection(html, result, section);
    }
  }
  html.Close();
}

void WriteOngoing(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.ongoing_size() == 0) return;
  OpenPart(html, "ongoing", "Ongoing trials");
  HtmlTable table(html, "stack", "Trials that go on, with registry numbers",
                  {"Study", "Registry numbers", "Status"});
  for (const v1::EvidenceRow& row : result.ongoing()) {
    table.BeginRow();
    table.BeginCell();
    const std::string name = StudyName(result, row);
    html.Text(name);
    if (name != row.title() && !row.title().empty()) {
      html.Element("div", row.title(), {{"class", "remark"}});
    }
    table.EndCell();
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
              "Gap map: drug class by technique of radiotherapy",
              NarrowGapMap(result));
  html.Element("p",
               "Drug and radiotherapy are those of one arm. A trial stands in "
               "every cell that an arm of it belongs to; its participants "
               "count once in a row, and where they cannot be told apart by "
               "cell, in none.",
               {{"class", "remark"}});
  html.Open("details", {{"class", "twin"}});
  html.Element("summary", "The gap map as a table");
  const GapTable gaps = MakeGapTable(result);
  std::vector<std::string> columns = {"Drug class"};
  for (const std::string& id : gaps.radiotherapies) {
    columns.push_back(gaps.TechniqueTitle(result, id));
  }
  OpenScroll(html, "Table: gap map");
  HtmlTable table(html, "matrix",
                  "Trials, participants and ongoing trials by drug class and "
                  "technique",
                  columns);
  for (const std::string& drug_class : gaps.drug_classes) {
    table.BeginRow();
    table.Cell(gaps.DrugClassTitle(result, drug_class));
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
                  "Participants affected, by event, study and grade. A number "
                  "unfolds to its source.",
                  {"Study", "Group", "Participants affected, by grade"});
  const ResultRows rows = RowsOfResult(result);
  std::string event;
  for (const v1::ToxicityRow& row : result.toxicity()) {
    if (row.adverse_event() != event) {
      event = row.adverse_event();
      table.BeginGroup(
          event == "any"
              ? "Any adverse event"
              : TermTitle(result, v1::VOCABULARY_ADVERSE_EVENT, event));
    }
    table.BeginRow();
    table.Cell(
        StudyLabel(result, row.trial_id(), row.study(), kStudyCharacters));
    table.BeginCell();
    WriteGroups(html, result, row.trial_id(), row.group(), "");
    table.EndCell();
    table.BeginCell();
    html.Open("ul", {{"class", "plain grades"}});
    for (const v1::ToxicityCell& cell : row.cells()) {
      html.Open("li");
      html.Element("span", CellLabel(row, cell), {{"class", "grade"}});
      html.Text(" ");
      const auto found = rows.find(cell.row());
      WriteWithFacts(
          html, ToxicityText(cell),
          found == rows.end() ? ProvenanceFacts() : FactsOf(*found->second));
      if (cell.disputed()) WriteMark(html, "disputed", "† Disputed");
      html.Close();
    }
    html.Close();
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
  html.Element("p",
               "An event that a report does not mention is not recorded, which "
               "does not mean that nobody had it.",
               {{"class", "remark"}});
  html.Close();
}

}  // namespace consilium
