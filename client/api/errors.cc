#include "client/api/errors.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/limit_error.h"
#include "proto/base/utf8.h"

namespace consilium {

absl::Status AddressInvalid(absl::string_view address,
                            absl::string_view fault) {
  return InvalidField("server",
                      absl::StrCat(Quote(address), " ", fault,
                                   "; an address is HOST:PORT, such as "
                                   "127.0.0.1:7700 or [::1]:7700"));
}

absl::Status ServerUnavailable(absl::string_view address,
                               absl::string_view cause) {
  return MakeError(
      absl::StatusCode::kUnavailable, "SERVER_UNAVAILABLE",
      absl::StrCat("no server answers at ", address, " (", CleanUtf8(cause),
                   "); start one with `consiliumd serve --data DIR --listen ",
                   address, "`, or name another server"),
      {{"address", address}, {"cause", CleanUtf8(cause)}});
}

absl::Status ServerTooSlow(absl::string_view address, absl::string_view method,
                           bool writes, absl::Duration deadline) {
  const std::string cause = absl::StrCat("did not answer ", method, " within ",
                                         absl::FormatDuration(deadline));
  return MakeError(
      absl::StatusCode::kDeadlineExceeded, "SERVER_TOO_SLOW",
      absl::StrCat(address, " ", cause,
                   writes ? "; whether it happened is not known: look, then "
                            "try again"
                          : "; try again, or give it longer"),
      {{"address", address}, {"method", method}, {"cause", cause}});
}

absl::Status MethodNotOffered(absl::string_view address,
                              absl::string_view method) {
  return MakeError(
      absl::StatusCode::kUnimplemented, "METHOD_NOT_OFFERED",
      absl::StrCat(address, " does not offer ", method,
                   "; is it a consiliumd, and as new as this client?"),
      {{"address", address}, {"method", method}});
}

absl::Status CallCancelled(absl::string_view method) {
  return MakeError(absl::StatusCode::kCancelled, "CALL_CANCELLED",
                   absl::StrCat(method, " was cancelled"),
                   {{"method", method}});
}

absl::Status MethodUnknown(absl::string_view method) {
  return MakeError(
      absl::StatusCode::kInternal, "METHOD_UNKNOWN",
      absl::StrCat("no method ", method, " with such request and response"),
      {{"method", method}});
}

absl::Status PageTokenRepeated(absl::string_view method) {
  return MakeError(absl::StatusCode::kInternal, "PAGE_TOKEN_REPEATED",
                   absl::StrCat("the server answered ", method,
                                " with the page token that it was asked for"),
                   {{"method", method}});
}

absl::Status ReviewResultTooLarge(size_t maximum) {
  return OverLimit(
      "review result size in bytes", maximum,
      absl::StrCat("the review's result has more than ", maximum,
                   " bytes, the most that this client reads; `consilium review "
                   "run -o json` and `review render` write it as it comes"));
}

absl::Status ReviewResultUnreadable() {
  return MakeError(absl::StatusCode::kDataLoss, "REVIEW_RESULT_UNREADABLE",
                   "the server's bytes are no review's result; is it of "
                   "another release?",
                   {});
}

}  // namespace consilium
