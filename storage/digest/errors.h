// The failures of digests.
#ifndef CONSILIUM_STORAGE_DIGEST_ERRORS_H_
#define CONSILIUM_STORAGE_DIGEST_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"

namespace consilium {

// INVALID_ARGUMENT, reason DIGEST_STATE_INVALID.
absl::Status DigestStateInvalid(size_t actual_size, size_t expected_size);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_DIGEST_ERRORS_H_
