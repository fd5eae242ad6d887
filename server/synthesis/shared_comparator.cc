#include "server/synthesis/shared_comparator.h"

#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

absl::Status CheckComparisons(int comparisons) {
  if (comparisons >= 1) return absl::OkStatus();
  return InvalidField("comparisons",
                      absl::StrCat("is ", comparisons, "; want at least 1"));
}

absl::Status CheckArms(size_t count) {
  if (count > 0) return absl::OkStatus();
  return InvalidField("arms", "is empty; want at least one");
}

// The arm of all participants of two (Handbook, table 6.5.a).
ArmMean Combine(const ArmMean& a, const ArmMean& b) {
  const double n = a.participants + b.participants;
  const double apart = a.mean - b.mean;
  const double squares =
      (a.participants - 1) * a.standard_deviation * a.standard_deviation +
      (b.participants - 1) * b.standard_deviation * b.standard_deviation +
      a.participants * b.participants / n * apart * apart;
  return {(a.participants * a.mean + b.participants * b.mean) / n,
          std::sqrt(squares / (n - 1)), n};
}

}  // namespace

absl::StatusOr<ArmCounts> SplitArm(const ArmCounts& arm, int comparisons) {
  RETURN_IF_ERROR(CheckComparisons(comparisons));
  return ArmCounts{arm.events / comparisons, arm.participants / comparisons};
}

absl::StatusOr<ArmMean> SplitArm(const ArmMean& arm, int comparisons) {
  RETURN_IF_ERROR(CheckComparisons(comparisons));
  return ArmMean{arm.mean, arm.standard_deviation,
                 arm.participants / comparisons};
}

absl::StatusOr<ArmCounts> CombineArms(absl::Span<const ArmCounts> arms) {
  RETURN_IF_ERROR(CheckArms(arms.size()));
  ArmCounts all;
  for (const ArmCounts& arm : arms) {
    all.events += arm.events;
    all.participants += arm.participants;
  }
  return all;
}

absl::StatusOr<ArmMean> CombineArms(absl::Span<const ArmMean> arms) {
  RETURN_IF_ERROR(CheckArms(arms.size()));
  for (size_t i = 0; i < arms.size(); ++i) {
    if (arms[i].participants >= 1 && arms[i].standard_deviation >= 0) continue;
    return InvalidField(absl::StrCat("arms[", i, "]"),
                        "want participants and a standard deviation");
  }
  ArmMean all = arms[0];
  for (const ArmMean& arm : arms.subspan(1)) all = Combine(all, arm);
  all.mean = RoundResult(all.mean);
  all.standard_deviation = RoundResult(all.standard_deviation);
  return all;
}

}  // namespace consilium
