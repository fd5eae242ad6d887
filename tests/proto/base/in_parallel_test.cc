#include "proto/base/in_parallel.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "proto/base/mutex.h"

namespace consilium {
namespace {

TEST(InParallel, VisitsEveryItemOnce) {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{7}, size_t{1000}}) {
    for (const size_t part_min : {size_t{1}, size_t{3}, size_t{2000}}) {
      std::vector<int> visits(count, 0);  // Parts share no item.
      InParallel(count, part_min, [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) ++visits[i];
      });
      EXPECT_EQ(visits, std::vector<int>(count, 1));
    }
  }
}

TEST(InParallel, KeepsFewItemsTogetherOnTheCallersThread) {
  int calls = 0;
  InParallel(7, 4, [&](size_t begin, size_t end) {
    ++calls;
    EXPECT_EQ(begin, 0u);
    EXPECT_EQ(end, 7u);
  });
  EXPECT_EQ(calls, 1);
}

TEST(InParallel, MakesNoPartSmallerThanAsked) {
  Mutex mutex;
  size_t smallest = 1000;
  InParallel(1000, 100, [&](size_t begin, size_t end) {
    MutexLock lock(mutex);
    smallest = std::min(smallest, end - begin);
  });
  EXPECT_GE(smallest, 100u);
}

}  // namespace
}  // namespace consilium
