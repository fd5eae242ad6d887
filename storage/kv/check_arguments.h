// The limits on what a caller names, the same for every store.
#ifndef CONSILIUM_STORAGE_KV_CHECK_ARGUMENTS_H_
#define CONSILIUM_STORAGE_KV_CHECK_ARGUMENTS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/kv/errors.h"
#include "storage/kv/key_value_store.h"
#include "storage/kv/limits.h"

namespace consilium {

inline absl::Status CheckPartition(Partition partition) {
  const auto number = static_cast<uint32_t>(partition);
  if (number > kPartitionNumberMax) return PartitionOutOfRange(number);
  return absl::OkStatus();
}

inline absl::Status CheckKey(absl::string_view key) {
  if (key.size() > kKeySizeMaxBytes) return KeyTooLarge(key.size());
  return absl::OkStatus();
}

inline absl::Status CheckKeys(absl::Span<const absl::string_view> keys) {
  if (keys.size() > kMultiGetKeyCountMax) return TooManyKeys(keys.size());
  for (const absl::string_view key : keys) {
    if (key.size() > kKeySizeMaxBytes) return KeyTooLarge(key.size());
  }
  return absl::OkStatus();
}

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_CHECK_ARGUMENTS_H_
