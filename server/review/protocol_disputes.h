// What is in conflict in the protocol itself: institutions changed the same
// part of it, neither knowing of the other. The review is computed with the
// provisional values, and again under each other one.
#ifndef CONSILIUM_SERVER_REVIEW_PROTOCOL_DISPUTES_H_
#define CONSILIUM_SERVER_REVIEW_PROTOCOL_DISPUTES_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/review_input.h"
#include "server/review/review_tables.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// The disputes of the protocol `stored` at `view`, by path.
absl::StatusOr<std::vector<ProtocolConflict>> LoadProtocolConflicts(
    const RegistryView& view, const RecordView& stored);

// Adds the disputes of `input` to `result`, which has the outcomes as they are
// with the provisional values; each other value with the outcomes that come to
// something else under it. `inclusion` is that of the provisional values. Of
// `outcome` alone unless that is empty.
//   what `check_alive` returns, asked between values.
absl::Status AddProtocolDisputes(const ReviewInput& input,
                                 const Inclusion& inclusion,
                                 absl::string_view outcome,
                                 absl::FunctionRef<absl::Status()> check_alive,
                                 v1::ReviewResult& result);

// `dispute` without what its values come to.
v1::ProtocolDispute WithoutOutcomes(const v1::ProtocolDispute& dispute);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_PROTOCOL_DISPUTES_H_
