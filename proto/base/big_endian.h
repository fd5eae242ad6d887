// Integers as bytes, most significant first: the order of every integer that
// Consilium hashes, signs or puts into a key.
#ifndef CONSILIUM_PROTO_BASE_BIG_ENDIAN_H_
#define CONSILIUM_PROTO_BASE_BIG_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// Writes the 8 bytes of `value` to `out`.
inline void StoreBigEndian64(uint64_t value, char* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *out++ = static_cast<char>(value >> shift);
  }
}

// Appends the 8 bytes of `value`.
inline void AppendBigEndian64(uint64_t value, std::string& out) {
  char bytes[8];
  StoreBigEndian64(value, bytes);
  out.append(bytes, sizeof(bytes));
}

// Appends the 4 bytes of `value`.
inline void AppendBigEndian32(uint32_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

// Appends the length of `bytes` in 8 bytes, and then `bytes`.
inline void AppendLengthPrefixed(absl::string_view bytes, std::string& out) {
  AppendBigEndian64(bytes.size(), out);
  out.append(bytes.data(), bytes.size());
}

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_BIG_ENDIAN_H_
