#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/result_rows.h"
#include "proto/base/words.h"
#include "server/page/finding_words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

std::string RiskOrDash(bool has, const std::string& text) {
  return has ? text : "not applicable";
}

bool HasAbsoluteEffects(const v1::ReviewResult& result) {
  return std::any_of(result.outcomes().begin(), result.outcomes().end(),
                     [](const v1::OutcomeResult& outcome) {
                       return outcome.has_baseline_per_1000() ||
                              outcome.group_per_1000().has_value();
                     });
}

// "8 fewer (from 11 fewer to 4 fewer)", of 1,000.
std::string DifferenceText(const v1::EffectEstimate& effect) {
  return absl::StrCat(
      MoreOrFewer(effect.value()), " per 1,000",
      effect.has_low() ? absl::StrCat(" (from ", MoreOrFewer(effect.low()),
                                      " to ", MoreOrFewer(effect.high()), ")")
                       : "");
}

void WriteAbsoluteEffects(HtmlTable& table, const v1::OutcomeResult& outcome) {
  const v1::EffectEstimate& group = outcome.group_per_1000();
  const bool has_difference = outcome.difference_per_1000().has_value();
  table.Cell(RiskOrDash(outcome.has_baseline_per_1000(),
                        PerThousand(outcome.baseline_per_1000())));
  if (!group.has_value() && has_difference) {
    table.Cell(
        "not given: this baseline and this difference would lead to risks "
        "outside 0 to 1,000");
  } else {
    table.Cell(RiskOrDash(
        group.has_value(),
        absl::StrCat(PerThousand(group.value()),
                     group.has_low()
                         ? absl::StrCat(" (", Thousandths(group.low()), " to ",
                                        Thousandths(group.high()), ")")
                         : "")));
  }
  table.Cell(RiskOrDash(has_difference,
                        DifferenceText(outcome.difference_per_1000())));
}

// Where the risk with the reference comes from; "" where there is none.
std::string BaselineSource(const v1::OutcomeResult& outcome) {
  if (!outcome.has_baseline_per_1000()) return "";
  if (outcome.plan().has_baseline_risk()) return "as the protocol sets it";
  std::vector<double> risks;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (!study.has_reference_events() || study.reference_participants() <= 0) {
      continue;
    }
    risks.push_back(1000.0 * study.reference_events() /
                    study.reference_participants());
  }
  if (risks.empty()) return "";
  if (risks.size() == 1) return "the risk in the reference group of the study";
  const auto [low, high] = std::minmax_element(risks.begin(), risks.end());
  return absl::StrCat("the median of ", risks.size(),
                      " reference groups, whose risks reach from ",
                      ShortNumber(*low), " to ", ShortNumber(*high),
                      " per 1,000");
}

void WriteBaselineSources(HtmlWriter& html, const v1::ReviewResult& result) {
  std::vector<std::string> sources;
  for (int i = 0; i < result.outcomes_size(); ++i) {
    const std::string source = BaselineSource(result.outcomes(i));
    if (source.empty()) continue;
    sources.push_back(
        absl::StrCat(OutcomeHeading(result, i), ": ", source, "."));
  }
  if (sources.empty()) return;
  html.Element(
      "p",
      absl::StrCat("Risk with the reference. ", absl::StrJoin(sources, " ")),
      {{"class", "remark"}});
}

// What the results that are not pooled say, in short: the range of numbers of
// one kind, or how many directions there are of each, which is no vote.
std::string ListedFindings(const v1::OutcomeResult& outcome,
                           const ResultRows& rows) {
  if (IsComparison(outcome)) {
    std::map<std::string, int> directions;
    for (const v1::ExcludedResult& each : outcome.excluded()) {
      const std::string words = DirectionWords(each, rows);
      ++directions[words.empty() ? "not stated" : words];
    }
    if (directions.size() == directions.count("not stated")) return "";
    std::vector<std::string> parts;
    for (const auto& [words, count] : directions) {
      parts.push_back(absl::StrCat(words, " ", count));
    }
    return absl::StrCat("Directions, which are no vote: ",
                        absl::StrJoin(parts, ", "));
  }
  std::vector<double> values;
  std::set<std::string> units;
  std::set<absl::string_view> without;  // Trials that saw no event.
  for (const v1::ExcludedResult& each : outcome.excluded()) {
    const auto found = rows.find(each.row());
    if (found == rows.end()) continue;
    const v1::EvidenceRow& row = *found->second;
    if (row.occurrence() == v1::OCCURRENCE_NONE_OBSERVED ||
        (row.has_events() && row.events() == 0)) {
      without.insert(each.trial_id());
    }
    if (!row.has_value()) continue;
    values.push_back(row.value());
    units.insert(row.unit());
  }
  std::vector<std::string> parts;
  if (!without.empty()) {
    parts.push_back(absl::StrCat(
        "None observed in ",
        Plural(static_cast<int64_t>(without.size()), "study", "studies")));
  }
  if (values.size() >= 2 && units.size() == 1) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    parts.push_back(absl::StrCat(values.size(), " values, from ",
                                 NumberWords(*low, *units.begin()), " to ",
                                 NumberWords(*high, *units.begin())));
  }
  return absl::StrJoin(parts, "; ");
}

void WriteFoundEffect(HtmlWriter& html, const v1::OutcomeResult& outcome,
                      const ResultRows& rows) {
  if (const v1::EffectEstimate* effect = MainEffect(outcome)) {
    html.Text(absl::StrCat(Capitalized(MeasureWords(outcome)), " "));
    html.Element("b", EffectWithLevel(*effect, outcome.unit()));
    const std::string source = IntervalSource(outcome);
    if (!source.empty()) html.Element("div", source, {{"class", "remark"}});
    return;
  }
  html.Text(StateText(outcome));
  const std::string listed = ListedFindings(outcome, rows);
  if (!listed.empty()) html.Element("div", listed, {{"class", "remark"}});
}

void WriteCertaintyReasons(HtmlWriter& html, const v1::OutcomeResult& outcome) {
  if (outcome.certainty().steps().empty()) return;
  html.Open("details").Element("summary", "Reasons").Open("ul");
  for (const v1::CertaintyStep& step : outcome.certainty().steps()) {
    html.Element("li",
                 absl::StrCat(Capitalized(EnumWords(step.domain())), " ",
                              step.levels() > 0   ? "+"
                              : step.levels() < 0 ? "−"
                                                  : "",
                              std::abs(step.levels()), ": ", step.reason()));
  }
  html.Close().Close();
}

}  // namespace

void WriteSummaryOfFindings(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.outcomes_size() == 0) return;
  OpenPart(html, "summary-of-findings", "Summary of findings");
  const bool absolute = HasAbsoluteEffects(result);
  std::vector<std::string> columns = {"Outcome", "Studies"};
  if (absolute) {
    columns.insert(columns.end(), {"Risk with the reference",
                                   "Risk with the intervention", "Difference"});
  }
  columns.insert(columns.end(), {"Effect", "Certainty"});
  const ResultRows rows = RowsOfResult(result);
  HtmlTable table(html, "stack sof",
                  absolute ? "Effects, absolute effects per 1,000 people, and "
                             "certainty"
                           : "Effects and certainty",
                  columns);
  std::string shown;  // The outcome of the row before.
  for (int i = 0; i < result.outcomes_size(); ++i) {
    const v1::OutcomeResult& outcome = result.outcomes(i);
    // Designs that the protocol does not pool are told where studies report.
    if (!IsOfPlan(outcome) && outcome.excluded().empty()) continue;
    table.BeginRow();
    table.BeginCell();
    // Further designs of an outcome stand below its title.
    const bool is_first = outcome.id() != shown;
    shown = outcome.id();
    html.Element(
        "a",
        is_first ? OutcomeTitle(outcome)
                 : absl::StrCat("The same, ", DesignWords(outcome.design())),
        {{"href", absl::StrCat("#outcome-", OutcomeKey(result, i))}});
    if (is_first &&
        outcome.plan().importance() != v1::OUTCOME_IMPORTANCE_UNSPECIFIED) {
      html.Element("div", Capitalized(EnumWords(outcome.plan().importance())),
                   {{"class", "remark"}});
    }
    table.EndCell();
    table.BeginCell();
    html.Text(StudiesText(outcome));
    html.Element("div", Capitalized(DesignWords(outcome.design())),
                 {{"class", "remark"}});
    table.EndCell();
    if (absolute) WriteAbsoluteEffects(table, outcome);
    table.BeginCell();
    WriteFoundEffect(html, outcome, rows);
    table.EndCell();
    table.BeginCell();
    if (MainEffect(outcome) != nullptr || outcome.has_certainty()) {
      WriteCertainty(html, outcome);
      WriteCertaintyReasons(html, outcome);
    }
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
  WriteBaselineSources(html, result);
  html.Element("p",
               "Certainty is judged with GRADE: ⊕⊕⊕⊕ high, ⊕⊕⊕◯ moderate, "
               "⊕⊕◯◯ low, ⊕◯◯◯ very low.",
               {{"class", "remark"}});
  html.Close();
}

}  // namespace consilium
