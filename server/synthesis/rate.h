// Kaplan-Meier probabilities ("78 % alive at two years") on a scale for
// pooling. They are not events over participants, for some were censored
// before: without an interval or a standard error of their own nothing gives
// them one, and nothing here takes counts.
#ifndef CONSILIUM_SERVER_SYNTHESIS_RATE_H_
#define CONSILIUM_SERVER_SYNTHESIS_RATE_H_

#include "absl/status/statusor.h"
#include "server/synthesis/effect_size.h"

namespace consilium {

// A probability with its interval, all within 0 and 1.
struct SurvivalInterval {
  double probability = 0;
  double lower = 0;
  double upper = 0;
  double level_percent = 95;
};

// On the scale of `measure`: kSurvival, kLogitSurvival or kCloglogSurvival.
// SE = |g(upper) - g(lower)| / (2 z). Warns where the probability lies far
// from the middle of its interval on that scale: it was then made on another.
//   INVALID_ARGUMENT  numbers outside 0 to 1, at its ends on a scale without
//                     them, or a probability outside its interval.
absl::StatusOr<EffectSize> SurvivalFromInterval(
    EffectMeasure measure, const SurvivalInterval& interval);

// From Greenwood's standard error of the probability itself, by the delta
// method.
absl::StatusOr<EffectSize> SurvivalFromStandardError(EffectMeasure measure,
                                                     double probability,
                                                     double standard_error);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_RATE_H_
