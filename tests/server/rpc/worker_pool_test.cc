#include "server/rpc/worker_pool.h"

#include <atomic>

#include "proto/base/errors.h"
#include "tests/support/notification.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

TEST(WorkerPoolTest, RunsEverythingBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(2, 1000);
    for (int i = 0; i < 500; ++i) EXPECT_OK(pool.Post([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkerPoolTest, FullQueueRefusesNewWorkButNotTheRestOfOld) {
  Notification running;
  Notification finish;
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(1, 1);
    ASSERT_OK(pool.Post([&] {
      running.Notify();
      finish.WaitForNotification();
    }));
    running.WaitForNotification();
    ASSERT_OK(pool.Post([&] { ++ran; }));
    const absl::Status refused = pool.Post([&] { ++ran; });
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(GetErrorInfo(refused)->metadata().at("maximum"), "1");
    pool.PostContinuation([&] { ++ran; });
    finish.Notify();
  }
  EXPECT_EQ(ran, 2);
}

TEST(WorkerPoolTest, WorkMayPostMoreWhileThePoolEnds) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(1, 10);
    ASSERT_OK(pool.Post([&] {
      ++ran;
      pool.PostContinuation([&] { ++ran; });
    }));
  }
  EXPECT_EQ(ran, 2);
}

TEST(WorkerPoolTest, ContinuationsWaitForNoOtherWork) {
  Notification finish;
  Notification continued;
  WorkerPool pool(2, 10);
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK(pool.Post([&] { finish.WaitForNotification(); }));
  }
  pool.PostContinuation([&] { continued.Notify(); });
  continued.WaitForNotification();
  finish.Notify();
}

}  // namespace
}  // namespace consilium
