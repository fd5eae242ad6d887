// The failures that a client finds by itself.
#ifndef CONSILIUM_CLIENT_API_ERRORS_H_
#define CONSILIUM_CLIENT_API_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace consilium {

// INVALID_ARGUMENT: not of the form HOST:PORT.
absl::Status AddressInvalid(absl::string_view address, absl::string_view fault);

// UNAVAILABLE, reason SERVER_UNAVAILABLE: nobody answers at `address`. Says
// what to try next. `cause` is what the transport said.
absl::Status ServerUnavailable(absl::string_view address,
                               absl::string_view cause);

// DEADLINE_EXCEEDED, reason SERVER_TOO_SLOW. `writes`: the method may have
// changed something.
absl::Status ServerTooSlow(absl::string_view address, absl::string_view method,
                           bool writes, absl::Duration deadline);

// UNIMPLEMENTED, reason METHOD_NOT_OFFERED: an older server, or none of ours.
absl::Status MethodNotOffered(absl::string_view address,
                              absl::string_view method);

// CANCELLED, reason CALL_CANCELLED: by the caller.
absl::Status CallCancelled(absl::string_view method);

// INTERNAL, reason METHOD_UNKNOWN: this release knows no such method, or not
// with such messages.
absl::Status MethodUnknown(absl::string_view method);

// INTERNAL, reason PAGE_TOKEN_REPEATED: the server's list would never end.
absl::Status PageTokenRepeated(absl::string_view method);

// RESOURCE_EXHAUSTED, reason LIMIT_EXCEEDED.
absl::Status ReviewResultTooLarge(size_t maximum);

// DATA_LOSS, reason REVIEW_RESULT_UNREADABLE: what came is no result.
absl::Status ReviewResultUnreadable();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_ERRORS_H_
