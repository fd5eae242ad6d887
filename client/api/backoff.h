// How long to wait before trying again.
#ifndef CONSILIUM_CLIENT_API_BACKOFF_H_
#define CONSILIUM_CLIENT_API_BACKOFF_H_

#include <random>

#include "absl/time/time.h"

namespace consilium {

// Delays that double from a minimum to a maximum, each changed by up to a
// fifth at random, so that many clients do not come back at once.
//
// Thread-compatible.
class Backoff {
 public:
  Backoff(absl::Duration delay_min, absl::Duration delay_max);

  // The next delay, at most a fifth above the maximum.
  absl::Duration Next();

  // Starts again at the minimum: something went well.
  void Reset() { next_ = delay_min_; }

  // `duration`, changed by up to a fifth at random.
  absl::Duration WithJitter(absl::Duration duration);

 private:
  const absl::Duration delay_min_;
  const absl::Duration delay_max_;
  absl::Duration next_;
  std::minstd_rand random_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_BACKOFF_H_
