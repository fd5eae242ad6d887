// A digest of a set that is kept up to date by adding and taking away
// elements, in any order: LtHash with 1,024 lanes of 16 bits (Lewi et al.,
// "Securing Update Propagation with Homomorphic Hashing", 2019). An element is
// expanded into its lanes by
//
//   SHAKE128("consilium lthash v1" 0x00 element), 2,048 bytes,
//
// each lane little-endian.
//
// The elements of a set must be unique by construction: a multiset that holds
// one element 2^16 times cannot be told from one without it.
//
// Thread-compatible.
#ifndef CONSILIUM_STORAGE_DIGEST_LT_HASH_H_
#define CONSILIUM_STORAGE_DIGEST_LT_HASH_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

class LtHash {
 public:
  static constexpr size_t kLanes = 1024;
  static constexpr size_t kStateSizeBytes = 2 * kLanes;

  // The digest of the empty set.
  LtHash() : lanes_{} {}

  // From what state() gave. INVALID_ARGUMENT for another length.
  static absl::StatusOr<LtHash> FromState(absl::string_view state);

  // Adds or takes away the element whose hash (32 bytes) is `element`.
  void Add(absl::string_view element);
  void Subtract(absl::string_view element);

  // Does all that was done to `other`, begun as the empty set: additions and
  // removals in several parts make one.
  void AddAll(const LtHash& other);

  // 2,048 bytes: the lanes, each little-endian.
  std::string state() const;

  // SHA-256 over the state: 32 bytes to compare and to show.
  std::string Digest() const;

  friend bool operator==(const LtHash&, const LtHash&) = default;

 private:
  void AddLanes(const std::array<uint16_t, kLanes>& lanes);

  std::array<uint16_t, kLanes> lanes_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_DIGEST_LT_HASH_H_
