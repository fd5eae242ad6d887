#include "server/review/regressions.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/status_macros.h"
#include "server/review/outcome_pooling.h"
#include "server/review/study_field.h"
#include "server/synthesis/meta_regression.h"

namespace consilium {
namespace {

// What a regression is fitted with.
struct Columns {
  std::vector<Moderator> moderators;
  // Of words, the level that has no column: "alloc = alternate".
  std::vector<std::string> references;
};

// Those that the protocol records: "alloc, latitude".
std::string CovariateNames(Candidates studies) {
  std::set<std::string> names;
  if (studies.front()->covariates == nullptr) return "";
  for (const v1::StudyCovariate& each : *studies.front()->covariates) {
    names.insert(each.name());
  }
  return absl::StrJoin(names, ", ");
}

// The value of each study: the one that the field names, or in words that it
// has none of those.
absl::StatusOr<std::vector<std::string>> ValuesOf(Candidates studies,
                                                  const StudyField& field,
                                                  const std::string& text) {
  std::vector<std::string> values, bare;
  for (const Candidate* study : studies) {
    values.push_back(field.TextOf(*study));
    if (!values.back().empty()) continue;
    if (field.values().empty()) bare.push_back(study->row().study());
    values.back() = "other";
  }
  if (bare.empty()) return values;
  if (bare.size() == studies.size()) {
    const std::string known = CovariateNames(studies);
    return absl::FailedPreconditionError(absl::StrCat(
        "no study has a value of ", text,
        field.covariate().empty() ? ""
        : known.empty()           ? "; the protocol records no covariates"
                        : absl::StrCat("; the protocol records ", known)));
  }
  return absl::FailedPreconditionError(
      absl::StrCat(absl::StrJoin(bare, ", "),
                   bare.size() == 1 ? " has" : " have", " no value of ", text));
}

// Adds the columns of `text`: a number as it is, words as 0 or 1 for each level
// but the first.
absl::Status AddColumns(Candidates studies, const std::string& text,
                        Columns& columns) {
  ASSIGN_OR_RETURN(const StudyField field, StudyField::Parse(text));
  ASSIGN_OR_RETURN(const std::vector<std::string> values,
                   ValuesOf(studies, field, text));
  const std::vector<std::string> levels = field.InOrder(values);
  if (levels.size() < 2) {
    return absl::FailedPreconditionError(
        absl::StrCat("all studies have the same value of ", text));
  }
  double number = 0;
  if (std::all_of(levels.begin(), levels.end(),
                  [&number](const std::string& level) {
                    return absl::SimpleAtod(level, &number);
                  })) {
    Moderator& column = columns.moderators.emplace_back();
    column.name = field.name();
    for (const std::string& value : values) {
      static_cast<void>(absl::SimpleAtod(value, &number));
      column.values.push_back(number);
    }
    return absl::OkStatus();
  }
  columns.references.push_back(absl::StrCat(field.name(), " = ", levels[0]));
  for (size_t i = 1; i < levels.size(); ++i) {
    Moderator& column = columns.moderators.emplace_back();
    column.name = absl::StrCat(field.name(), ": ", levels[i]);
    for (const std::string& value : values) {
      column.values.push_back(value == levels[i] ? 1 : 0);
    }
  }
  return absl::OkStatus();
}

// The least number of studies for each moderator that the Cochrane Handbook
// (10.11.4) advises.
constexpr size_t kStudiesPerModerator = 10;

// "random effects, REML, Hartung-Knapp tests, scale: log risk ratio; against
// alloc = alternate".
std::string RegressionMethod(const v1::ReviewOutcome& plan, size_t studies,
                             const Columns& columns) {
  const PoolingOptions options = OptionsOf(plan);
  const bool common = options.tau2_estimator == Tau2Estimator::kCommonEffect;
  std::string tests;
  switch (options.interval_method) {
    case IntervalMethod::kNormal:
      tests = "normal tests";
      break;
    case IntervalMethod::kHartungKnapp:
      tests = "Hartung-Knapp tests";
      break;
    case IntervalMethod::kHartungKnappAdHoc:
      tests = "Hartung-Knapp tests with a scale of at least 1";
      break;
  }
  return absl::StrCat(
      common ? "common effect"
             : absl::StrCat("random effects, ",
                            Tau2EstimatorName(options.tau2_estimator)),
      ", ", tests, ", scale: ", ToString(ScaleOf(plan)),
      columns.references.empty() ? "" : "; against ",
      absl::StrJoin(columns.references, ", "),
      studies >= kStudiesPerModerator * columns.moderators.size()
          ? ""
          : absl::StrCat(
                "; with ", studies, " studies for ", columns.moderators.size(),
                columns.moderators.size() == 1 ? " covariate" : " covariates",
                " it is a hint at most (the Cochrane Handbook, "
                "10.11.4, advises ten for each)"));
}

void FillRegression(const RegressionResult& fit,
                    v1::RegressionAnalysis& analysis) {
  for (const RegressionCoefficient& coefficient : fit.coefficients) {
    v1::RegressionCoefficient& each = *analysis.add_coefficients();
    each.set_name(coefficient.name);
    each.set_estimate(coefficient.estimate.effect);
    each.set_standard_error(coefficient.estimate.standard_error);
    each.set_low(coefficient.estimate.interval.lower);
    each.set_high(coefficient.estimate.interval.upper);
    if (coefficient.estimate.p_value.has_value()) {
      each.set_p(*coefficient.estimate.p_value);
    }
  }
  if (fit.residual.tau2.has_value()) analysis.set_tau2(*fit.residual.tau2);
  if (fit.residual.i2_from_tau2_percent.has_value()) {
    analysis.set_i2(*fit.residual.i2_from_tau2_percent);
  }
  analysis.set_studies(static_cast<int32_t>(fit.study_count));
  analysis.set_qe(fit.residual.q);
  analysis.set_qe_df(fit.residual.q_df);
  if (fit.residual.q_p.has_value()) analysis.set_qe_p(*fit.residual.q_p);
  if (fit.r2_percent.has_value()) analysis.set_r2(*fit.r2_percent);
  if (fit.moderators_test.has_value()) {
    analysis.set_qm(fit.moderators_test->statistic);
    analysis.set_qm_df(fit.moderators_test->df1);
    if (fit.moderators_test->df2.has_value()) {
      analysis.set_qm_df2(*fit.moderators_test->df2);
    }
    analysis.set_p(fit.moderators_test->p_value);
  }
}

absl::Status FitRegression(Candidates studies, const v1::ReviewOutcome& plan,
                           v1::RegressionAnalysis& analysis) {
  if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE) {
    return absl::FailedPreconditionError(
        "a regression wants inverse-variance pooling");
  }
  Columns columns;
  for (const std::string& text : analysis.moderators()) {
    RETURN_IF_ERROR(AddColumns(studies, text, columns));
  }
  const size_t wanted = columns.moderators.size() + 2;
  if (studies.size() < wanted) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the model has ", columns.moderators.size() + 1,
        " coefficients, the intercept among them, and wants at least ", wanted,
        " studies; there are ", studies.size()));
  }
  ASSIGN_OR_RETURN(const RegressionResult fit,
                   FitMetaRegression(StudiesOf(studies), columns.moderators,
                                     OptionsOf(plan)));
  FillRegression(fit, analysis);
  analysis.set_method(RegressionMethod(plan, studies.size(), columns));
  return absl::OkStatus();
}

void AddRegression(Candidates studies, const v1::ReviewOutcome& plan,
                   v1::RegressionAnalysis analysis, v1::OutcomeResult& result) {
  const absl::Status fitted = FitRegression(studies, plan, analysis);
  if (!fitted.ok()) analysis.set_explanation(std::string(fitted.message()));
  *result.add_regressions() = std::move(analysis);
}

}  // namespace

void AddRegressions(Candidates studies, const v1::ReviewOutcome& plan,
                    v1::OutcomeResult& result) {
  for (const std::string& text : plan.moderators()) {
    v1::RegressionAnalysis analysis;
    analysis.add_moderators(text);
    AddRegression(studies, plan, std::move(analysis), result);
  }
  for (const v1::PlannedRegression& planned : plan.regressions()) {
    v1::RegressionAnalysis analysis;
    analysis.set_id(planned.id());
    if (planned.has_title()) analysis.set_title(planned.title());
    *analysis.mutable_moderators() = planned.moderators();
    AddRegression(studies, plan, std::move(analysis), result);
  }
}

}  // namespace consilium
