// An ordered store of bytes: the only thing that the rest of storage knows
// about disks and databases.
//
// Rows (key, value) live in partitions. A registry is one partition, the
// server's own rows are another. A batch, a snapshot and a scan never cross
// partitions, so an implementation may keep them on different machines. Within
// a partition keys are ordered as by memcmp, and spaces of rows are prefixes of
// the key.
//
// Every error carries an ErrorInfo; errors.h lists the reasons. The codes:
//   INVALID_ARGUMENT     a limit (limits.h) is exceeded.
//   ABORTED              the guard of a batch did not hold.
//   RESOURCE_EXHAUSTED   too little room on the disk; reads go on.
//   FAILED_PRECONDITION  the store cannot be opened as asked.
//   UNAVAILABLE          the store stopped after a failed write; open it again.
//   DATA_LOSS            what was read is damaged. Nothing is repaired.
#ifndef CONSILIUM_STORAGE_KV_KEY_VALUE_STORE_H_
#define CONSILIUM_STORAGE_KV_KEY_VALUE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/kv/limits.h"
#include "storage/kv/write_batch.h"

namespace consilium {

// A number from 0 to kPartitionNumberMax: Partition{7}.
enum class Partition : uint32_t {};

// The server's own rows.
inline constexpr Partition kServerPartition{0};

// Rows with begin <= key < end, visited in ascending order, or descending
// when `reverse`. An empty `end` means the end of the partition.
//
// The last row before X:  Scan({.end = X, .reverse = true}).
struct ScanRange {
  std::string begin;
  std::string end;
  bool reverse = false;
};

// All rows whose key starts with `prefix`.
ScanRange PrefixRange(absl::string_view prefix, bool reverse = false);

// A position in a scan, at its first row to begin with.
//
//   auto it = snapshot->Scan(PrefixRange("t/"));
//   for (; it->Valid(); it->Next()) Use(it->key(), it->value());
//   RETURN_IF_ERROR(it->status());
//
// One thread. Must not outlive the snapshot (or store) it came from. Holds
// resources of the store: use it for seconds, and resume later by key.
class RowIterator {
 public:
  virtual ~RowIterator() = default;

  // False at the end of the range and after an error: ask status() which.
  virtual bool Valid() const = 0;

  // Requires Valid().
  virtual void Next() = 0;

  // Moves to the first row of the range at or after `key`; of a reverse scan,
  // at or before it. May move backwards.
  virtual void Seek(absl::string_view key) = 0;

  // Require Valid(). The views live until the iterator moves.
  virtual absl::string_view key() const = 0;
  virtual absl::string_view value() const = 0;

  // Not OK when the scan ended early, with DATA_LOSS for damage.
  virtual absl::Status status() const = 0;
};

// One partition as it stood when the snapshot was taken.
//
// Thread-safe. Must not outlive its store. Holds resources of the store: use
// it for seconds.
class KeyValueSnapshot {
 public:
  virtual ~KeyValueSnapshot() = default;

  // The value of `key`, or nullopt when there is no such row.
  virtual absl::StatusOr<std::optional<std::string>> Get(
      absl::string_view key) const = 0;

  // The values of `keys`, in their order. Faster than as many Gets.
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const absl::string_view> keys) const = 0;

  // Never null; an error shows in status() of the iterator.
  virtual std::unique_ptr<RowIterator> Scan(const ScanRange& range) const = 0;
};

// Thread-safe. The destructor closes the store; no call may be running, and
// every snapshot and iterator must be gone.
class KeyValueStore {
 public:
  virtual ~KeyValueStore() = default;

  // Applies `batch` to `partition`: all of it, durably before the call
  // returns, or nothing. Later reads, by anyone, see it.
  //   ABORTED              the guarded row differs; nothing is written.
  //   INVALID_ARGUMENT     a limit is exceeded; nothing is written.
  //   RESOURCE_EXHAUSTED   no room; nothing is written.
  //   UNAVAILABLE          an earlier write failed; nothing is written.
  //   anything else        the write failed and the store stopped. Whether the
  //                        batch is there (whole) shows when it is reopened.
  virtual absl::Status Commit(Partition partition, const WriteBatch& batch) = 0;

  // Reads of the last committed state.
  virtual absl::StatusOr<std::optional<std::string>> Get(
      Partition partition, absl::string_view key) const = 0;
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Partition partition, absl::Span<const absl::string_view> keys) const = 0;
  // The iterator sees the state at the time of the call.
  virtual std::unique_ptr<RowIterator> Scan(Partition partition,
                                            const ScanRange& range) const = 0;

  // Cheap: costs about as much as a Get.
  virtual absl::StatusOr<std::unique_ptr<KeyValueSnapshot>> NewSnapshot(
      Partition partition) const = 0;

  // Deletes every row of `partition`, durably and atomically.
  virtual absl::Status DropPartition(Partition partition) = 0;

  // About how many bytes `partition` occupies. For people and metrics.
  virtual absl::StatusOr<uint64_t> ApproximateSizeBytes(
      Partition partition) const = 0;

  // OK while writes are accepted; otherwise why they are not. A store that
  // stopped after a failed write never recovers by itself.
  virtual absl::Status Health() const = 0;

  // Reads everything and checks it against its checksums. Slow.
  //   DATA_LOSS  names what is damaged.
  virtual absl::Status VerifyIntegrity() const = 0;

  // Writes a copy of the whole store, as of one moment during the call, to
  // `directory`, which must not exist. The copy opens like the store itself.
  //   UNIMPLEMENTED  this kind of store is backed up by its own tools.
  virtual absl::Status CreateCheckpoint(const std::string& directory) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_KEY_VALUE_STORE_H_
