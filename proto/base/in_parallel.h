// One piece of work on several processors.
#ifndef CONSILIUM_PROTO_BASE_IN_PARALLEL_H_
#define CONSILIUM_PROTO_BASE_IN_PARALLEL_H_

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

namespace consilium {

// Calls `function(begin, end)` for parts that make up [0, count), each on a
// thread of its own, this one among them, and returns when all have ended.
// Parts have at least `part_min` items, which is what pays for a thread; there
// are no more of them than processors, and one when there are too few items.
// Nothing at all is called for no items. `function` must not throw.
inline void InParallel(size_t count, size_t part_min,
                       absl::FunctionRef<void(size_t, size_t)> function) {
  if (count == 0) return;
  const size_t processors =
      std::max<size_t>(1, std::thread::hardware_concurrency());
  const size_t parts = std::clamp<size_t>(count / part_min, 1, processors);
  std::vector<std::thread> others;
  others.reserve(parts - 1);
  for (size_t i = 1; i < parts; ++i) {
    others.emplace_back(function, count * i / parts, count * (i + 1) / parts);
  }
  function(0, count / parts);
  for (std::thread& other : others) other.join();
}

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_IN_PARALLEL_H_
