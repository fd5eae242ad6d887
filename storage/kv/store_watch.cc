#include "storage/kv/store_watch.h"

#include "storage/kv/errors.h"
#include "storage/kv/rocksdb_status.h"
#include "storage/kv/store_seal.h"

namespace consilium {

void StoreWatch::Stop(const absl::Status& cause) {
  MutexLock lock(mutex_);
  if (!cause_.ok()) return;
  cause_ = cause;
  stopped_.store(true, std::memory_order_release);
}

absl::Status StoreWatch::Health() const {
  if (!stopped_.load(std::memory_order_acquire)) return absl::OkStatus();
  MutexLock lock(mutex_);
  return StoreStopped(cause_);
}

bool StoreWatch::HasFailedFile() const {
  MutexLock lock(mutex_);
  return !cause_.ok() && !absl::IsDataLoss(cause_);
}

absl::Status StoreWatch::Seal() {
  MutexLock lock(seal_mutex_);
  absl::Status sealed = WriteSeal(directory_);
  if (!sealed.ok()) Stop(sealed);
  return sealed;
}

void StoreWatch::OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) {
  Seal().IgnoreError();  // A failure has stopped the store.
}

void StoreWatch::OnCompactionCompleted(rocksdb::DB*,
                                       const rocksdb::CompactionJobInfo&) {
  Seal().IgnoreError();
}

void StoreWatch::OnBackgroundError(rocksdb::BackgroundErrorReason,
                                   rocksdb::Status* error) {
  Stop(FromRocksdb(*error, directory_, "background work"));
}

void StoreWatch::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason,
                                      rocksdb::Status, bool* recover) {
  // Whether what failed was written is unknown until the logs are read again.
  *recover = false;
}

}  // namespace consilium
