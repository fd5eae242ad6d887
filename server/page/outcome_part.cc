#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/number_text.h"
#include "proto/base/result_rows.h"
#include "proto/base/words.h"
#include "server/page/analyses_part.h"
#include "server/page/forest_lines.h"
#include "server/page/forest_plot.h"
#include "server/page/listed_results.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/provenance_text.h"

namespace consilium {
namespace {

bool IsOfMeans(const v1::OutcomeResult& outcome) {
  return outcome.plan().measure() == v1::EFFECT_MEASURE_MEAN_DIFFERENCE ||
         outcome.plan().measure() ==
             v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE ||
         outcome.plan().measure() == v1::EFFECT_MEASURE_RATIO_OF_MEANS;
}

// "45 events in 312 person-years".
std::string RateText(int events, double person_years) {
  return absl::StrCat(Plural(events, "event", "events"), " in ",
                      ShortNumber(person_years), " person-years");
}

std::string EventsText(const v1::OutcomeResult& outcome, bool has_events,
                       int events, bool has_participants, int participants) {
  if (!has_participants) return "participants not recorded";
  if (IsOfMeans(outcome)) {
    return Plural(participants, "participant", "participants");
  }
  const std::string all = CountWords(participants);
  return has_events ? absl::StrCat(CountWords(events), " of ", all)
                    : absl::StrCat("events not recorded, of ", all);
}

// The studies of those trials, by their titles.
template <typename Trials>
std::string StudyTitles(const v1::ReviewResult& result, const Trials& trials) {
  std::vector<std::string> titles;
  for (const std::string& trial : trials) {
    const v1::EvidenceRow* const row = FindTrialRow(result, trial);
    titles.push_back(
        StudyTitle(result, trial, row == nullptr ? trial : row->study()));
  }
  return absl::StrJoin(titles, "; ");
}

void WriteStudyMarks(HtmlWriter& html, const v1::ReviewResult& result,
                     const v1::StudyResult& study, absl::string_view unit) {
  if (study.disputed()) {
    WriteMark(html, "disputed", "† Disputed");
    for (const v1::EffectEstimate& other : study.disputed_effects()) {
      html.Element("div", absl::StrCat("or ", EffectText(other, unit)),
                   {{"class", "remark"}});
    }
  }
  if (study.secondary()) WriteMark(html, "secondary", "‡ Secondary source");
  if (!study.overlaps().empty()) {
    html.Element("div",
                 absl::StrCat("Participants overlap with ",
                              StudyTitles(result, study.overlaps())),
                 {{"class", "remark"}});
  }
  for (const std::string& note : study.notes()) {
    html.Element("div", note, {{"class", "remark"}});
  }
}

void WriteStudies(HtmlWriter& html, const v1::ReviewResult& result,
                  const v1::OutcomeResult& outcome) {
  if (outcome.studies_size() == 0) return;
  const bool compares = IsComparison(outcome);
  std::vector<std::string> columns = {"Study", "Group"};
  if (compares) columns.push_back("Reference");
  columns.insert(columns.end(),
                 {EffectHeading(outcome), "Weight", "Risk of bias", "Remarks"});
  HtmlTable table(html, "stack", "Studies. A number unfolds to its source.",
                  columns);
  const bool pooled = IsPooled(outcome);
  for (const v1::StudyResult& study : outcome.studies()) {
    table.BeginRow();
    table.BeginCell();
    html.Text(StudyTitle(result, study.trial_id(), study.study()));
    const std::string remark = JoinWords(
        {study.year() > 0 ? absl::StrCat(study.year()) : "",
         study.registration(), ReferenceWords(result, study.trial_id())},
        ", ");
    if (!remark.empty()) html.Element("div", remark, {{"class", "remark"}});
    table.EndCell();
    const auto group = [&](const std::string& name, const std::string& counts) {
      table.BeginCell();
      WriteGroups(html, result, study.trial_id(), name, "");
      html.Element("div", counts, {{"class", "remark"}});
      table.EndCell();
    };
    group(study.group(),
          study.has_person_years()
              ? RateText(study.events(), study.person_years())
              : EventsText(outcome, study.has_events(), study.events(),
                           study.has_participants(), study.participants()));
    if (compares) {
      group(study.reference(),
            study.has_reference_person_years()
                ? RateText(study.reference_events(),
                           study.reference_person_years())
                : EventsText(outcome, study.has_reference_events(),
                             study.reference_events(),
                             study.has_reference_participants(),
                             study.reference_participants()));
    }
    table.BeginCell();
    WriteWithFacts(html, EffectText(study.effect(), outcome.unit()),
                   FactsOf(result, study));
    if (!study.printed().empty()) {
      html.Element("div", absl::StrCat("printed “", study.printed(), "”"),
                   {{"class", "remark"}});
    }
    table.EndCell();
    table.Cell(pooled && study.has_weight()
                   ? absl::StrFormat("%.1f%%", study.weight())
                   : "not pooled");
    table.Cell(JudgementWords(study.risk_of_bias()));
    table.BeginCell();
    WriteStudyMarks(html, result, study, outcome.unit());
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
}

// "0.5 is added to each cell of tables with a 0".
std::string ZeroCellsWords(const v1::ReviewOutcome& plan) {
  const v1::ZeroCells& cells = plan.zero_cells();
  if (cells.to() == v1::ZERO_CELL_TABLES_NONE) return "Nothing is added";
  const bool rates = plan.measure() == v1::EFFECT_MEASURE_RATE_RATIO;
  absl::string_view tables =
      rates ? "studies without events in an arm" : "tables with a 0";
  if (cells.to() == v1::ZERO_CELL_TABLES_ALL) {
    tables = rates ? "all studies" : "all tables";
  }
  if (cells.to() == v1::ZERO_CELL_TABLES_ALL_IF_ANY) {
    tables = rates ? "all studies when one has an arm without events"
                   : "all tables when one has a 0";
  }
  return absl::StrCat(
      ShortestDecimal(cells.add()), " is added to each ",
      rates ? "number of events" : "cell", " of ", tables,
      cells.correction() == v1::ZERO_CELL_CORRECTION_TREATMENT_ARM
          ? ", divided between the arms by their size"
          : "",
      plan.pooling() == v1::POOLING_METHOD_INVERSE_VARIANCE
          ? ""
          : "; this makes the effects of single studies, and nothing is added "
            "to the counts that are pooled");
}

void WritePooledFacts(HtmlWriter& html, const v1::OutcomeResult& outcome) {
  // One study is not pooled; its line in the table has all there is.
  if (!IsPooled(outcome)) return;
  const v1::PooledEffect& pooled = outcome.pooled();
  html.Open("p", {{"class", "pooled"}});
  html.Text("Pooled ").Text(MeasureWords(outcome)).Text(" ");
  html.Element("b", EffectWithLevel(pooled.effect(), outcome.unit()));
  if (pooled.has_p() && IsComparison(outcome)) {
    html.Text(absl::StrCat(", ", PValueWords(pooled.p())));
  }
  if (pooled.prediction().has_low()) {
    html.Text(absl::StrCat("; prediction interval ",
                           ShortNumber(pooled.prediction().low()), " to ",
                           ShortNumber(pooled.prediction().high())));
  }
  html.Text(".").Close();
  html.Open("details").Element("summary", "Heterogeneity and method");
  html.Open("dl", {{"class", "facts"}});
  const auto fact = [&](absl::string_view term, const std::string& text) {
    html.Open("div").Element("dt", term).Element("dd", text).Close();
  };
  if (pooled.has_tau2()) {
    fact("Variance between studies (tau²)",
         absl::StrCat(
             SignificantNumber(pooled.tau2()),
             pooled.has_tau2_low() && pooled.has_tau2_high()
                 ? absl::StrCat(" (Q-profile ",
                                SignificantNumber(pooled.tau2_low()), " to ",
                                SignificantNumber(pooled.tau2_high()), ")")
                 : ""));
  }
  if (pooled.has_q()) {
    fact("Cochran's Q", absl::StrCat(absl::StrFormat("%.2f", pooled.q()),
                                     ", df = ", pooled.q_df(), ", ",
                                     PValueWords(pooled.q_p())));
  }
  const std::string i2 = JoinWords(
      {pooled.has_i2() ? absl::StrFormat("%.1f%% from tau²", pooled.i2()) : "",
       pooled.has_i2_from_q()
           ? absl::StrFormat("%.1f%% from Q", pooled.i2_from_q())
           : ""},
      ", ");
  if (!i2.empty()) fact("I²", i2);
  if (pooled.has_estimate()) {
    fact("Scale of the analysis",
         absl::StrCat(SignificantNumber(pooled.estimate()), ", standard error ",
                      SignificantNumber(pooled.standard_error())));
  }
  if (!pooled.method().empty()) fact("Method", pooled.method());
  if (outcome.plan().has_zero_cells()) {
    fact("Counts of 0, by the protocol", ZeroCellsWords(outcome.plan()));
  }
  html.Close();
  for (const std::string& note : pooled.notes()) {
    html.Element("p", note, {{"class", "remark"}});
  }
  html.Close();
}

std::string StateSentence(const v1::OutcomeResult& outcome) {
  switch (outcome.state()) {
    case v1::OUTCOME_STATE_ONE_STUDY:
      return "One study; nothing was pooled.";
    case v1::OUTCOME_STATE_NOT_POOLABLE:
      // Studies that could be pooled, and something that keeps them from it.
      if (outcome.studies_size() > 0) return Capitalized(outcome.explanation());
      return IsComparison(outcome)
                 ? "Nothing could be pooled. What the studies report stands "
                   "below, each with its direction and the reason; votes are "
                   "not counted."
                 : "Nothing could be pooled. What the studies report stands "
                   "below, each with the reason.";
    case v1::OUTCOME_STATE_NO_EVIDENCE:
      return outcome.possible().empty()
                 ? "No study of this version reports it."
                 : "No study reports it for certain: of what stands below it "
                   "depends on what the reports leave open.";
    default:
      return outcome.explanation();
  }
}

// What the marks in a forest plot mean; "" where there are none.
std::string MarksLegend(const v1::OutcomeResult& outcome) {
  bool disputed = false, secondary = false;
  for (const v1::StudyResult& study : outcome.studies()) {
    disputed = disputed || study.disputed();
    secondary = secondary || study.secondary();
  }
  return absl::StrCat(disputed ? " † value in dispute." : "",
                      secondary ? " ‡ read in a secondary source." : "");
}

void WriteOutcome(HtmlWriter& html, const v1::ReviewResult& result,
                  const ResultRows& rows, int index) {
  const v1::OutcomeResult& outcome = result.outcomes(index);
  const std::string key = OutcomeKey(result, index);
  const std::string heading = OutcomeHeading(result, index);
  html.Open("article",
            {{"class", "outcome"}, {"id", absl::StrCat("outcome-", key)}});
  html.Element("h3", heading);
  html.Element("p",
               JoinWords({Capitalized(MeasureWords(outcome)),
                          DesignWords(outcome.design())},
                         "; "),
               {{"class", "remark"}});
  const std::string state = StateSentence(outcome);
  if (!state.empty()) html.Element("p", state);
  for (const std::string& note : outcome.plan_notes()) {
    html.Element("p", absl::StrCat("Of the plan: ", note, "."),
                 {{"class", "remark"}});
  }
  if (outcome.studies_size() > 0 || outcome.has_certainty()) {
    WriteCertainty(html, outcome);
  }
  if (HasForestPlot(outcome)) {
    const std::string figure = absl::StrCat("forest-", key);
    WriteFigure(
        html, figure, ForestPlot(result, outcome, figure, heading),
        absl::StrCat("Forest plot: ", heading, ".", MarksLegend(outcome)),
        NarrowForestPlot(result, outcome, absl::StrCat(figure, "-narrow"),
                         heading));
  }
  WritePooledFacts(html, outcome);
  WriteStudies(html, result, outcome);
  WriteParts(html, result, outcome,
             {"over the range of the values in dispute", outcome.disputed()});
  // Of one study every further analysis says the same.
  if (outcome.studies_size() > 1) {
    WriteAnalyses(html, result, outcome, key, heading);
  }
  WriteExcluded(html, result, outcome, rows);
  WritePossibleResults(html, result, outcome);
  html.Close();
}

}  // namespace

void WriteOutcomes(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.outcomes_size() == 0) return;
  OpenPart(html, "outcomes", "Results by outcome");
  const ResultRows rows = RowsOfResult(result);
  for (int i = 0; i < result.outcomes_size(); ++i) {
    WriteOutcome(html, result, rows, i);
  }
  html.Close();
}

}  // namespace consilium
