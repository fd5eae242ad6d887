// Gives up work in which nothing moves any more.
#ifndef CONSILIUM_CLIENT_SYNC_STALL_GUARD_H_
#define CONSILIUM_CLIENT_SYNC_STALL_GUARD_H_

#include <thread>

#include "absl/time/time.h"
#include "client/api/cancellation.h"
#include "proto/base/mutex.h"

namespace consilium {

// Cancels `cancellation` unless Touch is called at least every `timeout`.
// Thread-safe.
class StallGuard {
 public:
  // `cancellation` must outlive the guard.
  StallGuard(absl::Duration timeout, Cancellation& cancellation);
  ~StallGuard();
  StallGuard(const StallGuard&) = delete;
  StallGuard& operator=(const StallGuard&) = delete;

  // Something moved.
  void Touch() ABSL_LOCKS_EXCLUDED(mutex_);

  bool stalled() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Watch(absl::Duration timeout, Cancellation& cancellation)
      ABSL_LOCKS_EXCLUDED(mutex_);

  mutable Mutex mutex_;
  bool touched_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool stalled_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_STALL_GUARD_H_
