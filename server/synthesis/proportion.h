// Single proportions: their transformations with sampling variances, and the
// way back. Conventions are those of metafor's escalc and transf.
#ifndef CONSILIUM_SERVER_SYNTHESIS_PROPORTION_H_
#define CONSILIUM_SERVER_SYNTHESIS_PROPORTION_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/effect_size.h"

namespace consilium {

struct ProportionOptions {
  // What is done where no or all participants have the event. Absent: 1/2 is
  // added to both counts of such a study, but not for the arcsine and
  // Freeman-Tukey transformations, which need none. drop_double_zero has no
  // meaning here.
  std::optional<ZeroCells> zero_cells;
  // kLargeSample or kAverage, and kUnbiased for proportions as they are. The
  // arcsine transformations have one variance only.
  VarianceConvention variance = VarianceConvention::kLargeSample;
};

// One effect for each arm, in their order: kProportion, kLogProportion,
// kLogitProportion, kArcsineProportion or kFreemanTukeyProportion.
//   INVALID_ARGUMENT  impossible counts, another measure, or a variance that
//                     the measure has not.
absl::StatusOr<std::vector<EffectSize>> ProportionEffects(
    EffectMeasure measure, absl::Span<const ArmCounts> arms,
    const ProportionOptions& options = {});

// The harmonic mean of the arms' participants, which are above 0.
double HarmonicMeanParticipants(absl::Span<const ArmCounts> arms);

// The proportion, or survival probability, that has `value` on the measure's
// scale, held within 0 and 1. A Freeman-Tukey value needs the participants
// for which it is meant: one study's, or the harmonic mean for a pooled value,
// which can mislead where studies' sizes differ much (Schwarzer et al. 2019).
//   INVALID_ARGUMENT  another measure, or participants missing.
absl::StatusOr<double> BackTransformProportion(
    EffectMeasure measure, double value,
    std::optional<double> participants = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_PROPORTION_H_
