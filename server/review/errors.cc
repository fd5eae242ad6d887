#include "server/review/errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/errors.h"
#include "proto/base/limit_error.h"

namespace consilium {
namespace {

constexpr absl::string_view kRecordNotFound = "RECORD_NOT_FOUND";

}  // namespace

absl::Status ReviewNotFound(absl::string_view name,
                            const std::vector<std::string>& ids) {
  return MakeError(
      absl::StatusCode::kNotFound, kRecordNotFound,
      absl::StrCat("there is no review \"", name, "\" at this version; it has ",
                   ids.empty() ? "none" : absl::StrJoin(ids, ", ")),
      {{"record", name}});
}

bool IsReviewNotFound(const absl::Status& status) {
  return absl::IsNotFound(status) && GetErrorReason(status) == kRecordNotFound;
}

absl::Status OutcomeNotFound(absl::string_view outcome,
                             const std::vector<std::string>& ids) {
  return MakeError(
      absl::StatusCode::kNotFound, kOutcomeNotFound,
      absl::StrCat("the protocol has no outcome \"", outcome, "\"; it has ",
                   ids.empty() ? "none" : absl::StrJoin(ids, ", ")),
      {{"outcome", outcome}});
}

absl::Status ResultTooLargeForMessage(size_t size_bytes, size_t maximum) {
  return OverLimit(
      "response size in bytes", maximum,
      absl::StrCat("the review's result has ", size_bytes, " bytes, at most ",
                   maximum,
                   " go into one message; RenderReview sends it in parts, in "
                   "the format RENDER_FORMAT_MESSAGE"));
}

absl::Status ReviewTooLarge(size_t size_bytes, size_t maximum) {
  return OverLimit(
      "rendered review size in bytes", maximum,
      absl::StrCat("the review comes to ", size_bytes, " bytes, at most ",
                   maximum,
                   " are rendered; narrow the protocol's inclusion filter or "
                   "the filters of its sections"));
}

}  // namespace consilium
