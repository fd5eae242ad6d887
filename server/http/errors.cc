#include "server/http/errors.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status HttpCannotListen(absl::string_view field,
                              absl::string_view address,
                              absl::string_view why) {
  return MakeError(
      absl::StatusCode::kUnavailable, "HTTP_CANNOT_LISTEN",
      absl::StrCat(field, ": cannot listen on ", address, " (", why,
                   "); want an address of this machine and a port that nothing "
                   "else listens on. Port 0 takes any free one, and none of "
                   "this is needed to serve: leave the setting out"),
      {{"field", field}, {"address", address}});
}

}  // namespace consilium
