#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "proto/base/html_table.h"
#include "proto/base/number_text.h"
#include "proto/base/result_rows.h"
#include "proto/base/words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/provenance_text.h"
#include "server/page/row_words.h"

namespace consilium {
namespace {

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

// What the lines of an event stand under: the words of the report where its
// term says nothing.
std::string EventName(const v1::ReviewResult& result,
                      const v1::ToxicityRow& row) {
  const std::string& event = row.adverse_event();
  if (event == "any") return "Any adverse event";
  const bool says_nothing = event == "other" || event == "others";
  if (says_nothing && row.has_title()) return Capitalized(row.title());
  return TermTitle(result, v1::VOCABULARY_ADVERSE_EVENT, event);
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

// "put down to the drug"; "" where the report does not say.
std::string CauseText(const v1::EvidenceRow& row) {
  const std::string cause = EnumWords(row.event_attribution());
  if (cause.empty()) return "";
  return row.event_attribution() == v1::ADVERSE_EVENT_ATTRIBUTION_ANY_CAUSE
             ? "of any cause"
             : absl::StrCat("put down to the ", cause);
}

// The event with its grade; where `all` have it twice of one study and grade,
// as when two assessments are reported, with how it was found, or else with the
// name of the record.
std::string ComparedEvent(const v1::ReviewResult& result,
                          const v1::EvidenceRow& row,
                          const std::vector<const v1::EvidenceRow*>& all) {
  const std::string detail = RowDetail(result, row);
  bool assessed = false;  // The assessment tells them apart.
  bool recorded = false;  // Their records do.
  for (const v1::EvidenceRow* const each : all) {
    if (each->trial_id() != row.trial_id() ||
        RowDetail(result, *each) != detail) {
      continue;
    }
    assessed = assessed || each->event_assessment() != row.event_assessment();
    recorded = recorded || each->record() != row.record();
  }
  if (!assessed && !recorded) return detail;
  const std::string assessment = EnumWords(row.event_assessment());
  return JoinWords({detail, assessed && !assessment.empty()
                                ? absl::StrCat("by ", assessment, " assessment")
                                : KebabWords(IdOf(row.record()))},
                   ", ");
}

// What reports say of adverse events in one group against another.
void WriteComparisons(HtmlWriter& html, const v1::ReviewResult& result) {
  std::vector<const v1::EvidenceRow*> comparisons;
  for (const v1::SectionResult& section : result.sections()) {
    for (const auto* const list :
         {&section.adverse_events(), &section.results()}) {
      for (const v1::EvidenceRow& row : *list) {
        if (row.kind() == v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST) {
          comparisons.push_back(&row);
        }
      }
    }
  }
  if (comparisons.empty()) return;
  HtmlTable table(html, "stack", "Comparisons of adverse events",
                  {"Study", "Groups", "Event", "As reported"});
  for (const v1::EvidenceRow* const row : comparisons) {
    table.BeginRow();
    table.Cell(
        StudyLabel(result, row->trial_id(), row->study(), kStudyCharacters));
    table.BeginCell();
    WriteGroups(html, result, row->trial_id(), row->group(), row->reference());
    table.EndCell();
    table.Cell(ComparedEvent(result, *row, comparisons));
    table.BeginCell();
    WriteWithFacts(html, RowValue(*row), FactsOf(result, *row));
    if (row->alternatives_size() > 0) {
      WriteMark(html, "doubted", "Can be read otherwise");
    }
    if (row->conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
}

}  // namespace

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
    std::string name = EventName(result, row);
    if (name != event) {
      event = std::move(name);
      table.BeginGroup(event);
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
      WriteWithFacts(html, ToxicityText(cell),
                     found == rows.end() ? ProvenanceFacts()
                                         : FactsOf(result, *found->second));
      if (found != rows.end()) {
        const std::string cause = CauseText(*found->second);
        if (!cause.empty()) {
          html.Element("span", absl::StrCat(" ", cause), {{"class", "remark"}});
        }
        if (found->second->alternatives_size() > 0) {
          WriteMark(html, "doubted", "Can be read otherwise");
        }
      }
      if (cell.disputed()) WriteMark(html, "disputed", "† Disputed");
      html.Close();
    }
    html.Close();
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
  WriteComparisons(html, result);
  html.Element("p",
               "An event that a report does not mention is not recorded, which "
               "does not mean that nobody had it.",
               {{"class", "remark"}});
  html.Close();
}

}  // namespace consilium
