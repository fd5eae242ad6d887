// Locks whose discipline both Clang's thread-safety analysis and
// ThreadSanitizer understand.
//
// Debian's Abseil is built without ThreadSanitizer, so its Mutex looks to the
// sanitizer like no synchronisation at all. These wrappers say what happens;
// conditions too, because whoever unlocks evaluates those of the threads that
// wait.
#ifndef CONSILIUM_PROTO_BASE_MUTEX_H_
#define CONSILIUM_PROTO_BASE_MUTEX_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "proto/base/thread_sanitizer.h"

namespace consilium {

// Mutual exclusion. Not reentrant.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() {
    mutex_.Lock();
    Acquired();
  }

  void Unlock() ABSL_UNLOCK_FUNCTION() {
    Released();
    mutex_.Unlock();
  }

  // Waits, with the lock released, until `condition` holds.
  void Await(const absl::Condition& condition)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(this) {
    const Observed observed{*this, condition};
    Released();
    mutex_.Await(observed.condition());
    Acquired();
  }

  // Like Await, for at most `timeout`. True if the condition holds.
  bool AwaitWithTimeout(const absl::Condition& condition,
                        absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(this) {
    const Observed observed{*this, condition};
    Released();
    const bool held = mutex_.AwaitWithTimeout(observed.condition(), timeout);
    Acquired();
    return held;
  }

 private:
  void Acquired() { HappensAfter(this); }
  void Released() { HappensBefore(this); }

#ifdef CONSILIUM_TSAN
  // A condition that any thread may evaluate, as holder of the lock.
  struct Observed {
    absl::Condition condition() const {
      return absl::Condition(this, &Observed::Holds);
    }
    bool Holds() const {
      mutex.Acquired();
      const bool holds = awaited.Eval();
      mutex.Released();
      return holds;
    }

    Mutex& mutex;
    const absl::Condition& awaited;
  };
#else
  struct Observed {
    const absl::Condition& condition() const { return awaited; }

    Mutex& mutex;
    const absl::Condition& awaited;
  };
#endif

  absl::Mutex mutex_;
};

// Holds a Mutex for a scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_MUTEX_H_
