#include "client/sync/stall_guard.h"

namespace consilium {

StallGuard::StallGuard(absl::Duration timeout, Cancellation& cancellation)
    : thread_([this, timeout, &cancellation] {
        Watch(timeout, cancellation);
      }) {}

StallGuard::~StallGuard() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  thread_.join();
}

void StallGuard::Touch() {
  MutexLock lock(mutex_);
  touched_ = true;
}

bool StallGuard::stalled() const {
  MutexLock lock(mutex_);
  return stalled_;
}

void StallGuard::Watch(absl::Duration timeout, Cancellation& cancellation) {
  {
    MutexLock lock(mutex_);
    while (!stopped_) {
      touched_ = false;
      if (!mutex_.AwaitWithTimeout(
              absl::Condition(
                  +[](StallGuard* guard) {
                    return guard->touched_ || guard->stopped_;
                  },
                  this),
              timeout)) {
        stalled_ = true;
        break;
      }
    }
    if (!stalled_) return;
  }
  cancellation.Cancel();
}

}  // namespace consilium
