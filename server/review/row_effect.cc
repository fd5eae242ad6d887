#include "server/review/row_effect.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "server/review/review_plan.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/limits.h"
#include "server/synthesis/proportion.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

std::string OfText(const ArmCounts& counts) {
  return absl::StrCat(PlainDecimal(counts.events), " of ",
                      PlainDecimal(counts.participants));
}

}  // namespace

RowEffect Exclude(v1::ExclusionReason reason, std::string explanation) {
  RowEffect excluded;
  excluded.reason = reason;
  excluded.explanation = std::move(explanation);
  return excluded;
}

bool IsBound(v1::Comparator comparator) {
  return comparator != v1::COMPARATOR_UNSPECIFIED &&
         comparator != v1::COMPARATOR_EQUAL;
}

RowEffect ExcludeWithoutValue(const v1::EvidenceRow& row) {
  return Exclude(v1::EXCLUSION_REASON_NO_VALUE,
                 row.statement().empty() ? "no number is printed"
                                         : "no number is printed, only words");
}

RowEffect ExcludeBound(const v1::EvidenceRow& row) {
  return Exclude(
      v1::EXCLUSION_REASON_BOUND,
      absl::StrCat("the number is a bound: ",
                   EnumText(*v1::Comparator_descriptor()->FindValueByNumber(
                       row.comparator())),
                   " ", PlainDecimal(row.value())));
}

std::string Sentence(const absl::Status& status) {
  const std::vector<FieldViolation> violations = GetFieldViolations(status);
  if (violations.empty()) return std::string(status.message());
  std::string field = violations.front().field;
  if (absl::EndsWith(field, "treated") || absl::StartsWith(field, "arms[")) {
    field = "group";
  } else if (absl::EndsWith(field, "control")) {
    field = "reference";
  } else if (field == "lower" || field == "upper") {
    field += " bound";
  } else if (field == "p") {
    field = "P value";
  } else if (absl::EndsWith(field, "]")) {
    return std::string(status.message());
  }
  return absl::StrCat("the ", absl::StrReplaceAll(field, {{"_", " "}}), " ",
                      violations.front().description);
}

bool Allows(const v1::ReviewOutcome& plan, v1::DerivationMethod method) {
  return std::find(plan.derivations().begin(), plan.derivations().end(),
                   method) != plan.derivations().end();
}

RowEffect FromLibrary(absl::StatusOr<EffectSize> effect,
                      v1::DerivationMethod method,
                      const v1::ReviewOutcome& plan) {
  if (!effect.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(effect.status()));
  }
  if (!effect->estimate.has_value() || !effect->standard_error.has_value() ||
      !effect->excluded.empty()) {
    return Exclude(effect->derivation == Derivation::kBoundedP
                       ? v1::EXCLUSION_REASON_BOUND
                       : v1::EXCLUSION_REASON_NO_VARIANCE,
                   effect->excluded.empty() ? effect->how : effect->excluded);
  }
  // One such study would keep all others from being pooled.
  const double error = *effect->standard_error;
  if (!(error * error >= kVarianceMin && error * error <= kVarianceMax)) {
    return Exclude(v1::EXCLUSION_REASON_NO_VARIANCE,
                   absl::StrCat("its standard error is ", PlainDecimal(error),
                                ", which gives it no weight beside others (",
                                effect->how, ")"));
  }
  if (method != v1::DERIVATION_METHOD_UNSPECIFIED && !Allows(plan, method)) {
    return Exclude(v1::EXCLUSION_REASON_DERIVATION,
                   absl::StrCat("the standard error would come from ",
                                EnumText(*v1::DerivationMethod_descriptor()
                                              ->FindValueByNumber(method)),
                                ", which the protocol does not allow"));
  }
  RowEffect result;
  result.effect = *std::move(effect);
  result.method = method;
  return result;
}

ReportedEffect ReportedOf(const v1::EvidenceRow& row, EffectMeasure measure,
                          double scale) {
  ReportedEffect reported;
  reported.measure = measure;
  reported.estimate = row.value() * scale;
  if (row.has_low()) reported.lower = row.low() * scale;
  if (row.has_high()) reported.upper = row.high() * scale;
  if (row.has_level()) reported.level_percent = row.level();
  reported.one_sided = row.contrast().interval().sides() == v1::SIDES_ONE;
  return reported;
}

double Rounded(double value) { return RoundResult(value); }

EffectMeasure ScaleOf(const v1::ReviewOutcome& plan) {
  if (!IsSingleGroup(plan)) {
    switch (plan.measure()) {
      case v1::EFFECT_MEASURE_ODDS_RATIO:
        return plan.pooling() == v1::POOLING_METHOD_PETO
                   ? EffectMeasure::kPetoLogOddsRatio
                   : EffectMeasure::kLogOddsRatio;
      case v1::EFFECT_MEASURE_RISK_RATIO:
        return EffectMeasure::kLogRiskRatio;
      case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
        return EffectMeasure::kRiskDifference;
      case v1::EFFECT_MEASURE_MEAN_DIFFERENCE:
        return EffectMeasure::kMeanDifference;
      case v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE:
        return EffectMeasure::kStandardizedMeanDifference;
      case v1::EFFECT_MEASURE_RATIO_OF_MEANS:
        return EffectMeasure::kLogRatioOfMeans;
      case v1::EFFECT_MEASURE_RATE_RATIO:
        return EffectMeasure::kLogRateRatio;
      default:
        return EffectMeasure::kLogHazardRatio;
    }
  }
  if (plan.statistic() == v1::STATISTIC_RATE) {
    return plan.proportion_scale() == v1::PROPORTION_SCALE_RAW
               ? EffectMeasure::kSurvival
               : EffectMeasure::kLogitSurvival;
  }
  if (plan.statistic() != v1::STATISTIC_PROPORTION) {
    return EffectMeasure::kMeanDifference;
  }
  switch (plan.proportion_scale()) {
    case v1::PROPORTION_SCALE_RAW:
      return EffectMeasure::kProportion;
    case v1::PROPORTION_SCALE_ARCSINE:
      return EffectMeasure::kArcsineProportion;
    case v1::PROPORTION_SCALE_FREEMAN_TUKEY:
      return EffectMeasure::kFreemanTukeyProportion;
    default:
      return EffectMeasure::kLogitProportion;
  }
}

bool IsOfMeans(const v1::ReviewOutcome& plan) {
  return plan.measure() == v1::EFFECT_MEASURE_MEAN_DIFFERENCE ||
         plan.measure() == v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE ||
         plan.measure() == v1::EFFECT_MEASURE_RATIO_OF_MEANS;
}

std::string WhyNoInformation(const ArmCounts& group, const ArmCounts& reference,
                             const v1::ReviewOutcome& plan) {
  const EffectMeasure scale = ScaleOf(plan);
  if (!IsLogRatio(scale)) return "";
  const bool none = group.events == 0 && reference.events == 0;
  const bool all = group.events == group.participants &&
                   reference.events == reference.participants;
  const bool is_risk = scale == EffectMeasure::kLogRiskRatio;
  if (!none && !(all && !(is_risk && plan.pooling() ==
                                         v1::POOLING_METHOD_MANTEL_HAENSZEL))) {
    return "";
  }
  return absl::StrCat(
      none ? "no participant" : "every participant", " of either arm has the ",
      "event (", OfText(group), " against ", OfText(reference), "), which ",
      all && is_risk ? "gives a risk ratio of the 1/2 alone that would be added"
                     : "tells nothing of a ratio",
      "; the measure rd counts it");
}

std::string WhyNoInformation(const ArmRate& group, const ArmRate& reference) {
  if (group.events > 0 || reference.events > 0) return "";
  const auto years = [](const ArmRate& rate) {
    return PlainDecimal(RoundToDigits(rate.person_years, 4));
  };
  return absl::StrCat("neither arm has an event (none in ", years(group),
                      " and none in ", years(reference),
                      " person-years), which tells nothing of a ratio");
}

bool TellsOfEffect(const RowEffect& effect, const v1::ReviewOutcome& plan) {
  if (effect.group_rate.has_value() && effect.reference_rate.has_value()) {
    return WhyNoInformation(*effect.group_rate, *effect.reference_rate).empty();
  }
  return !effect.group.has_value() || !effect.reference.has_value() ||
         WhyNoInformation(*effect.group, *effect.reference, plan).empty();
}

double ToNatural(const v1::ReviewOutcome& plan, double value,
                 std::optional<double> participants) {
  const EffectMeasure scale = ScaleOf(plan);
  if (IsLogRatio(scale)) return Rounded(Exp(value));
  if (scale == EffectMeasure::kRiskDifference) return Rounded(value * 100);
  if (scale == EffectMeasure::kMeanDifference ||
      scale == EffectMeasure::kStandardizedMeanDifference) {
    return Rounded(value);
  }
  const auto proportion = BackTransformProportion(scale, value, participants);
  return Rounded(proportion.ok() ? *proportion * 100 : value);
}

}  // namespace consilium
