// Trials with more than two arms, so that nobody is counted twice: one arm is
// split among the comparisons that share it, or arms are combined into one; of
// comparisons whose arms are not known, the same by generic inverse variance.
// Cochrane Handbook 6.3, sections 23.3.4 and 6.5.2.10.
#ifndef CONSILIUM_SERVER_SYNTHESIS_SHARED_COMPARATOR_H_
#define CONSILIUM_SERVER_SYNTHESIS_SHARED_COMPARATOR_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/continuous_effect.h"

namespace consilium {

// `arm` split into as many equal parts as comparisons share it, at least 1.
// Events and participants are divided and may be fractions; of means only the
// participants are. The comparisons stay correlated, which splitting ignores.
absl::StatusOr<ArmCounts> SplitArm(const ArmCounts& arm, int comparisons);
absl::StatusOr<ArmMean> SplitArm(const ArmMean& arm, int comparisons);

// All participants of `arms`, at least one, as one arm: as if the trial had
// never told them apart. The standard deviation is that of all of them.
absl::StatusOr<ArmCounts> CombineArms(absl::Span<const ArmCounts> arms);
absl::StatusOr<ArmMean> CombineArms(absl::Span<const ArmMean> arms);

// The variance that an arm of these counts brings to an effect in which it is
// the comparator: 1 / events of a log hazard ratio or a log rate ratio, 1 / c +
// 1 / d of a log odds ratio, 1 / c - 1 / n of a log risk ratio, p (1 - p) / n
// of a risk difference. Nullopt where the counts do not tell: of other
// measures, without events, or without participants where these are wanted.
std::optional<double> ComparatorVariance(EffectMeasure measure,
                                         const ArmCounts& comparator);

// The part of the variance of a comparison that its comparator brings: n1 /
// (n1 + n2) where all participants vary alike, n1 of them in the group and n2
// in the comparator; half where the sizes are not known, which is as of arms of
// equal size.
double ComparatorShare(double group, double comparator);

// A comparison with a comparator that others share.
struct SharedContrast {
  double estimate = 0;
  double variance = 0;
  // What the shared comparator brings to the variance; above 0 and below it.
  double comparator_variance = 0;
};

struct CombinedContrasts {
  double estimate = 0;
  double variance = 0;
  std::vector<double> weights;  // Of the comparisons; they add up to 1.
};

// The generalised least squares estimate of what `contrasts`, at least two,
// have in common, as metafor's rma.mv(yi, V, method = "FE") has it. The
// covariance of two is the root of the product of what the comparator brings to
// each: where it brings as much to both, just that.
//   INVALID_ARGUMENT  fewer than two, or a comparator that brings nothing, or
//   as
//                     much as the whole variance or more.
absl::StatusOr<CombinedContrasts> CombineContrasts(
    absl::Span<const SharedContrast> contrasts);

// The variance of `contrast` as if it had one of as many equal parts of the
// comparator as comparisons share it, at least 1: the part that the comparator
// brings is multiplied.
//   INVALID_ARGUMENT  as CombineContrasts.
absl::StatusOr<double> SplitVariance(const SharedContrast& contrast,
                                     int comparisons);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_SHARED_COMPARATOR_H_
