// What ThreadSanitizer must not complain about, since it is right; and what it
// must.
#include "proto/base/mutex.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <thread>
#include <vector>

namespace consilium {
namespace {

constexpr int kItems = 2000;

// Hands numbers from one thread to another.
class Queue {
 public:
  void Put(int number) {
    MutexLock lock(mutex_);
    const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return numbers_.size() < 3;
    };
    mutex_.Await(absl::Condition(&has_room));
    numbers_.push_back(number);
  }

  int Take() {
    MutexLock lock(mutex_);
    const auto has_number = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !numbers_.empty();
    };
    mutex_.Await(absl::Condition(&has_number));
    const int number = numbers_.front();
    numbers_.pop_front();
    return number;
  }

  bool WaitUntilEmpty(absl::Duration timeout) {
    MutexLock lock(mutex_);
    const auto is_empty = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return numbers_.empty();
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&is_empty), timeout);
  }

 private:
  Mutex mutex_;
  std::deque<int> numbers_ ABSL_GUARDED_BY(mutex_);
};

TEST(MutexTest, ConditionsAreEvaluatedByWhoeverUnlocks) {
  Queue queue;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int number = 1; number <= kItems; ++number) queue.Put(number);
    });
  }
  int64_t sums[2] = {0, 0};
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&queue, &sum = sums[i]] {
      for (int taken = 0; taken < kItems; ++taken) sum += queue.Take();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sums[0] + sums[1], int64_t{kItems} * (kItems + 1));
  EXPECT_TRUE(queue.WaitUntilEmpty(absl::InfiniteDuration()));
}

TEST(MutexTest, AWaitEndsWithItsTimeout) {
  Queue queue;
  queue.Put(1);
  EXPECT_FALSE(queue.WaitUntilEmpty(absl::Milliseconds(1)));
}

#ifdef CONSILIUM_TSAN
TEST(MutexDeathTest, AccessWithoutALockIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr int kExitCodeOfReports = 66;
  EXPECT_EXIT(
      {
        int number = 0;
        std::thread other([&] { ++number; });
        ++number;
        other.join();
        std::exit(EXIT_SUCCESS);
      },
      testing::ExitedWithCode(kExitCodeOfReports), "data race");
}
#endif

}  // namespace
}  // namespace consilium
