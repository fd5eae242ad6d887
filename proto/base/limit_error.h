// The failure of what would be larger than a limit allows.
#ifndef CONSILIUM_PROTO_BASE_LIMIT_ERROR_H_
#define CONSILIUM_PROTO_BASE_LIMIT_ERROR_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// RESOURCE_EXHAUSTED, LIMIT_EXCEEDED: `message`, with metadata limit, which
// names it, and maximum.
absl::Status OverLimit(absl::string_view limit, size_t maximum,
                       absl::string_view message);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_LIMIT_ERROR_H_
