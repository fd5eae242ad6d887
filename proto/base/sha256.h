// SHA-256 at the least cost that OpenSSL allows.
//
// Thread-safe. The process ends if OpenSSL has no SHA-256.
#ifndef CONSILIUM_PROTO_BASE_SHA256_H_
#define CONSILIUM_PROTO_BASE_SHA256_H_

#include <cstddef>
#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

inline constexpr size_t kSha256SizeBytes = 32;

// The hash of `parts`, one after the other.
std::string Sha256(std::initializer_list<absl::string_view> parts);

// Writes the 32 bytes of the same hash to `out`, which may be where a part is.
void Sha256Into(std::initializer_list<absl::string_view> parts, char* out);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_SHA256_H_
