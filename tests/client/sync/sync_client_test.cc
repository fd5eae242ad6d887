#include "client/sync/sync_client.h"

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/fake_sync_endpoint.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SyncClientTest : public testing::Test {
 protected:
  SyncClientTest() {
    // North knows of west; south has met nobody.
    west_.Write(3);
    EXPECT_OK(SyncClient(west_, north_).Sync(options_));
    north_.Write(5);
    south_.Write(4);
  }

  absl::StatusOr<SyncResult> Sync() {
    return SyncClient(north_, south_).Sync(options_);
  }

  void ExpectEqual() {
    EXPECT_EQ(north_.Held(), "north:5 south:4 west:3");
    EXPECT_EQ(south_.Held(), north_.Held());
  }

  FakeSyncEndpoint north_{"north"};
  FakeSyncEndpoint south_{"south"};
  FakeSyncEndpoint west_{"west"};
  SyncOptions options_ = {.attempts_max = 1,
                          .retry_delay_min = absl::Milliseconds(1),
                          .retry_delay_max = absl::Milliseconds(2)};
};

TEST_F(SyncClientTest, BringsBothEndsToTheSameChanges) {
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  ExpectEqual();
  EXPECT_EQ(result.sent, 8);
  EXPECT_EQ(result.received, 4);
  EXPECT_GT(result.bytes_sent, result.bytes_received);
  EXPECT_THAT(result.set_aside, IsEmpty());
  EXPECT_THAT(result.digest, SizeIs(32));
  EXPECT_THAT(DigestToHex(result.digest), SizeIs(64));
}

TEST_F(SyncClientTest, SendsOnly) {
  options_.direction = SyncDirection::kSend;
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  EXPECT_EQ(south_.Held(), "north:5 south:4 west:3");
  EXPECT_EQ(north_.Held(), "north:5 west:3");
  EXPECT_EQ(result.sent, 8);
  EXPECT_EQ(result.received, 0);
  EXPECT_THAT(result.digest, SizeIs(32));
}

TEST_F(SyncClientTest, ReceivesOnly) {
  options_.direction = SyncDirection::kReceive;
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  EXPECT_EQ(south_.Held(), "south:4");
  EXPECT_EQ(north_.Held(), "north:5 south:4 west:3");
  EXPECT_EQ(result.sent, 0);
  EXPECT_EQ(result.received, 4);
}

TEST_F(SyncClientTest, ADryRunCountsAndMovesNothing) {
  options_.dry_run = true;
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  EXPECT_EQ(result.sent, 8);
  EXPECT_EQ(result.received, 4);
  EXPECT_EQ(south_.Held(), "south:4");
  EXPECT_EQ(south_.pushes() + south_.pulls(), 0);
}

TEST_F(SyncClientTest, OpensNoStreamWhenNothingIsMissing) {
  ASSERT_OK(Sync());
  const int streams = south_.pushes() + south_.pulls();
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  EXPECT_EQ(result.sent + result.received, 0);
  EXPECT_THAT(result.digest, SizeIs(32));
  EXPECT_EQ(south_.pushes() + south_.pulls(), streams);
}

TEST_F(SyncClientTest, GoesOnAfterACutAtAnyMessage) {
  for (int cut = 0;; ++cut) {
    FakeSyncEndpoint a("a");
    FakeSyncEndpoint b("b");
    a.Write(7);
    b.Write(6);
    a.faults.messages_until_cut = cut;
    const auto first = SyncClient(a, b).Sync(options_);
    if (first.ok()) {
      EXPECT_GT(cut, 10) << "too few messages were cut";
      break;
    }
    EXPECT_THAT(first, StatusIs(absl::StatusCode::kUnavailable)) << cut;
    a.faults.messages_until_cut = -1;
    ASSERT_OK(SyncClient(a, b).Sync(options_)) << cut;
    EXPECT_EQ(a.Held(), "a:7 b:6") << cut;
    EXPECT_EQ(b.Held(), "a:7 b:6") << cut;
  }
}

TEST_F(SyncClientTest, TriesAgainByItself) {
  options_.attempts_max = 3;
  south_.faults.messages_until_cut = 3;
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  ExpectEqual();
  // What was answered before the cut counts too.
  EXPECT_GE(result.sent, 4);
}

TEST_F(SyncClientTest, DoesNotWaitForAnEndThatWasNeverThere) {
  options_.attempts_max = 3;
  options_.retry_delay_min = absl::InfiniteDuration();
  south_.faults.frontier_error = absl::UnavailableError("nobody");
  EXPECT_THAT(Sync(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("south")));
}

TEST_F(SyncClientTest, SkipsWhatComesTwice) {
  north_.faults.duplicates_batches = true;
  south_.faults.duplicates_batches = true;
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  ExpectEqual();
  EXPECT_EQ(result.sent, 8);
  EXPECT_EQ(result.received, 4);
}

TEST_F(SyncClientTest, KeepsFewBatchesInFlight) {
  north_.Write(200);
  ASSERT_OK(Sync());
  EXPECT_EQ(south_.unanswered_max(), kBatchesInFlightMax);
}

TEST_F(SyncClientTest, ReportsWhatWasSetAsideAndComparesTheRest) {
  south_.faults.rejects = {"west"};
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  EXPECT_EQ(south_.Held(), "north:5 south:4 west:0");
  ASSERT_THAT(result.set_aside, SizeIs(3));
  EXPECT_EQ(result.set_aside[0].address, "south");
  EXPECT_EQ(result.set_aside[0].group.reason(), "CHANGE_INADMISSIBLE");
  EXPECT_THAT(result.digest, SizeIs(32));
  EXPECT_THAT(result.compared_frontier.entries(), SizeIs(2));
}

TEST_F(SyncClientTest, SoundsTheAlarmWhenDigestsDiffer) {
  south_.faults.has_wrong_digest = true;
  const auto result = Sync();
  EXPECT_EQ(GetErrorReason(result.status()), "DIGEST_MISMATCH");
  EXPECT_THAT(result,
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("north has"), HasSubstr("south has"))));
  const auto info = GetErrorInfo(result.status());
  EXPECT_THAT(info->metadata().at("first_digest"), SizeIs(64));
  EXPECT_THAT(info->metadata().at("second_digest"), SizeIs(64));
}

TEST_F(SyncClientTest, SoundsTheAlarmWhenADigestCannotBeTold) {
  south_.faults.knows_no_digest = true;
  const auto result = Sync();
  EXPECT_EQ(GetErrorReason(result.status()), "DIGEST_MISMATCH");
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kDataLoss,
                               HasSubstr("south cannot tell")));
}

TEST_F(SyncClientTest, RefusesAnotherRegistry) {
  south_.registry_id = std::string(32, 'S');
  const auto result = Sync();
  EXPECT_EQ(GetErrorReason(result.status()), "REGISTRY_MISMATCH");
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr("north has 5252"),
                                     HasSubstr("south has 5353"))));
  EXPECT_EQ(south_.Held(), "south:4");
}

TEST_F(SyncClientTest, RefusesAnotherFormatVersion) {
  south_.format_version = 2;
  const auto result = Sync();
  EXPECT_EQ(GetErrorReason(result.status()), "FORMAT_VERSION_MISMATCH");
  EXPECT_THAT(result.status().message(),
              HasSubstr("north has format version 1, south has 2"));
}

TEST_F(SyncClientTest, RefusesToSyncAReplicaWithItself) {
  EXPECT_EQ(GetErrorReason(SyncClient(north_, north_).Sync(options_).status()),
            "SAME_REPLICA");
}

TEST_F(SyncClientTest, StopsAtAFork) {
  FakeSyncEndpoint copy("north");
  SyncOptions options = options_;
  options.direction = SyncDirection::kSend;
  ASSERT_OK(SyncClient(north_, south_).Sync(options));  // North is at 5.
  copy.Write(4);
  copy.WriteFork();
  const auto result = SyncClient(copy, south_).Sync(options_);
  EXPECT_EQ(GetErrorReason(result.status()), "FORK_FOUND");
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(copy.Held(), "north:5");
}

TEST_F(SyncClientTest, GivesUpWhenNothingMoves) {
  south_.faults.never_answers = true;
  options_.stall_timeout = absl::Milliseconds(20);
  const auto result = Sync();
  EXPECT_EQ(GetErrorReason(result.status()), "SYNC_STALLED");
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kDeadlineExceeded,
                               HasSubstr("north to south")));
}

TEST_F(SyncClientTest, EndsWhenCancelled) {
  south_.faults.never_answers = true;
  Cancellation cancellation;
  options_.cancellation = &cancellation;
  std::thread canceller([&] {
    while (south_.pushes() == 0) std::this_thread::yield();
    cancellation.Cancel();
  });
  EXPECT_THAT(Sync(), StatusIs(absl::StatusCode::kCancelled));
  canceller.join();
}

TEST_F(SyncClientTest, TellsHowFarItHasCome) {
  std::vector<SyncProgress> reports;
  options_.on_progress = [&](const SyncProgress& progress) {
    reports.push_back(progress);
  };
  ASSERT_OK(Sync());
  ASSERT_THAT(reports, SizeIs(6));  // Four batches one way, two the other.
  for (size_t i = 1; i < reports.size(); ++i) {
    EXPECT_GE(reports[i].sent.changes, reports[i - 1].sent.changes);
    EXPECT_GE(reports[i].received.bytes, reports[i - 1].received.bytes);
  }
  EXPECT_EQ(reports.back().sent.changes, 8);
  EXPECT_EQ(reports.back().sent.changes_total, 8);
  EXPECT_EQ(reports.back().received.changes, 4);
}

TEST_F(SyncClientTest, AcceptsChangesThatArriveMeanwhile) {
  options_.on_progress = [&](const SyncProgress&) { north_.Write(1); };
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  EXPECT_EQ(south_.Held().substr(0, 7), "north:5");
  EXPECT_THAT(result.digest, SizeIs(32));
  options_.on_progress = nullptr;
  ASSERT_OK(Sync());
  EXPECT_EQ(south_.Held(), north_.Held());
}

}  // namespace
}  // namespace consilium
