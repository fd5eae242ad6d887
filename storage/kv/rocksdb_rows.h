// Reading one partition of a database.
#ifndef CONSILIUM_STORAGE_KV_ROCKSDB_ROWS_H_
#define CONSILIUM_STORAGE_KV_ROCKSDB_ROWS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rocksdb/db.h"
#include "rocksdb/slice.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

inline constexpr size_t kPartitionPrefixSizeBytes = 4;

// Big-endian, so that partitions lie one after another.
void EncodePartition(Partition partition, char* to);

// `bound` with the prefix of `partition`; an empty one, as the end of a range,
// becomes the end of the partition.
std::string LowerBound(Partition partition, absl::string_view bound);
std::string UpperBound(Partition partition, absl::string_view bound);

// One partition of `database`, now or as of `snapshot` (may be null). A view:
// borrows all three.
struct RocksdbRows {
  rocksdb::DB& database;
  const std::string& directory;  // For errors.
  Partition partition;
  const rocksdb::Snapshot* snapshot = nullptr;

  // These check their arguments.
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const absl::string_view> keys) const;
  std::unique_ptr<RowIterator> Scan(const ScanRange& range) const;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_ROCKSDB_ROWS_H_
