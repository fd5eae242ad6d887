// A key-value store in memory, for tests and simulations. Keeps the whole
// contract but durability: its rows end with it.
#ifndef CONSILIUM_STORAGE_KV_MEMORY_STORE_H_
#define CONSILIUM_STORAGE_KV_MEMORY_STORE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "storage/kv/key_value_store.h"
#include "storage/kv/persistent_tree.h"

namespace consilium {

// Thread-safe. Snapshots cost O(1) and may outlive the store.
class MemoryStore final : public KeyValueStore {
 public:
  MemoryStore() = default;

  absl::Status Commit(Partition partition, const WriteBatch& batch) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::optional<std::string>> Get(
      Partition partition, absl::string_view key) const override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Partition partition,
      absl::Span<const absl::string_view> keys) const override
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::unique_ptr<RowIterator> Scan(Partition partition,
                                    const ScanRange& range) const override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::unique_ptr<KeyValueSnapshot>> NewSnapshot(
      Partition partition) const override ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status DropPartition(Partition partition) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<uint64_t> ApproximateSizeBytes(
      Partition partition) const override ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Health() const override { return absl::OkStatus(); }
  absl::Status VerifyIntegrity() const override { return absl::OkStatus(); }
  absl::Status CreateCheckpoint(const std::string& directory) override;

  // A store with the same rows. O(partitions): how a simulation restores an
  // old backup.
  std::unique_ptr<MemoryStore> Clone() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  PersistentTree::State TakeState(Partition partition) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  mutable Mutex mutex_;
  // Mutable because giving out a state marks it as shared.
  mutable std::map<Partition, PersistentTree> trees_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_MEMORY_STORE_H_
