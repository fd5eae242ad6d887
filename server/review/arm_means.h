// Means of arms, with the standard deviation that a report prints or implies.
#ifndef CONSILIUM_SERVER_REVIEW_ARM_MEANS_H_
#define CONSILIUM_SERVER_REVIEW_ARM_MEANS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/synthesis/continuous_effect.h"

namespace consilium {

struct RowMean {
  ArmMean mean;
  bool from_interval = false;  // The standard deviation comes from an interval.
  std::string how;             // Empty where everything is printed.
};

// The mean of `rows`, at least one, which are disjoint arms; several are
// combined into one. A standard deviation that is not printed is worked out
// from a standard error, or from an interval by the t distribution (Cochrane
// Handbook 6.5, sections 6.5.2.2 and 6.5.2.3).
//   FAILED_PRECONDITION  a row is no mean, or lacks mean, spread or
//                        participants; the message says which.
//   INVALID_ARGUMENT     numbers that do not fit together.
absl::StatusOr<RowMean> MeanOfArms(
    absl::Span<const v1::EvidenceRow* const> rows);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ARM_MEANS_H_
