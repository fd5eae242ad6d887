// Mean differences, standardised mean differences (Hedges' g, with the exact
// correction J) and ratios of means. Conventions are those of metafor's escalc.
#ifndef CONSILIUM_SERVER_SYNTHESIS_CONTINUOUS_EFFECT_H_
#define CONSILIUM_SERVER_SYNTHESIS_CONTINUOUS_EFFECT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/effect_size.h"

namespace consilium {

// A mean is never a median: those are described and not pooled.
struct ArmMean {
  double mean = 0;
  double standard_deviation = 0;
  double participants = 0;
};

struct ContrastMeans {
  ArmMean treated;
  ArmMean control;
};

// Hedges' exact J = Gamma(m/2) / (sqrt(m/2) Gamma((m - 1)/2)) for m degrees of
// freedom, at least 2: takes the bias from a standardised difference.
double HedgesCorrection(double degrees_of_freedom);

// One effect for each study, in their order.
//   kMeanDifference              kLargeSample: each arm's own standard
//                                deviation; kHomoscedastic: the pooled one.
//   kStandardizedMeanDifference  by the pooled one; kLargeSample,
//                                kLargeSampleDelta, kUnbiased or kAverage.
//   kLogRatioOfMeans             kLargeSample: SD1^2 / (n1 m1^2) + SD2^2 / (n2
//                                m2^2) (Hedges, Gurevitch and Curtis 1999). It
//                                wants means of one sign.
//   INVALID_ARGUMENT  no participants, a negative standard deviation, or
//                     another measure or variance; names the study.
absl::StatusOr<std::vector<EffectSize>> ContinuousEffects(
    EffectMeasure measure, absl::Span<const ContrastMeans> studies,
    VarianceConvention variance = VarianceConvention::kLargeSample);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_CONTINUOUS_EFFECT_H_
