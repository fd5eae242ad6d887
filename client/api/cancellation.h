// Tells work that nobody wants it any more, from another thread.
#ifndef CONSILIUM_CLIENT_API_CANCELLATION_H_
#define CONSILIUM_CLIENT_API_CANCELLATION_H_

#include <functional>
#include <set>
#include <utility>

#include "absl/time/time.h"
#include "proto/base/mutex.h"

namespace consilium {

// Thread-safe. Must outlive its callbacks.
class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  // Runs every registered callback, the first time. Later calls do nothing.
  void Cancel() ABSL_LOCKS_EXCLUDED(mutex_);

  bool cancelled() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits for at most `timeout`. True when cancelled.
  bool WaitFor(absl::Duration timeout) const ABSL_LOCKS_EXCLUDED(mutex_);

  class Callback;

 private:
  mutable Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<Callback*> callbacks_ ABSL_GUARDED_BY(mutex_);
};

// Keeps `run` registered with `cancellation`, which may be null: then it never
// runs. It runs at once when that is cancelled already. It must not block, nor
// touch the cancellation. The destructor waits for a running call.
class Cancellation::Callback {
 public:
  Callback(Cancellation* cancellation, std::function<void()> run);
  ~Callback();
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

 private:
  friend class Cancellation;

  Cancellation* const cancellation_;
  const std::function<void()> run_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_CANCELLATION_H_
