// What contradicts itself in the flow of records and in the dates of a
// protocol: told, and never corrected.
#ifndef CONSILIUM_SERVER_REVIEW_FLOW_CHECKS_H_
#define CONSILIUM_SERVER_REVIEW_FLOW_CHECKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// Numbers of `flow` that cannot all be right, in sentences. Pure.
std::vector<std::string> FlowContradictions(
    const v1::Review& review, absl::Span<const v1::FlowNumber> flow);

// Searches and amendments of `review` that are dated after the changes that
// entered them claim to have been made, in sentences. `stored` is the review at
// `view`.
absl::StatusOr<std::vector<std::string>> DatesAfterEntry(
    const RegistryView& view, const RecordView& stored,
    const v1::Review& review);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_FLOW_CHECKS_H_
