#include "client/sync/stall_guard.h"

namespace consilium {

StallGuard::StallGuard(absl::Duration timeout, Cancellation& cancellation)
    : thread_(
          [this, timeout, &cancellation] { Watch(timeout, cancellation); }) {}

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
    const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return touched_ || stopped_;
    };
    while (!stopped_ && !stalled_) {
      touched_ = false;
      stalled_ = !mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
    }
    if (!stalled_) return;
  }
  cancellation.Cancel();
}

}  // namespace consilium
