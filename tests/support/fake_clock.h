// A clock that stands still until a test moves it.
#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_

#include "absl/time/time.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"

namespace consilium {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  FakeClock() : FakeClock(absl::FromUnixSeconds(1'700'000'000)) {}
  explicit FakeClock(absl::Time now) : now_(now) {}

  absl::Time Now() override {
    MutexLock lock(mutex_);
    return now_;
  }

  // `by` may be negative: wall clocks jump.
  void Advance(absl::Duration by) {
    MutexLock lock(mutex_);
    now_ += by;
  }

  void Set(absl::Time now) {
    MutexLock lock(mutex_);
    now_ = now;
  }

 private:
  Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_CLOCK_H_
