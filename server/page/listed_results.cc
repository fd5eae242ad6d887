#include "server/page/listed_results.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/words.h"
#include "server/page/finding_words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/provenance_text.h"
#include "server/page/row_words.h"

namespace consilium {
namespace {

// "randomised trials or single-arm studies".
std::string PooledDesignsWords(const v1::OutcomeResult& outcome) {
  std::vector<std::string> designs;
  for (const int design : outcome.plan().designs()) {
    designs.push_back(DesignWords(static_cast<v1::StudyDesign>(design)));
  }
  return designs.empty() ? DesignWords(outcome.design())
                         : absl::StrJoin(designs, " or ");
}

// Why a result was not pooled, in words of medicine.
std::string WhyNotPooled(const v1::OutcomeResult& outcome,
                         const v1::ExcludedResult& each) {
  switch (each.reason()) {
    case v1::EXCLUSION_REASON_DESIGN:
      return absl::StrCat(
          each.design() == v1::STUDY_DESIGN_UNSPECIFIED
              ? "How its groups were formed is not stated"
              : absl::StrCat("It belongs to the ", DesignWords(each.design())),
          "; what is pooled is of ", PooledDesignsWords(outcome), " only");
    case v1::EXCLUSION_REASON_MEASURE:
      return absl::StrCat("It gives no ", MeasureWords(outcome));
    case v1::EXCLUSION_REASON_MEDIAN:
      return Capitalized(ReasonWords(each.reason()));
    default:
      return Capitalized(each.explanation().empty() ? ReasonWords(each.reason())
                                                    : each.explanation());
  }
}

// The number of a row and what it is of, with where it was read.
void WriteRowValue(HtmlWriter& html, const v1::ReviewResult& result,
                   const ResultRows& rows, absl::string_view id) {
  const auto found = rows.find(id);
  if (found == rows.end()) {
    html.Text("as printed");
    return;
  }
  const v1::EvidenceRow& row = *found->second;
  WriteWithFacts(html, RowValue(row), FactsOf(result, row));
  html.Element("div", RowDetail(result, row), {{"class", "remark"}});
  if (row.secondary()) WriteMark(html, "secondary", "‡ Secondary source");
  if (row.conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
  if (row.alternatives_size() > 0) {
    WriteMark(html, "doubted", "Can be read otherwise");
  }
}

// The direction of a comparison; a group alone has none.
std::string DirectionText(const v1::ExcludedResult& each,
                          const ResultRows& rows) {
  const std::string direction = DirectionWords(each, rows);
  if (!direction.empty()) return Capitalized(direction);
  return each.reference().empty() ? "not applicable" : "not stated";
}

}  // namespace

void WriteExcluded(HtmlWriter& html, const v1::ReviewResult& result,
                   const v1::OutcomeResult& outcome, const ResultRows& rows) {
  if (outcome.excluded_size() == 0) return;
  html.Open("details",
            {{"open", outcome.state() == v1::OUTCOME_STATE_NOT_POOLABLE ? "open"
                                                                        : ""}});
  html.Element(
      "summary",
      absl::StrCat(Plural(outcome.excluded_size(), "result", "results"),
                   " found and not pooled, with the reasons"));
  const bool compares = IsComparison(outcome);
  std::vector<std::string> columns = {"Group", "Result", "As printed"};
  if (compares) columns.push_back("Direction");
  columns.push_back("Why not pooled");
  HtmlTable table(html, "stack listed", "Results that were not pooled",
                  columns);
  // One sentence of a report often holds several numbers.
  std::pair<std::string, std::string> sentence;
  std::string study;
  for (const v1::ExcludedResult& each : outcome.excluded()) {
    if (each.trial_id() != study) {
      study = each.trial_id();
      table.BeginGroup(StudyTitle(result, study, each.study()),
                       ReferenceWords(result, study));
    }
    table.BeginRow();
    table.BeginCell();
    WriteGroups(html, result, each.trial_id(), each.group(), each.reference());
    table.EndCell();
    table.BeginCell();
    WriteRowValue(html, result, rows, each.row());
    table.EndCell();
    std::pair<std::string, std::string> printed(each.trial_id(),
                                                each.printed());
    table.Cell(each.printed().empty() ? "no number printed"
               : printed == sentence  ? "The same sentence"
                                     : absl::StrCat("“", each.printed(), "”"));
    sentence = std::move(printed);
    if (compares) table.Cell(DirectionText(each, rows));
    table.Cell(WhyNotPooled(outcome, each));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

void WritePossibleResults(HtmlWriter& html, const v1::ReviewResult& result,
                          const v1::OutcomeResult& outcome) {
  if (outcome.possible_size() == 0) return;
  html.Open("details");
  html.Element(
      "summary",
      absl::StrCat(Plural(outcome.possible_size(), "result", "results"),
                   " that may belong here, not pooled, with what is "
                   "not known"));
  HtmlTable table(html, "stack", "Results that may belong here",
                  {"Study", "As printed", "Not known"});
  for (const v1::PossibleResult& each : outcome.possible()) {
    table.BeginRow();
    table.BeginCell();
    html.Text(StudyTitle(result, each.trial_id(), each.study()));
    html.Open("div", {{"class", "remark"}});
    WriteGroups(html, result, each.trial_id(), each.group(), each.reference());
    html.Close();
    table.EndCell();
    table.Cell(each.printed().empty() ? "no number printed"
                                      : absl::StrCat("“", each.printed(), "”"));
    table.Cell(Capitalized(UnknownWords(each)));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

}  // namespace consilium
