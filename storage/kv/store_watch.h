// What a database tells us while it runs: the first failure, which stops the
// store, and the growth of its manifest, which is sealed.
#ifndef CONSILIUM_STORAGE_KV_STORE_WATCH_H_
#define CONSILIUM_STORAGE_KV_STORE_WATCH_H_

#include <atomic>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "proto/base/mutex.h"
#include "rocksdb/listener.h"

namespace consilium {

// Thread-safe.
class StoreWatch final : public rocksdb::EventListener {
 public:
  explicit StoreWatch(std::string directory)
      : directory_(std::move(directory)) {}

  // Refuses all later writes with `cause`; only the first one counts.
  void Stop(const absl::Status& cause) ABSL_LOCKS_EXCLUDED(mutex_);

  // OK, or STORE_STOPPED with the cause.
  absl::Status Health() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether the disk refused something, and no damage was found.
  bool HasFailedFile() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Writes the seal (store_seal.h); stops the store when that fails.
  absl::Status Seal() ABSL_LOCKS_EXCLUDED(seal_mutex_);

  const char* Name() const override { return "consilium.StoreWatch"; }
  void OnFlushCompleted(rocksdb::DB* database,
                        const rocksdb::FlushJobInfo& info) override;
  void OnCompactionCompleted(rocksdb::DB* database,
                             const rocksdb::CompactionJobInfo& info) override;
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason,
                            rocksdb::Status error, bool* recover) override;

 private:
  const std::string directory_;
  std::atomic<bool> stopped_{false};  // Spares Health() the lock.
  mutable Mutex mutex_;
  absl::Status cause_ ABSL_GUARDED_BY(mutex_);
  Mutex seal_mutex_;  // Held across writing the seal: one at a time.
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_STORE_WATCH_H_
