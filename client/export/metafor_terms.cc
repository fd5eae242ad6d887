#include "client/export/metafor_terms.h"

#include "absl/strings/str_cat.h"
#include "client/export/table.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"

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
      return plan.has_measure() ? "UM.FS" : "ML";
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

std::string MetaforCall(const v1::OutcomeResult& outcome) {
  const v1::ReviewOutcome& plan = outcome.plan();
  if (!PoolsInverseVariance(plan)) return "";
  std::string call =
      absl::StrCat("rma(yi, vi, data=d, subset=included & outcome==\"",
                   outcome.id(), "\" & design==\"",
                   EnumWord(*v1::StudyDesign_descriptor(), outcome.design()),
                   "\", method=\"", EstimatorCode(plan), "\", test=\"",
                   TestCode(plan), "\"");
  if (LevelOf(plan) != kLevelDefault) {
    absl::StrAppend(&call, ", level=", ShortestDecimal(LevelOf(plan)));
  }
  return absl::StrCat(call, ")");
}

}  // namespace consilium
