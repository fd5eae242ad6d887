#include "client/api/backoff.h"

#include <algorithm>

namespace consilium {

Backoff::Backoff(absl::Duration delay_min, absl::Duration delay_max)
    : delay_min_(delay_min),
      delay_max_(delay_max),
      next_(delay_min),
      random_(std::random_device()()) {}

absl::Duration Backoff::Next() {
  const absl::Duration delay = next_;
  next_ = std::min(next_ * 2, delay_max_);
  return WithJitter(delay);
}

absl::Duration Backoff::WithJitter(absl::Duration duration) {
  return duration * std::uniform_real_distribution<double>(0.8, 1.2)(random_);
}

}  // namespace consilium
