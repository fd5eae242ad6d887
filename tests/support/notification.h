// Something that happens once, and that threads of a test wait for.
#ifndef CONSILIUM_TESTS_SUPPORT_NOTIFICATION_H_
#define CONSILIUM_TESTS_SUPPORT_NOTIFICATION_H_

#include "absl/synchronization/notification.h"
#include "proto/base/thread_sanitizer.h"

namespace consilium {

// absl::Notification, which ThreadSanitizer understands here. Thread-safe.
class Notification {
 public:
  Notification() = default;
  Notification(const Notification&) = delete;
  Notification& operator=(const Notification&) = delete;

  // Call once.
  void Notify() {
    HappensBefore(this);
    notification_.Notify();
  }

  bool HasBeenNotified() const {
    const bool notified = notification_.HasBeenNotified();
    if (notified) HappensAfter(this);
    return notified;
  }

  void WaitForNotification() const {
    notification_.WaitForNotification();
    HappensAfter(this);
  }

 private:
  absl::Notification notification_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_NOTIFICATION_H_
