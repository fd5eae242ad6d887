// The key-value store on a local disk, kept by RocksDB.
//
// A row lies under its partition number (4 bytes, big-endian) and its key.
// Every commit is synced; commits that arrive together are synced as one.
// The store stops at its first failed write and has to be opened again.
#ifndef CONSILIUM_STORAGE_KV_ROCKSDB_STORE_H_
#define CONSILIUM_STORAGE_KV_ROCKSDB_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "storage/kv/commit_gate.h"
#include "storage/kv/free_space.h"
#include "storage/kv/key_value_store.h"

namespace rocksdb {
class DB;
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace consilium {

class StoreWatch;

struct RocksdbStoreOptions {
  size_t block_cache_size_bytes = size_t{256} << 20;
  size_t write_buffer_size_bytes = size_t{64} << 20;
  // Whether files are merged in the background. A store that is only looked at
  // needs no more room than it has.
  bool merge_files = true;
  // Below this much free space writes are refused. Leaves room for what is
  // in memory to be written out twice.
  uint64_t free_bytes_min = uint64_t{576} << 20;
  absl::Duration free_space_probe_interval = absl::Milliseconds(200);
  FreeSpaceProbe free_space_probe = ProbeFreeSpace;
  // Told how long each synced write took, on the writer's thread. Must not
  // block. May be empty.
  std::function<void(absl::Duration)> on_synced_write;
};

// Thread-safe. Closing writes everything out, so that opening is quick.
class RocksdbStore final : public KeyValueStore {
 public:
  // Makes a new, empty store. `directory` must be empty or missing; then its
  // parent must exist.
  //   FAILED_PRECONDITION  STORE_EXISTS, STORE_LOCKED, NOT_A_STORE.
  static absl::StatusOr<std::unique_ptr<RocksdbStore>> Create(
      const std::string& directory, const RocksdbStoreOptions& options = {});

  // Opens what Create made. Never creates: a disk that is not mounted must not
  // look like an empty store.
  //   FAILED_PRECONDITION  STORE_MISSING, NOT_A_STORE, STORE_LOCKED.
  //   DATA_LOSS            files are missing or damaged; nothing was changed.
  static absl::StatusOr<std::unique_ptr<RocksdbStore>> Open(
      const std::string& directory, const RocksdbStoreOptions& options = {});

  ~RocksdbStore() override;

  absl::Status Commit(Partition partition, const WriteBatch& batch) override;
  absl::StatusOr<std::optional<std::string>> Get(
      Partition partition, absl::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Partition partition,
      absl::Span<const absl::string_view> keys) const override;
  std::unique_ptr<RowIterator> Scan(Partition partition,
                                    const ScanRange& range) const override;
  absl::StatusOr<std::unique_ptr<KeyValueSnapshot>> NewSnapshot(
      Partition partition) const override;
  absl::Status DropPartition(Partition partition) override;
  absl::StatusOr<uint64_t> ApproximateSizeBytes(
      Partition partition) const override;
  absl::Status Health() const override;
  absl::Status VerifyIntegrity() const override;
  absl::Status CreateCheckpoint(const std::string& directory) override;

  // Writes what is in memory out to sorted files. Commits are durable without.
  absl::Status Flush();

 private:
  RocksdbStore(std::string directory, const RocksdbStoreOptions& options,
               std::shared_ptr<StoreWatch> watch,
               std::unique_ptr<rocksdb::DB> database);

  static absl::StatusOr<std::unique_ptr<RocksdbStore>> OpenDatabase(
      const std::string& directory, const RocksdbStoreOptions& options,
      bool create);

  // OK when a write of about `size_bytes` may begin.
  absl::Status AdmitWrite(uint64_t size_bytes);
  // Writes and syncs a batch, and says how long that took.
  rocksdb::Status SyncedWrite(rocksdb::WriteBatch& batch);
  // What to answer for a write that ended with `status`; stops the store when
  // that is an error.
  absl::Status EndWrite(const rocksdb::Status& status);
  absl::Status CheckGuard(Partition partition, const Guard& guard) const;

  const std::string directory_;
  const std::function<void(absl::Duration)> on_synced_write_;
  const std::shared_ptr<StoreWatch> watch_;
  std::unique_ptr<rocksdb::DB> database_;
  FreeSpaceGuard free_space_;
  CommitGate gate_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_ROCKSDB_STORE_H_
