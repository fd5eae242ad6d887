// A key-value store that fails on command: what a full disk, a pulled plug or
// a crash between the write and its answer look like from above.
#ifndef CONSILIUM_TESTS_SUPPORT_FAULTY_STORE_H_
#define CONSILIUM_TESTS_SUPPORT_FAULTY_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "proto/base/mutex.h"
#include "storage/kv/errors.h"
#include "storage/kv/failed_scan.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

// Passes everything on to another store but the commits it was told to fail.
// After such a failure every later write fails, as the contract says, until
// Recover(). Thread-safe.
class FaultyStore final : public KeyValueStore {
 public:
  enum class Fault {
    kBeforeEffect,  // The batch is not written.
    kAfterEffect,   // The batch is written, though the caller hears an error.
    kRefuse,        // RESOURCE_EXHAUSTED; nothing written, later writes go on.
  };

  // Borrows `store`.
  explicit FaultyStore(KeyValueStore& store) : store_(store) {}

  // Fails the `nth` commit from now on, 1 being the next.
  void FailCommit(int64_t nth, Fault fault) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    fail_at_ = commit_count_ + nth;
    fault_ = fault;
  }

  // Fails every read from now on with `status`; OK ends that.
  void FailReads(absl::Status status) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    read_status_ = std::move(status);
  }

  // As if the store had been closed and opened again.
  void Recover() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    health_ = absl::OkStatus();
    fail_at_ = 0;
  }

  // Commits asked for so far, failed ones too.
  int64_t commit_count() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return commit_count_;
  }

  absl::Status Commit(Partition partition, const WriteBatch& batch) override
      ABSL_LOCKS_EXCLUDED(mutex_) {
    // Held across the write, so that "the nth" means one commit.
    MutexLock lock(mutex_);
    ++commit_count_;
    if (!health_.ok()) return StoreStopped(health_);
    if (commit_count_ != fail_at_) return store_.Commit(partition, batch);
    if (fault_ == Fault::kRefuse) return DiskSpaceLow("a faulty disk", 0, 1);
    if (fault_ == Fault::kAfterEffect) {
      const absl::Status committed = store_.Commit(partition, batch);
      if (!committed.ok()) return committed;
    }
    health_ = absl::UnavailableError("injected fault");
    return WriteFailed(health_);
  }

  absl::StatusOr<std::optional<std::string>> Get(
      Partition partition, absl::string_view key) const override {
    if (absl::Status status = ReadStatus(); !status.ok()) return status;
    return store_.Get(partition, key);
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Partition partition,
      absl::Span<const absl::string_view> keys) const override {
    if (absl::Status status = ReadStatus(); !status.ok()) return status;
    return store_.MultiGet(partition, keys);
  }

  std::unique_ptr<RowIterator> Scan(Partition partition,
                                    const ScanRange& range) const override {
    if (absl::Status status = ReadStatus(); !status.ok()) {
      return std::make_unique<FailedScan>(std::move(status));
    }
    return store_.Scan(partition, range);
  }

  absl::StatusOr<std::unique_ptr<KeyValueSnapshot>> NewSnapshot(
      Partition partition) const override {
    if (absl::Status status = ReadStatus(); !status.ok()) return status;
    return store_.NewSnapshot(partition);
  }

  absl::Status DropPartition(Partition partition) override
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (!health_.ok()) return StoreStopped(health_);
    return store_.DropPartition(partition);
  }

  absl::StatusOr<uint64_t> ApproximateSizeBytes(
      Partition partition) const override {
    return store_.ApproximateSizeBytes(partition);
  }

  absl::Status Health() const override ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return health_.ok() ? store_.Health() : StoreStopped(health_);
  }

  absl::Status VerifyIntegrity() const override {
    return store_.VerifyIntegrity();
  }

  absl::Status CreateCheckpoint(const std::string& directory) override {
    return store_.CreateCheckpoint(directory);
  }

 private:
  absl::Status ReadStatus() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return read_status_;
  }

  KeyValueStore& store_;
  mutable Mutex mutex_;
  int64_t commit_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t fail_at_ ABSL_GUARDED_BY(mutex_) = 0;  // 0 fails none.
  Fault fault_ ABSL_GUARDED_BY(mutex_) = Fault::kBeforeEffect;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  absl::Status read_status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_FAULTY_STORE_H_
