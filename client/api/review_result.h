// Results of reviews, of any size.
#ifndef CONSILIUM_CLIENT_API_REVIEW_RESULT_H_
#define CONSILIUM_CLIENT_API_REVIEW_RESULT_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "consilium/v1/review_result.pb.h"
#include "consilium/v1/review_result_service.pb.h"

namespace consilium {

// The result of a review, read in parts; the largest takes about three times
// that in memory.
inline constexpr size_t kReviewResultSizeMax = size_t{512} << 20;  // Bytes.

// Has the server render a review, and hands on each part of it as it comes.
// Errors are those of Caller::Stream.
absl::Status RenderReview(Caller& caller,
                          const v1::RenderReviewRequest& request,
                          absl::FunctionRef<void(absl::string_view)> take,
                          const CallOptions& options);

// The result of the review, version and outcome that `request` names, whatever
// its format: what RunReview answers, also where that is more than a message.
//   RESOURCE_EXHAUSTED  it is larger than kReviewResultSizeMax.
//   DATA_LOSS           what came is no result.
absl::StatusOr<v1::ReviewResult> ReadReviewResult(
    Caller& caller, v1::RenderReviewRequest request,
    const CallOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_REVIEW_RESULT_H_
