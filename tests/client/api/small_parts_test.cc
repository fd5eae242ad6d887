#include <set>
#include <string>
#include <thread>

#include "client/api/backoff.h"
#include "client/api/cancellation.h"
#include "client/api/request_id.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;
using testing::MatchesRegex;

TEST(BackoffTest, DoublesUpToTheMaximumAndStaysWithinAFifth) {
  Backoff backoff(absl::Seconds(1), absl::Seconds(4));
  for (const int seconds : {1, 2, 4, 4}) {
    EXPECT_THAT(absl::ToDoubleSeconds(backoff.Next()),
                AllOf(Ge(0.8 * seconds), Le(1.2 * seconds)));
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Seconds(1.2));
}

TEST(RequestIdTest, IsARandomUuidOfVersion4) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = NewRequestId();
    EXPECT_THAT(id, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                 "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000u);
}

TEST(CancellationTest, RunsEachCallbackOnce) {
  Cancellation cancellation;
  int runs = 0;
  const Cancellation::Callback callback(&cancellation, [&] { ++runs; });
  EXPECT_FALSE(cancellation.cancelled());
  cancellation.Cancel();
  cancellation.Cancel();
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(cancellation.cancelled());
}

TEST(CancellationTest, RunsALateCallbackAtOnce) {
  Cancellation cancellation;
  cancellation.Cancel();
  int runs = 0;
  const Cancellation::Callback callback(&cancellation, [&] { ++runs; });
  EXPECT_EQ(runs, 1);
}

TEST(CancellationTest, ForgetsACallbackThatIsGone) {
  Cancellation cancellation;
  int runs = 0;
  {
    const Cancellation::Callback callback(&cancellation, [&] { ++runs; });
  }
  cancellation.Cancel();
  EXPECT_EQ(runs, 0);
}

TEST(CancellationTest, WithoutACancellationACallbackNeverRuns) {
  int runs = 0;
  {
    const Cancellation::Callback callback(nullptr, [&] { ++runs; });
  }
  EXPECT_EQ(runs, 0);
}

TEST(CancellationTest, EndsAWaitOfAnotherThread) {
  Cancellation cancellation;
  std::thread waiter(
      [&] { EXPECT_TRUE(cancellation.WaitFor(absl::InfiniteDuration())); });
  cancellation.Cancel();
  waiter.join();
  EXPECT_TRUE(cancellation.WaitFor(absl::ZeroDuration()));
}

TEST(CancellationTest, AWaitThatNobodyEndsRunsOut) {
  const Cancellation cancellation;
  EXPECT_FALSE(cancellation.WaitFor(absl::Milliseconds(1)));
}

}  // namespace
}  // namespace consilium
