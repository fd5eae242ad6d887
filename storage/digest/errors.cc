#include "storage/digest/errors.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status DigestStateInvalid(size_t actual_size, size_t expected_size) {
  return MakeError(absl::StatusCode::kInvalidArgument, "DIGEST_STATE_INVALID",
                   absl::StrCat("the state of a digest has ", expected_size,
                                " bytes, not ", actual_size));
}

}  // namespace consilium
