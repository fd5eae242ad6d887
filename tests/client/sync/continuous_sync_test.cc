#include "client/sync/continuous_sync.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/fake_sync_endpoint.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

class ContinuousSyncTest : public testing::Test {
 protected:
  ContinuousSyncTest() {
    north_.Write(1);
    south_.Write(1);
    options_.sync.cancellation = &cancellation_;
    options_.sync.attempts_max = 1;
    options_.sync.retry_delay_min = absl::Milliseconds(1);
    options_.sync.retry_delay_max = absl::Milliseconds(5);
    options_.on_sync = [this](const absl::StatusOr<SyncResult>& result) {
      ++(result.ok() ? successes_ : failures_);
    };
  }

  ~ContinuousSyncTest() override { EXPECT_OK(End()); }

  void Start() {
    thread_ = std::make_unique<std::thread>(
        [this] { status_ = SyncContinuously(north_, south_, options_); });
  }

  absl::Status End() {
    cancellation_.Cancel();
    return Wait();
  }

  absl::Status Wait() {
    if (thread_ != nullptr) thread_->join();
    thread_.reset();
    return status_;
  }

  void AwaitHeld(const std::string& held) {
    while (north_.Held() != held || south_.Held() != held) {
      std::this_thread::yield();
    }
  }

  FakeSyncEndpoint north_{"north"};
  FakeSyncEndpoint south_{"south"};
  Cancellation cancellation_;
  ContinuousSyncOptions options_;
  std::atomic<int> successes_ = 0;
  std::atomic<int> failures_ = 0;
  std::unique_ptr<std::thread> thread_;
  absl::Status status_;
};

TEST_F(ContinuousSyncTest, FollowsBothEnds) {
  Start();
  AwaitHeld("north:1 south:1");
  north_.Write(2);
  AwaitHeld("north:3 south:1");
  south_.Write(1);
  AwaitHeld("north:3 south:2");
  EXPECT_OK(End());
  EXPECT_EQ(failures_, 0);
}

TEST_F(ContinuousSyncTest, DoesNothingWhileNothingMoves) {
  Start();
  AwaitHeld("north:1 south:1");
  while (successes_ == 0) std::this_thread::yield();
  // The watches tell of what the sync itself moved; that is no news.
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(successes_, 1);
}

TEST_F(ContinuousSyncTest, ComesBackAfterACut) {
  south_.faults.messages_until_cut = 2;
  south_.faults.failures_after_cut = 5;
  Start();
  AwaitHeld("north:1 south:1");
  north_.Write(3);
  AwaitHeld("north:4 south:1");
}

TEST_F(ContinuousSyncTest, EndsForAReasonThatTimeDoesNotHeal) {
  south_.faults.has_wrong_digest = true;
  Start();
  const absl::Status status = Wait();
  EXPECT_EQ(GetErrorReason(status), "DIGEST_MISMATCH");
  EXPECT_EQ(failures_, 1);
  status_ = absl::OkStatus();
}

}  // namespace
}  // namespace consilium
