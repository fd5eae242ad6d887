#include "proto/base/limit_error.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status OverLimit(absl::string_view limit, size_t maximum,
                       absl::string_view message) {
  return MakeError(absl::StatusCode::kResourceExhausted, "LIMIT_EXCEEDED",
                   message,
                   {{"limit", limit}, {"maximum", absl::StrCat(maximum)}});
}

}  // namespace consilium
