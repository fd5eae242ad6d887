// Failures of the HTTP listener, and the reasons (ErrorInfo) they carry.
#ifndef CONSILIUM_SERVER_HTTP_ERRORS_H_
#define CONSILIUM_SERVER_HTTP_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// UNAVAILABLE, HTTP_CANNOT_LISTEN. `field` is the flag or setting that asked
// for `address`.
absl::Status HttpCannotListen(absl::string_view field,
                              absl::string_view address, absl::string_view why);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_ERRORS_H_
