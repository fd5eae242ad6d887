#include "server/synthesis/rate.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// Share of the standard error by which a probability may lie off the middle.
constexpr double kOffMiddleMax = 0.25;

absl::Status CheckMeasure(EffectMeasure measure) {
  if (measure == EffectMeasure::kSurvival ||
      measure == EffectMeasure::kLogitSurvival ||
      measure == EffectMeasure::kCloglogSurvival) {
    return absl::OkStatus();
  }
  return InvalidField("measure",
                      absl::StrCat("is ", ToString(measure),
                                   "; want one of a survival probability"));
}

absl::Status CheckProbability(EffectMeasure measure, absl::string_view field,
                              double value) {
  const bool takes_ends = measure == EffectMeasure::kSurvival;
  if (takes_ends ? value >= 0 && value <= 1 : value > 0 && value < 1) {
    return absl::OkStatus();
  }
  return InvalidField(
      field, absl::StrCat("is ", AnyNumber(value),
                          takes_ends ? "; want 0 to 1"
                                     : "; want above 0 and below 1 on this "
                                       "scale"));
}

double Transform(EffectMeasure measure, double p) {
  switch (measure) {
    case EffectMeasure::kLogitSurvival:
      return Log(p / (1 - p));
    case EffectMeasure::kCloglogSurvival:
      return Log(-Log(p));
    default:
      return p;
  }
}

absl::string_view Function(EffectMeasure measure) {
  switch (measure) {
    case EffectMeasure::kLogitSurvival:
      return "logit ";
    case EffectMeasure::kCloglogSurvival:
      return "cloglog ";
    default:
      return "";
  }
}

}  // namespace

absl::StatusOr<EffectSize> SurvivalFromInterval(
    EffectMeasure measure, const SurvivalInterval& interval) {
  RETURN_IF_ERROR(CheckMeasure(measure));
  RETURN_IF_ERROR(
      CheckProbability(measure, "probability", interval.probability));
  RETURN_IF_ERROR(CheckProbability(measure, "lower", interval.lower));
  RETURN_IF_ERROR(CheckProbability(measure, "upper", interval.upper));
  if (!(interval.level_percent > 0 && interval.level_percent < 100)) {
    return InvalidField("level_percent", "want above 0 and below 100");
  }
  if (!(interval.lower < interval.upper) ||
      interval.probability < interval.lower ||
      interval.probability > interval.upper) {
    return InvalidField("probability",
                        absl::StrCat("is ", PlainDecimal(interval.probability),
                                     "; want it inside its interval, ",
                                     PlainDecimal(interval.lower), " to ",
                                     PlainDecimal(interval.upper)));
  }
  const double lower = Transform(measure, interval.lower);
  const double upper = Transform(measure, interval.upper);
  const double value = Transform(measure, interval.probability);
  const double z = -NormalQuantile((1 - interval.level_percent / 100) / 2);
  const double standard_error = std::fabs(upper - lower) / (2 * z);
  EffectSize effect;
  effect.measure = measure;
  effect.derivation = Derivation::kInterval;
  effect.estimate = RoundResult(value);
  effect.standard_error = RoundResult(standard_error);
  effect.how = absl::StrCat(
      "SE from ", PlainDecimal(interval.level_percent), " % interval: |",
      Function(measure), PlainDecimal(interval.upper), " - ", Function(measure),
      PlainDecimal(interval.lower), "| / (2 * ", ShortNumber(z), ")");
  if (std::fabs(value - (lower + upper) / 2) > kOffMiddleMax * standard_error) {
    effect.warnings.push_back(
        absl::StrCat("The probability lies off the middle of its interval on "
                     "the scale of a ",
                     ToString(measure),
                     "; the interval seems to have been made on another."));
  }
  return effect;
}

absl::StatusOr<EffectSize> SurvivalFromStandardError(EffectMeasure measure,
                                                     double probability,
                                                     double standard_error) {
  RETURN_IF_ERROR(CheckMeasure(measure));
  RETURN_IF_ERROR(CheckProbability(measure, "probability", probability));
  if (!(standard_error > 0) || !std::isfinite(standard_error)) {
    return InvalidField("standard_error", "want above 0");
  }
  double slope = 1;
  absl::string_view formula = "SE as reported";
  if (measure == EffectMeasure::kLogitSurvival) {
    slope = 1 / (probability * (1 - probability));
    formula = "SE / (S (1 - S))";
  } else if (measure == EffectMeasure::kCloglogSurvival) {
    slope = -1 / (probability * Log(probability));
    formula = "SE / |S ln S|";
  }
  EffectSize effect;
  effect.measure = measure;
  effect.derivation = Derivation::kStandardError;
  effect.estimate = RoundResult(Transform(measure, probability));
  effect.standard_error = RoundResult(standard_error * slope);
  effect.how = absl::StrCat("S ", PlainDecimal(probability), ", SE ",
                            PlainDecimal(standard_error), ": ", formula);
  return effect;
}

}  // namespace consilium
