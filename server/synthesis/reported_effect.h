// Effects as papers report them: an estimate with an interval, a bound or a P
// value. Parmar, Torri and Stewart 1998; Tierney et al. 2007.
#ifndef CONSILIUM_SERVER_SYNTHESIS_REPORTED_EFFECT_H_
#define CONSILIUM_SERVER_SYNTHESIS_REPORTED_EFFECT_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/synthesis/effect_size.h"

namespace consilium {

// An estimate as printed: a ratio is the ratio, not its logarithm.
struct ReportedEffect {
  EffectMeasure measure = EffectMeasure::kLogHazardRatio;
  std::optional<double> estimate;
  std::optional<double> lower;
  std::optional<double> upper;
  double level_percent = 95;
  // A bound that leaves all of 100 - level_percent on its own side.
  bool one_sided = false;
  // Decimals to which the estimate and the bounds are printed, trailing zeros
  // included. Unless told, the most that either bound needs, and at least as
  // many for the estimate.
  std::optional<int> estimate_decimals;
  std::optional<int> bound_decimals;
};

// From both bounds, SE = (g(upper) - g(lower)) / (2 z), where g is the log for
// ratios. Warns where the estimate lies further from the middle of the
// interval than rounding explains. Without an estimate the middle is taken,
// with a warning.
//   INVALID_ARGUMENT  a bound is missing or not a number of the measure, or
//                     the estimate lies outside its interval.
absl::StatusOr<EffectSize> EffectFromInterval(const ReportedEffect& reported);

// From the estimate and its one bound: SE = |g(bound) - g(estimate)| / z.
//   INVALID_ARGUMENT  as above, or both bounds are given.
absl::StatusOr<EffectSize> EffectFromBound(const ReportedEffect& reported);

// From a reported standard error on the pooled scale.
absl::StatusOr<EffectSize> EffectFromStandardError(
    const ReportedEffect& reported, double standard_error);

// How a P value compares to the one meant.
enum class PComparator { kEqual, kBelow, kAbove };

struct PValue {
  PComparator comparator = PComparator::kEqual;
  double value = 0;  // Above 0 and below 1.
  int sides = 2;     // 1 or 2.
  // Decimals as printed; as many as the value needs unless told.
  std::optional<int> decimals;
};

// Refuses a P outside (0, 1) and sides other than 1 and 2.
absl::Status CheckP(const PValue& p);

// From the estimate and P: SE = |g(estimate)| / z(P). Warns where the rounding
// of either leaves the standard error uncertain by more than a tenth. A bounded
// P ("< 0.0001") only bounds the standard error: the effect is excluded. So is
// one that is printed as no effect, or with such a P, which fits any standard
// error and has none.
//   INVALID_ARGUMENT  a value that is none of the measure, or no P.
absl::StatusOr<EffectSize> EffectFromP(const ReportedEffect& reported,
                                       const PValue& p);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_REPORTED_EFFECT_H_
