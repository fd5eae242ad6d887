#include "client/api/backoff.h"

#include <algorithm>

namespace consilium {

absl::Duration Backoff::Next() {
  const absl::Duration delay = next_;
  next_ = std::min(next_ * 2, delay_max_);
  return WithJitter(delay, random_);
}

absl::Duration WithJitter(absl::Duration duration, absl::BitGenRef random) {
  return duration * absl::Uniform(absl::IntervalClosed, random, 0.8, 1.2);
}

}  // namespace consilium
