// Runs a protocol: from all that it rests on to its result.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_RUN_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_RUN_H_

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/review_input.h"

namespace consilium {

// Version of the rules by which results are computed: raised whenever the same
// input gives other bytes.
inline constexpr int32_t kReviewVersion = 8;

// The result of the protocol, or of its one outcome `outcome`. Of a protocol in
// conflict that of its provisional values, with what the others come to. Equal
// inputs give equal bytes.
//   NOT_FOUND  it has no outcome of that id: names those it has.
//   what `check_alive` returns, asked between outcomes.
absl::StatusOr<v1::ReviewResult> ComputeReview(
    const ReviewInput& input, absl::string_view outcome,
    absl::FunctionRef<absl::Status()> check_alive);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_RUN_H_
