// The failures of this library.
#ifndef CONSILIUM_SERVER_REVIEW_ERRORS_H_
#define CONSILIUM_SERVER_REVIEW_ERRORS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

inline constexpr absl::string_view kOutcomeNotFound = "OUTCOME_NOT_FOUND";

// There is no live protocol `name`; the version has those of `ids`. With the
// reason RECORD_NOT_FOUND, as any record.
absl::Status ReviewNotFound(absl::string_view name,
                            const std::vector<std::string>& ids);

// Whether `status` is of ReviewNotFound, and not of a version or a registry.
bool IsReviewNotFound(const absl::Status& status);

// The protocol has the outcomes `ids`, and not this one.
absl::Status OutcomeNotFound(absl::string_view outcome,
                             const std::vector<std::string>& ids);

// RESOURCE_EXHAUSTED, LIMIT_EXCEEDED: the result is larger than a message; or
// it, or what is rendered of it, is larger than kRenderedReviewSizeMax.
absl::Status ResultTooLargeForMessage(size_t size_bytes, size_t maximum);
absl::Status ReviewTooLarge(size_t size_bytes, size_t maximum);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ERRORS_H_
