// SHA-256 at the least cost that OpenSSL allows.
//
// Thread-safe. The process ends if OpenSSL has no SHA-256.
#ifndef CONSILIUM_PROTO_BASE_SHA256_H_
#define CONSILIUM_PROTO_BASE_SHA256_H_

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

inline constexpr size_t kSha256SizeBytes = 32;

// A hash where many are kept: in place, where a string would point elsewhere.
using Sha256Hash = std::array<char, kSha256SizeBytes>;

inline absl::string_view BytesOf(const Sha256Hash& hash) {
  return absl::string_view(hash.data(), hash.size());
}

// The hash of `parts`, one after the other.
std::string Sha256(std::initializer_list<absl::string_view> parts);

// Writes the 32 bytes of the same hash to `out`, which may be where a part is.
void Sha256Into(std::initializer_list<absl::string_view> parts, char* out);

// The hash of what comes piece by piece, such as a large file. One thread.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();

  void Add(absl::string_view piece);
  // The 32 bytes. Call once, last.
  std::string Finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_SHA256_H_
