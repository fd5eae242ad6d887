// Names of replicas and of changes.
#ifndef CONSILIUM_PROTO_BASE_DOT_H_
#define CONSILIUM_PROTO_BASE_DOT_H_

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace consilium {

// Id of one replica: 16 bytes, derived from its public key. Ordered by bytes.
class ReplicaId {
 public:
  static constexpr size_t kSizeBytes = 16;

  ReplicaId() : bytes_{} {}

  // Empty when `bytes` is not 16 bytes long.
  static std::optional<ReplicaId> FromBytes(absl::string_view bytes) {
    if (bytes.size() != kSizeBytes) return std::nullopt;
    ReplicaId id;
    std::memcpy(id.bytes_.data(), bytes.data(), kSizeBytes);
    return id;
  }

  absl::string_view bytes() const {
    return absl::string_view(bytes_.data(), bytes_.size());
  }
  std::string ToHex() const { return absl::BytesToHexString(bytes()); }

  friend std::strong_ordering operator<=>(const ReplicaId& a,
                                          const ReplicaId& b) {
    return std::memcmp(a.bytes_.data(), b.bytes_.data(), kSizeBytes) <=> 0;
  }
  friend bool operator==(const ReplicaId& a, const ReplicaId& b) {
    return a.bytes_ == b.bytes_;
  }

  template <typename H>
  friend H AbslHashValue(H h, const ReplicaId& id) {
    return H::combine(std::move(h), id.bytes());
  }

 private:
  std::array<char, kSizeBytes> bytes_;
};

// Names one change: the `sequence`th of `replica`, counted from 1.
struct Dot {
  ReplicaId replica;
  int64_t sequence = 0;

  friend auto operator<=>(const Dot&, const Dot&) = default;
  friend bool operator==(const Dot&, const Dot&) = default;

  template <typename H>
  friend H AbslHashValue(H h, const Dot& dot) {
    return H::combine(std::move(h), dot.replica, dot.sequence);
  }

  // "REPLICA_IN_HEX:SEQUENCE".
  std::string ToString() const {
    return replica.ToHex() + ":" + std::to_string(sequence);
  }
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_DOT_H_
