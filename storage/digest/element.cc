#include "storage/digest/element.h"

#include "absl/strings/str_cat.h"
#include "proto/base/big_endian.h"
#include "proto/base/sha256.h"

namespace consilium {
namespace {

constexpr char kElementTag[] = "consilium element v1";

// Enough for a dozen assignments to registers.
constexpr size_t kUsualSizeBytes = 1024;

}  // namespace

ElementHasher::ElementHasher(absl::string_view record_name) {
  encoded_.reserve(kUsualSizeBytes);
  encoded_.append(kElementTag, sizeof(kElementTag));
  AppendLengthPrefixed(record_name, encoded_);
}

void ElementHasher::Add(const FieldPath& path, const Dot& dot,
                        absl::string_view commitment) {
  AppendBigEndian32(static_cast<uint32_t>(path.field), encoded_);
  encoded_.push_back(static_cast<char>(path.kind));
  AppendLengthPrefixed(path.key, encoded_);
  const absl::string_view replica = dot.replica.bytes();
  encoded_.append(replica.data(), replica.size());
  AppendBigEndian64(static_cast<uint64_t>(dot.sequence), encoded_);
  encoded_.append(commitment.data(), commitment.size());
}

std::string ElementHasher::Finish() const { return Sha256({encoded_}); }

}  // namespace consilium
