// The time of day, as something a test can hold.
#ifndef CONSILIUM_PROTO_BASE_CLOCK_H_
#define CONSILIUM_PROTO_BASE_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace consilium {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The time of day. It may jump both ways; it is shown to people and decides
  // nothing.
  virtual absl::Time Now() = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_CLOCK_H_
