// Events of a group among its participants, or in its person-time, as a row
// prints or implies them.
#ifndef CONSILIUM_SERVER_REVIEW_ROW_COUNTS_H_
#define CONSILIUM_SERVER_REVIEW_ROW_COUNTS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/rate_ratio.h"

namespace consilium {

// Events and participants of `row`. Counts that only a percentage tells are
// marked; nullopt when nothing tells them.
struct RowCounts {
  ArmCounts counts;
  bool from_percentage = false;
  std::string how;  // Empty where both are printed.
};
std::optional<RowCounts> CountsOf(const v1::EvidenceRow& row);

// The same of `rows`, which are disjoint arms, as one; nullopt when one of them
// lacks them.
//   INVALID_ARGUMENT  numbers that do not fit together.
absl::StatusOr<std::optional<RowCounts>> CombinedCounts(
    absl::Span<const v1::EvidenceRow* const> rows);

// Events and person-years of `row`; the latter as printed, else from the events
// and the incidence rate that is printed. Of an adverse event all events where
// they are told, else participants affected. nullopt when nothing tells them.
struct RowRate {
  ArmRate rate;
  std::string how;  // Empty where both are printed.
};
std::optional<RowRate> RateOf(const v1::EvidenceRow& row);

// The same of `rows`, which are disjoint arms, as one.
std::optional<RowRate> CombinedRate(
    absl::Span<const v1::EvidenceRow* const> rows);

// "93.2 %".
std::string PercentText(double value);

// The number of `row`, a share, in percent.
double PercentOf(const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ROW_COUNTS_H_
