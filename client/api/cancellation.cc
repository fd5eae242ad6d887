#include "client/api/cancellation.h"

namespace consilium {

void Cancellation::Cancel() {
  // The lock is held while callbacks run, so that none outlives its owner.
  MutexLock lock(mutex_);
  if (cancelled_) return;
  cancelled_ = true;
  for (Callback* callback : callbacks_) callback->run_();
}

bool Cancellation::cancelled() const {
  MutexLock lock(mutex_);
  return cancelled_;
}

bool Cancellation::WaitFor(absl::Duration timeout) const {
  MutexLock lock(mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&cancelled_), timeout);
  return cancelled_;
}

Cancellation::Callback::Callback(Cancellation* cancellation,
                                 std::function<void()> run)
    : cancellation_(cancellation), run_(std::move(run)) {
  if (cancellation_ == nullptr) return;
  MutexLock lock(cancellation_->mutex_);
  cancellation_->callbacks_.insert(this);
  if (cancellation_->cancelled_) run_();
}

Cancellation::Callback::~Callback() {
  if (cancellation_ == nullptr) return;
  MutexLock lock(cancellation_->mutex_);
  cancellation_->callbacks_.erase(this);
}

}  // namespace consilium
