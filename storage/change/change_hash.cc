#include "storage/change/change_hash.h"

#include <cstdint>
#include <cstring>

#include "proto/base/big_endian.h"
#include "proto/base/sha256.h"

namespace consilium {
namespace {

// Each ends with the zero byte of its literal.
constexpr char kHeaderTag[] = "consilium header v1";
constexpr char kSkeletonTag[] = "consilium skeleton v1";
constexpr char kSaltTag[] = "consilium salt v1";
constexpr char kCommitmentTag[] = "consilium commitment v1";

}  // namespace

std::string HeaderHash(absl::string_view header) {
  return Sha256({absl::string_view(kHeaderTag, sizeof(kHeaderTag)), header});
}

std::string SkeletonHash(absl::string_view outline,
                         absl::string_view commitments) {
  char size[8];
  StoreBigEndian64(outline.size(), size);
  return Sha256({absl::string_view(kSkeletonTag, sizeof(kSkeletonTag)),
                 absl::string_view(size, sizeof(size)), outline, commitments});
}

void CommitmentInto(absl::string_view salt, size_t index,
                    absl::string_view value, absl::string_view source,
                    char* out) {
  char index_bytes[8];
  StoreBigEndian64(index, index_bytes);
  // Tag, salt and length fill one block of SHA-256.
  char block[sizeof(kCommitmentTag) + kSha256SizeBytes + 8];
  std::memcpy(block, kCommitmentTag, sizeof(kCommitmentTag));
  Sha256Into({absl::string_view(kSaltTag, sizeof(kSaltTag)), salt,
              absl::string_view(index_bytes, sizeof(index_bytes))},
             block + sizeof(kCommitmentTag));
  StoreBigEndian64(value.size(),
                   block + sizeof(kCommitmentTag) + kSha256SizeBytes);
  Sha256Into({absl::string_view(block, sizeof(block)), value, source}, out);
}

}  // namespace consilium
