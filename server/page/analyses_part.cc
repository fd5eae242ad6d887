#include "server/page/analyses_part.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"
#include "server/page/funnel_plot.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

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

// "F(1, 11) = 2.70, P = 0.13; unexplained: QE = 100, df = 11, P < 0.001;
// residual tau² 0.19, I² 92%, R² 12%": what there is of it.
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
      {test.empty() ? "" : absl::StrCat("All moderators together: ", test),
       analysis.has_qe()
           ? absl::StrCat("unexplained: QE = ", ShortNumber(analysis.qe()),
                          ", df = ", analysis.qe_df(), ", ",
                          PValueWords(analysis.qe_p()))
           : "",
       analysis.has_tau2()
           ? absl::StrCat("residual tau² ", SignificantNumber(analysis.tau2()),
                          analysis.has_i2()
                              ? absl::StrFormat(", I² %.0f%%", analysis.i2())
                              : "",
                          analysis.has_r2()
                              ? absl::StrFormat(", R² %.0f%%", analysis.r2())
                              : "")
           : "",
       analysis.has_studies() ? Plural(analysis.studies(), "study", "studies")
                              : "",
       analysis.method()},
      "; ");
}

// "Regression on year and alloc", or the title that the protocol gives it.
std::string RegressionTitle(const v1::RegressionAnalysis& analysis) {
  std::vector<std::string> moderators;
  for (const std::string& moderator : analysis.moderators()) {
    moderators.push_back(FieldWords(moderator));
  }
  const std::string on =
      absl::StrCat("egression on ", absl::StrJoin(moderators, " and "));
  return analysis.title().empty()
             ? absl::StrCat("R", on)
             : absl::StrCat(analysis.title(), " (r", on, ")");
}

void WriteRegressions(HtmlWriter& html, const v1::OutcomeResult& outcome) {
  for (const v1::RegressionAnalysis& analysis : outcome.regressions()) {
    const std::string title = RegressionTitle(analysis);
    if (analysis.coefficients_size() == 0) {
      html.Element("p", absl::StrCat(title, ": ", analysis.explanation()));
      continue;
    }
    HtmlTable table(
        html, "stack numbers",
        absl::StrCat(title, ". ", RegressionWords(analysis)),
        {"Coefficient", "Estimate (interval)", "Standard error", "P"});
    for (const v1::RegressionCoefficient& each : analysis.coefficients()) {
      table.BeginRow();
      table.Cell(each.name());
      table.Cell(absl::StrCat(SignificantNumber(each.estimate()), " (",
                              SignificantNumber(each.low()), " to ",
                              SignificantNumber(each.high()), ")"));
      table.Cell(SignificantNumber(each.standard_error()));
      table.Cell(each.has_p() ? PValueWords(each.p()) : "");
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
  if (test.name() == "Harbord") {
    return "Harbord's test (regression of the score of the odds ratio on its "
           "information)";
  }
  if (test.name() == "Peters") {
    return "Peters' test (regression of the log odds ratio on 1 / "
           "participants)";
  }
  return Capitalized(test.name());
}

std::string SmallStudyText(const v1::OutcomeResult& outcome,
                           const v1::SmallStudyTest& test) {
  if (test.has_p()) {
    const std::string statistic =
        test.has_degrees_of_freedom()
            ? absl::StrCat("t = ", FixedNumber(test.statistic(), 2), " on ",
                           ShortestDecimal(test.degrees_of_freedom()),
                           " degrees of freedom")
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

}  // namespace

void WriteParts(HtmlWriter& html, const v1::ReviewResult& result,
                const v1::OutcomeResult& outcome, const PartTable& wanted,
                absl::string_view remark) {
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

void WriteAnalyses(HtmlWriter& html, const v1::ReviewResult& result,
                   const v1::OutcomeResult& outcome, const std::string& key,
                   absl::string_view heading) {
  WriteSubgroups(html, result, outcome);
  WriteRegressions(html, outcome);
  WriteFunnel(html, result, outcome, key, heading);
  WriteOtherAnalyses(html, result, outcome);
}

}  // namespace consilium
