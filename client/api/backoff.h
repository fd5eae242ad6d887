// How long to wait before trying again.
#ifndef CONSILIUM_CLIENT_API_BACKOFF_H_
#define CONSILIUM_CLIENT_API_BACKOFF_H_

#include "absl/random/bit_gen_ref.h"
#include "absl/random/random.h"
#include "absl/time/time.h"

namespace consilium {

// Delays that double from a minimum to a maximum, each changed by up to a
// fifth at random, so that many clients do not come back at once.
//
// Thread-compatible.
class Backoff {
 public:
  Backoff(absl::Duration delay_min, absl::Duration delay_max)
      : delay_min_(delay_min), delay_max_(delay_max), next_(delay_min) {}

  // The next delay, at most a fifth above the maximum.
  absl::Duration Next();

  // Starts again at the minimum: something went well.
  void Reset() { next_ = delay_min_; }

 private:
  const absl::Duration delay_min_;
  const absl::Duration delay_max_;
  absl::Duration next_;
  absl::BitGen random_;
};

// `duration`, changed by up to a fifth at random.
absl::Duration WithJitter(absl::Duration duration, absl::BitGenRef random);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_BACKOFF_H_
