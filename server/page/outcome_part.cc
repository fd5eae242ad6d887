#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/result_rows.h"
#include "proto/base/words.h"
#include "server/page/forest_plot.h"
#include "server/page/funnel_plot.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/provenance_text.h"
#include "server/page/row_words.h"

namespace consilium {
namespace {

// The study that the row of a result belongs to.
std::string StudyOfRow(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome, absl::string_view row,
                       absl::string_view study) {
  for (const v1::StudyResult& each : outcome.studies()) {
    if (each.row() == row) {
      return StudyLabel(result, each.trial_id(), study, kStudyCharacters);
    }
  }
  return std::string(study);
}

bool IsOfMeans(const v1::OutcomeResult& outcome) {
  return outcome.plan().measure() == v1::EFFECT_MEASURE_MEAN_DIFFERENCE ||
         outcome.plan().measure() ==
             v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE;
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
  columns.insert(
      columns.end(),
      {absl::StrCat(Capitalized(MeasureWords(outcome)), " (interval)"),
       "Weight", "Risk of bias", "Remarks"});
  HtmlTable table(html, "stack", "Studies. A number unfolds to its source.",
                  columns);
  const bool pooled = IsPooled(outcome);
  for (const v1::StudyResult& study : outcome.studies()) {
    table.BeginRow();
    table.BeginCell();
    html.Text(StudyTitle(result, study.trial_id(), study.study()));
    const std::string remark = JoinWords(
        {study.year() > 0 ? absl::StrCat(study.year()) : "",
         RegistrationWords(study), ReferenceWords(result, study.trial_id())},
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
          EventsText(outcome, study.has_events(), study.events(),
                     study.has_participants(), study.participants()));
    if (compares) {
      group(study.reference(), EventsText(outcome, study.has_reference_events(),
                                          study.reference_events(),
                                          study.has_reference_participants(),
                                          study.reference_participants()));
    }
    table.BeginCell();
    WriteWithFacts(html, EffectText(study.effect(), outcome.unit()),
                   FactsOf(study));
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
  html.Close();
  for (const std::string& note : pooled.notes()) {
    html.Element("p", note, {{"class", "remark"}});
  }
  html.Close();
}

struct PartTable {
  std::string title;
  const google::protobuf::RepeatedPtrField<v1::PooledPart>& parts;
};

void WriteParts(HtmlWriter& html, const v1::ReviewResult& result,
                const v1::OutcomeResult& outcome, const PartTable& wanted,
                absl::string_view remark = "") {
  if (wanted.parts.empty()) return;
  HtmlTable table(html, "stack numbers",
                  absl::StrCat(Capitalized(wanted.title),
                               remark.empty() ? "" : ". ", remark),
                  {"Analysis", "Studies", "Effect (interval)", "tau²", "I²"});
  for (const v1::PooledPart& part : wanted.parts) {
    table.BeginRow();
    table.BeginCell();
    html.Text(part.title().empty() || part.title() == part.id()
                  ? AnyTermTitle(result, part.id())
                  : part.title());
    for (const v1::PossibleResult& each : part.possible()) {
      html.Element(
          "div",
          absl::StrCat(
              "Without ", StudyOfRow(result, outcome, each.row(), each.study()),
              ", which may belong to it; not known: ", UnknownWords(each)),
          {{"class", "remark"}});
    }
    table.EndCell();
    if (!part.has_pooled()) {
      table.Cell(absl::StrCat(part.rows_size()));
      table.Cell(part.explanation().empty() ? "nothing pooled"
                                            : part.explanation());
      table.Cell("");
      table.Cell("");
    } else {
      const v1::PooledEffect& pooled = part.pooled();
      table.Cell(absl::StrCat(pooled.studies()));
      table.Cell(EffectText(pooled.effect(), outcome.unit()));
      table.Cell(pooled.has_tau2() ? SignificantNumber(pooled.tau2()) : "");
      table.Cell(I2Words(pooled));
    }
    table.EndRow();
  }
  table.Finish();
}

void WriteSubgroups(HtmlWriter& html, const v1::ReviewResult& result,
                    const v1::OutcomeResult& outcome) {
  for (const v1::SubgroupAnalysis& analysis : outcome.subgroups()) {
    const std::string test =
        analysis.has_p()
            ? JoinWords({InteractionWords(analysis), analysis.test()}, "; ")
            : analysis.explanation();
    WriteParts(html, result, outcome,
               {absl::StrCat("subgroups by ", FieldWords(analysis.field())),
                analysis.parts()},
               test);
  }
}

// "F(1, 11) = 2.70, P = 0.13; unexplained: Q = 100, df = 11, P < 0.001;
// residual tau² 0.19, R² 12%": what there is of it.
std::string RegressionWords(const v1::RegressionAnalysis& analysis) {
  const std::string test =
      !analysis.has_p() ? ""
      : analysis.has_qm_df2()
          ? absl::StrCat("F(", analysis.qm_df(), ", ", analysis.qm_df2(),
                         ") = ", ShortNumber(analysis.qm()), ", ",
                         PValueWords(analysis.p()))
          : absl::StrCat("QM = ", ShortNumber(analysis.qm()),
                         ", df = ", analysis.qm_df(), ", ",
                         PValueWords(analysis.p()));
  return JoinWords(
      {test,
       analysis.has_qe()
           ? absl::StrCat("unexplained: QE = ", ShortNumber(analysis.qe()),
                          ", df = ", analysis.qe_df(), ", ",
                          PValueWords(analysis.qe_p()))
           : "",
       analysis.has_tau2()
           ? absl::StrCat("residual tau² ", SignificantNumber(analysis.tau2()))
           : "",
       analysis.has_r2() ? absl::StrFormat("R² %.0f%%", analysis.r2()) : ""},
      "; ");
}

void WriteRegressions(HtmlWriter& html, const v1::OutcomeResult& outcome) {
  for (const v1::RegressionAnalysis& analysis : outcome.regressions()) {
    const std::string moderators = absl::StrJoin(analysis.moderators(), ", ");
    if (analysis.coefficients_size() == 0) {
      html.Element("p", absl::StrCat("Regression on ", moderators, ": ",
                                     analysis.explanation()));
      continue;
    }
    HtmlTable table(
        html, "stack numbers",
        absl::StrCat("Regression on ", moderators, ". ",
                     RegressionWords(analysis)),
        {"Coefficient", "Estimate (interval)", "Standard error", "P"});
    for (const v1::RegressionCoefficient& each : analysis.coefficients()) {
      table.BeginRow();
      table.Cell(each.name());
      table.Cell(absl::StrCat(SignificantNumber(each.estimate()), " (",
                              SignificantNumber(each.low()), " to ",
                              SignificantNumber(each.high()), ")"));
      table.Cell(SignificantNumber(each.standard_error()));
      table.Cell(PValueWords(each.p()));
      table.EndRow();
    }
    table.Finish();
  }
}

std::string SmallStudyName(const v1::SmallStudyTest& test) {
  if (test.name() == "Egger") {
    return "Egger's test (regression of the effect on its standard error, "
           "weights 1 / variance)";
  }
  if (test.name() == "Begg") return "Begg's test (rank correlation)";
  return Capitalized(test.name());
}

std::string SmallStudyText(const v1::OutcomeResult& outcome,
                           const v1::SmallStudyTest& test) {
  if (test.has_p()) {
    // Egger's line has two coefficients.
    const std::string statistic =
        test.name() == "Egger"
            ? absl::StrCat("t = ", FixedNumber(test.statistic(), 2), " on ",
                           outcome.studies_size() - 2, " degrees of freedom")
            : absl::StrCat("Kendall's tau = ",
                           FixedNumber(test.statistic(), 3));
    return absl::StrCat(statistic, ", ", PValueWords(test.p()));
  }
  if (!test.has_filled()) return test.explanation();
  if (test.filled() == 0) return "No study is missing";
  const double found = outcome.pooled().effect().value();
  return absl::StrCat(Plural(test.filled(), "study", "studies"), " filled in",
                      // Mirror images draw the effect to their side.
                      test.adjusted().value() > found   ? " on the right"
                      : test.adjusted().value() < found ? " on the left"
                                                        : "",
                      "; then ", EffectText(test.adjusted(), outcome.unit()));
}

void WriteFunnel(HtmlWriter& html, const v1::ReviewResult& result,
                 const v1::OutcomeResult& outcome, const std::string& key,
                 absl::string_view heading) {
  const std::string figure = absl::StrCat("funnel-", key);
  const bool drawn = HasFunnelPlot(outcome);
  if (drawn) {
    WriteFigure(html, figure,
                FunnelPlot(outcome, figure, absl::StrCat(heading, ": funnel")),
                absl::StrCat("Funnel plot: ", heading));
    html.Open("details", {{"class", "twin"}});
    html.Element("summary", "The funnel plot as a table");
    HtmlTable table(html, "stack numbers",
                    "Effect and standard error on the scale of the analysis",
                    {"Study", "Effect", "Standard error"});
    for (const v1::StudyResult& study : outcome.studies()) {
      if (!study.has_yi() || !study.has_sei()) continue;
      table.BeginRow();
      table.Cell(StudyLabel(result, study.trial_id(), study.study(),
                            kStudyCharacters));
      table.Cell(SignificantNumber(study.yi()));
      table.Cell(SignificantNumber(study.sei()));
      table.EndRow();
    }
    table.Finish();
    html.Close();
  }
  const auto& tests = outcome.small_study_tests();
  if (tests.empty()) return;
  if (std::all_of(tests.begin(), tests.end(), [](const auto& test) {
        return !test.has_p() && !test.has_filled();
      })) {
    html.Element("p",
                 "There are too few studies to tell whether small ones report "
                 "other effects than large ones.",
                 {{"class", "remark"}});
    return;
  }
  HtmlTable table(html, "stack", "Small-study effects", {"Method", "Result"});
  for (const v1::SmallStudyTest& test : outcome.small_study_tests()) {
    table.BeginRow();
    table.Cell(SmallStudyName(test));
    table.Cell(SmallStudyText(outcome, test));
    table.EndRow();
  }
  table.Finish();
}

void WriteOtherAnalyses(HtmlWriter& html, const v1::ReviewResult& result,
                        const v1::OutcomeResult& outcome) {
  if (outcome.sensitivity().empty() && outcome.leave_one_out().empty() &&
      outcome.cumulative().empty() && outcome.influence().empty()) {
    return;
  }
  html.Open("details").Element("summary", "Sensitivity and influence");
  WriteParts(html, result, outcome,
             {"sensitivity analyses", outcome.sensitivity()});
  WriteParts(html, result, outcome,
             {"without each study", outcome.leave_one_out()});
  WriteParts(html, result, outcome,
             {"as studies came, by year", outcome.cumulative()});
  if (!outcome.influence().empty()) {
    HtmlTable table(html, "stack numbers", "Influence of each study",
                    {"Study", "Standardised residual", "Cook's distance",
                     "Hat value", "Effect without it"});
    for (const v1::StudyInfluence& each : outcome.influence()) {
      table.BeginRow();
      table.Cell(StudyOfRow(result, outcome, each.row(), each.study()));
      table.Cell(ShortNumber(each.residual()));
      table.Cell(ShortNumber(each.cook()));
      table.Cell(ShortNumber(each.hat()));
      table.Cell(EffectText(each.without(), outcome.unit()));
      table.EndRow();
    }
    table.Finish();
  }
  html.Close();
}

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
  WriteWithFacts(html, RowValue(row), FactsOf(row));
  html.Element("div", RowDetail(result, row), {{"class", "remark"}});
  if (row.secondary()) WriteMark(html, "secondary", "‡ Secondary source");
  if (row.conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
  if (row.alternatives_size() > 0) {
    WriteMark(html, "doubted", "Can be read otherwise");
  }
}

// The direction of a comparison; a group alone has none.
std::string DirectionText(const v1::ExcludedResult& each) {
  const std::string direction = EnumWords(each.direction());
  if (!direction.empty()) return Capitalized(direction);
  return each.reference().empty() ? "not applicable" : "not stated";
}

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
  std::vector<std::string> columns = {"Study", "Result", "As printed"};
  if (compares) columns.push_back("Direction");
  columns.push_back("Why not pooled");
  HtmlTable table(html, "stack listed", "Results that were not pooled",
                  columns);
  // One sentence of a report often holds several numbers.
  std::pair<std::string, std::string> sentence;
  for (const v1::ExcludedResult& each : outcome.excluded()) {
    table.BeginRow();
    table.BeginCell();
    html.Text(StudyTitle(result, each.trial_id(), each.study()));
    const std::string reference = ReferenceWords(result, each.trial_id());
    if (!reference.empty()) html.Text(absl::StrCat(" (", reference, ")"));
    html.Open("div", {{"class", "remark"}});
    WriteGroups(html, result, each.trial_id(), each.group(), each.reference());
    html.Close();
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
    if (compares) table.Cell(DirectionText(each));
    table.Cell(WhyNotPooled(outcome, each));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

// Results that the outcome's filter may mean.
void WritePossible(HtmlWriter& html, const v1::ReviewResult& result,
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

std::string StateSentence(const v1::OutcomeResult& outcome) {
  switch (outcome.state()) {
    case v1::OUTCOME_STATE_ONE_STUDY:
      return "One study; nothing was pooled.";
    case v1::OUTCOME_STATE_NOT_POOLABLE:
      return IsComparison(outcome)
                 ? "Nothing could be pooled. What the studies report stands "
                   "below, each with its direction and the reason; votes are "
                   "not counted."
                 : "Nothing could be pooled. What the studies report stands "
                   "below, each with the reason.";
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
    WriteSubgroups(html, result, outcome);
    WriteRegressions(html, outcome);
    WriteFunnel(html, result, outcome, key, heading);
    WriteOtherAnalyses(html, result, outcome);
  }
  WriteExcluded(html, result, outcome, rows);
  WritePossible(html, result, outcome);
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
