#include "client/sync/scheduled_sync.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_sync_endpoint.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

// One peer, whose endpoints the test keeps hold of.
class ScheduledSyncTest : public testing::Test {
 protected:
  ScheduledSyncTest() {
    local_->Write(2);
    peer_->Write(3);
  }

  std::vector<ScheduledPeer> Peers(absl::Duration interval) {
    ScheduledPeer peer;
    peer.registry = "nsclc";
    peer.local.reset(local_);
    peer.peer.reset(peer_);
    peer.interval = interval;
    peer.sync.attempts_max = 1;
    peer.sync.retry_delay_min = absl::Milliseconds(1);
    peer.sync.retry_delay_max = absl::Milliseconds(2);
    std::vector<ScheduledPeer> peers;
    peers.push_back(std::move(peer));
    return peers;
  }

  void Start() {
    auto started = ScheduledSync::Start(
        Peers(absl::Hours(1)), clock_,
        [this](const ScheduledPeerStatus&, const absl::StatusOr<SyncResult>&) {
          ++syncs_;
        });
    ASSERT_OK(started);
    scheduled_ = *std::move(started);
  }

  void AwaitSyncs(int count) {
    while (syncs_ < count) std::this_thread::yield();
  }

  FakeClock clock_;
  FakeSyncEndpoint* const local_ = new FakeSyncEndpoint("local");
  FakeSyncEndpoint* const peer_ = new FakeSyncEndpoint("peer");
  std::atomic<int> syncs_ = 0;
  std::unique_ptr<ScheduledSync> scheduled_;
};

TEST_F(ScheduledSyncTest, SyncsAtOnceAndSaysWhereItStands) {
  Start();
  AwaitSyncs(1);
  EXPECT_EQ(local_->Held(), "local:2 peer:3");
  const auto all = scheduled_->Status();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].registry, "nsclc");
  EXPECT_EQ(all[0].address, "peer");
  EXPECT_EQ(all[0].sent, 2);
  EXPECT_EQ(all[0].received, 3);
  EXPECT_EQ(all[0].syncs, 1);
  EXPECT_EQ(all[0].failures, 0);
  EXPECT_GT(all[0].bytes_sent, 0);
  EXPECT_GT(all[0].bytes_received, 0);
  EXPECT_EQ(all[0].interval, absl::Hours(1));
  EXPECT_EQ(all[0].common_frontier.entries_size(), 2);
  EXPECT_EQ(all[0].last_success, clock_.Now());
  EXPECT_EQ(all[0].Lag(clock_.Now() + absl::Minutes(2)), absl::Minutes(2));
}

TEST_F(ScheduledSyncTest, TriesAgainSoonerAfterAFailure) {
  peer_->faults.messages_until_cut = 0;
  peer_->faults.failures_after_cut = 4;
  Start();
  while (scheduled_->Status()[0].syncs == 0) std::this_thread::yield();
  EXPECT_GT(syncs_, 1);
  EXPECT_EQ(scheduled_->Status()[0].failures_in_row, 0);
  EXPECT_OK(scheduled_->Status()[0].last_error);
}

TEST_F(ScheduledSyncTest, KeepsShowingAnAlarm) {
  peer_->faults.has_wrong_digest = true;
  Start();
  AwaitSyncs(2);
  const auto status = scheduled_->Status()[0];
  EXPECT_EQ(GetErrorReason(status.last_error), "DIGEST_MISMATCH");
  EXPECT_GE(status.failures_in_row, 1);
  EXPECT_EQ(status.last_success, absl::InfinitePast());
}

TEST_F(ScheduledSyncTest, StopsInTheMiddleOfASyncAndOfAWait) {
  Start();
  AwaitSyncs(1);
  scheduled_->Stop();  // In the wait of an hour.
  scheduled_->Stop();
  EXPECT_EQ(syncs_, 1);
}

TEST_F(ScheduledSyncTest, StopsASyncThatHangs) {
  peer_->faults.never_answers = true;
  Start();
  while (peer_->pushes() == 0) std::this_thread::yield();
  scheduled_.reset();
  EXPECT_EQ(syncs_, 0);
}

TEST_F(ScheduledSyncTest, RefusesAnIntervalThatIsTooShort) {
  const auto started =
      ScheduledSync::Start(Peers(absl::Milliseconds(1)), clock_);
  ASSERT_THAT(started, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(GetFieldViolations(started.status())[0].field, "peers[0].interval");
}

}  // namespace
}  // namespace consilium
