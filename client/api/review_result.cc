#include "client/api/review_result.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "client/api/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kRenderReview[] =
    "consilium.v1.ReviewResultService.RenderReview";

}  // namespace

absl::Status RenderReview(Caller& caller,
                          const v1::RenderReviewRequest& request,
                          absl::FunctionRef<void(absl::string_view)> take,
                          const CallOptions& options) {
  v1::RenderReviewResponse response;
  return caller.Stream(
      kRenderReview, request, response,
      [&] {
        take(response.data());
        return true;
      },
      options);
}

absl::StatusOr<v1::ReviewResult> ReadReviewResult(
    Caller& caller, v1::RenderReviewRequest request,
    const CallOptions& options) {
  request.set_format(v1::RENDER_FORMAT_MESSAGE);
  std::string bytes;
  bool fits = true;
  v1::RenderReviewResponse response;
  RETURN_IF_ERROR(caller.Stream(
      kRenderReview, request, response,
      [&] {
        fits = bytes.size() + response.data().size() <= kReviewResultSizeMax;
        if (fits) absl::StrAppend(&bytes, response.data());
        return fits;
      },
      options));
  if (!fits) return ReviewResultTooLarge(kReviewResultSizeMax);
  v1::ReviewResult result;
  if (!result.ParseFromString(bytes)) return ReviewResultUnreadable();
  return result;
}

}  // namespace consilium
