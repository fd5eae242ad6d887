// Trials with more than two arms, so that nobody is counted twice: one arm is
// split among the comparisons that share it, or arms are combined into one.
// Cochrane Handbook 6.3, sections 23.3.4 and 6.5.2.10.
#ifndef CONSILIUM_SERVER_SYNTHESIS_SHARED_COMPARATOR_H_
#define CONSILIUM_SERVER_SYNTHESIS_SHARED_COMPARATOR_H_

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

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_SHARED_COMPARATOR_H_
