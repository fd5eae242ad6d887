#include "client/export/metafor_terms.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/export/table.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/row_field.h"

namespace consilium {
namespace {

constexpr double kLevelDefault = 95;

}  // namespace

std::string MeasureCode(const v1::ReviewOutcome& plan) {
  if (plan.has_measure()) {
    switch (plan.measure()) {
      case v1::EFFECT_MEASURE_HAZARD_RATIO:
        return "HR";
      case v1::EFFECT_MEASURE_ODDS_RATIO:
        return plan.pooling() == v1::POOLING_METHOD_PETO ? "PETO" : "OR";
      case v1::EFFECT_MEASURE_RISK_RATIO:
        return "RR";
      case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
        return "RD";
      case v1::EFFECT_MEASURE_MEAN_DIFFERENCE:
        return "MD";
      case v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE:
        return "SMD";
      case v1::EFFECT_MEASURE_RATIO_OF_MEANS:
        return "ROM";
      case v1::EFFECT_MEASURE_RATE_RATIO:
        return "IRR";
      default:
        return EnumText(
            *v1::EffectMeasure_descriptor()->FindValueByNumber(plan.measure()));
    }
  }
  const bool raw = plan.proportion_scale() == v1::PROPORTION_SCALE_RAW;
  if (plan.statistic() == v1::STATISTIC_RATE) return raw ? "PR" : "PLO";
  if (plan.statistic() != v1::STATISTIC_PROPORTION) return "MN";
  switch (plan.proportion_scale()) {
    case v1::PROPORTION_SCALE_RAW:
      return "PR";
    case v1::PROPORTION_SCALE_ARCSINE:
      return "PAS";
    case v1::PROPORTION_SCALE_FREEMAN_TUKEY:
      return "PFT";
    default:
      return "PLO";
  }
}

std::string EstimatorCode(const v1::ReviewOutcome& plan) {
  if (plan.model() == v1::POOLING_MODEL_COMMON_EFFECT) return "EE";
  switch (plan.estimator()) {
    case v1::HETEROGENEITY_ESTIMATOR_DERSIMONIAN_LAIRD:
      return "DL";
    case v1::HETEROGENEITY_ESTIMATOR_PAULE_MANDEL:
      return "PM";
    case v1::HETEROGENEITY_ESTIMATOR_ML:
      return "ML";
    case v1::HETEROGENEITY_ESTIMATOR_EMPIRICAL_BAYES:
      return "EB";
    case v1::HETEROGENEITY_ESTIMATOR_SIDIK_JONKMAN:
      return "SJ";
    case v1::HETEROGENEITY_ESTIMATOR_HEDGES:
      return "HE";
    case v1::HETEROGENEITY_ESTIMATOR_HUNTER_SCHMIDT:
      return "HS";
    default:
      return "REML";
  }
}

std::string MethodCode(const v1::ReviewOutcome& plan) {
  switch (plan.pooling()) {
    case v1::POOLING_METHOD_MANTEL_HAENSZEL:
      return "MH";
    case v1::POOLING_METHOD_PETO:
      return "PETO";
    case v1::POOLING_METHOD_GLMM:
      if (!plan.has_measure()) return "ML";
      return plan.mixed_model() == v1::MIXED_MODEL_CONDITIONAL_EXACT ? "CM.EL"
                                                                     : "UM.FS";
    default:
      return EstimatorCode(plan);
  }
}

std::string TestCode(const v1::ReviewOutcome& plan) {
  switch (plan.interval_method()) {
    case v1::INTERVAL_METHOD_NORMAL:
      return "z";
    case v1::INTERVAL_METHOD_HARTUNG_KNAPP_AD_HOC:
      return "adhoc";
    default:
      return "knha";
  }
}

bool PoolsInverseVariance(const v1::ReviewOutcome& plan) {
  return plan.pooling() == v1::POOLING_METHOD_UNSPECIFIED ||
         plan.pooling() == v1::POOLING_METHOD_INVERSE_VARIANCE;
}

double LevelOf(const v1::ReviewOutcome& plan) {
  return plan.has_level() ? plan.level() : kLevelDefault;
}

namespace {

// The call with `mods`, which is empty or the argument of that name.
std::string CallWith(const v1::OutcomeResult& outcome, absl::string_view mods) {
  const v1::ReviewOutcome& plan = outcome.plan();
  std::string call = absl::StrCat(
      "rma(yi, vi, ", mods, "data=d, subset=included & outcome==\"",
      outcome.id(), "\" & design==\"",
      EnumWord(*v1::StudyDesign_descriptor(), outcome.design()),
      "\", method=\"", EstimatorCode(plan), "\", test=\"", TestCode(plan),
      "\"");
  if (LevelOf(plan) != kLevelDefault) {
    absl::StrAppend(&call, ", level=", ShortestDecimal(LevelOf(plan)));
  }
  return absl::StrCat(call, ")");
}

// The column of a moderator: a number as it is, words as a factor whose first
// level is that of the regression.
std::string ModeratorTerm(const RowField& field,
                          const v1::RegressionAnalysis& analysis) {
  // As read.csv() writes names.
  const std::string column = absl::StrReplaceAll(
      absl::StrCat("moderator.", field.name()), {{"-", "."}});
  const bool is_word = std::any_of(
      analysis.coefficients().begin(), analysis.coefficients().end(),
      [&field](const v1::RegressionCoefficient& each) {
        return absl::StartsWith(each.name(), absl::StrCat(field.name(), ": "));
      });
  if (!is_word) return column;
  if (field.values.empty()) return absl::StrCat("factor(", column, ")");
  return absl::StrCat("factor(", column, ", c(\"",
                      absl::StrJoin(field.values, "\", \""), "\"))");
}

}  // namespace

std::string MetaforCall(const v1::OutcomeResult& outcome) {
  return PoolsInverseVariance(outcome.plan()) ? CallWith(outcome, "") : "";
}

std::string MetaforCall(const v1::OutcomeResult& outcome,
                        const v1::RegressionAnalysis& analysis) {
  if (!PoolsInverseVariance(outcome.plan()) || !analysis.has_p()) return "";
  std::vector<std::string> columns;
  for (const std::string& text : analysis.moderators()) {
    const absl::StatusOr<RowField> field = ParseRowField(text);
    if (!field.ok()) return "";
    columns.push_back(ModeratorTerm(*field, analysis));
  }
  return CallWith(
      outcome, absl::StrCat("mods= ~ ", absl::StrJoin(columns, " + "), ", "));
}

}  // namespace consilium
