// The sync client between real servers: over a line that is cut at any byte,
// joining, bundles, watching, and on a schedule.
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/api/record_client.h"
#include "client/sync/bundle.h"
#include "client/sync/continuous_sync.h"
#include "client/sync/grpc_sync_endpoint.h"
#include "client/sync/join.h"
#include "client/sync/scheduled_sync.h"
#include "client/sync/sync_client.h"
#include "consilium/v1/publication.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/change/batch.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kRegistry[] = "nsclc";

std::unique_ptr<GrpcSyncEndpoint> EndpointAt(const std::string& address) {
  return std::make_unique<GrpcSyncEndpoint>(
      std::shared_ptr<Connection>(Connection::Open(address).value()),
      RegistryName::FromId(kRegistry).value());
}

int PortOf(const std::string& address) {
  int port = 0;
  EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
  return port;
}

class SyncServersTest : public testing::Test {
 protected:
  SyncServersTest() {
    north_.Found(kRegistry);
    south_.Join(kRegistry, north_);
  }

  // Creates `count` publications on `server`, one change each.
  void Write(TestServer& server, int count) {
    const auto connection = Connection::Open(server.address()).value();
    RecordClient client(*connection);
    for (int i = 0; i < count; ++i) {
      v1::Publication publication;
      publication.set_title(std::string(200, static_cast<char>('a' + i % 26)));
      EXPECT_OK(
          client.Create(*RecordTraitsTable::Get().FindByWord("publication"),
                        absl::StrCat("registries/", kRegistry),
                        absl::StrCat("p", ++written_), publication, {}));
    }
  }

  Frontier FrontierOf(TestServer& server) {
    return server.catalog().Find(kRegistry).value()->head()->GetFrontier();
  }

  void ExpectEqual() {
    EXPECT_EQ(FrontierOf(north_), FrontierOf(south_));
    const auto digest = [](TestServer& server) {
      return server.catalog().Find(kRegistry).value()->head()->content.Digest();
    };
    EXPECT_EQ(digest(north_), digest(south_));
  }

  int written_ = 0;
  TestServer north_{"north"};
  TestServer south_{"south"};
};

TEST_F(SyncServersTest, GoesOnAfterACutAtAnyByte) {
  CuttingProxy line(PortOf(south_.address()));
  std::mt19937_64 random(1);
  for (int i = 0; i < 24; ++i) {
    SCOPED_TRACE(i);
    Write(north_, 3);
    Write(south_, 2);
    const auto budget = static_cast<int64_t>(random() % 9000);
    line.SetBudget(budget);
    const auto cut =
        SyncClient(*EndpointAt(north_.address()), *EndpointAt(line.address()))
            .Sync({.attempts_max = 1});
    if (!cut.ok()) {
      EXPECT_THAT(cut.status().code(), AnyOf(absl::StatusCode::kUnavailable,
                                             absl::StatusCode::kInternal))
          << cut.status();
    }
    if (i % 4 != 0) continue;  // Often several cuts in a row.
    line.SetBudget(INT64_MAX);
    ASSERT_OK(
        SyncClient(*EndpointAt(north_.address()), *EndpointAt(line.address()))
            .Sync({.attempts_max = 3}));
    ExpectEqual();
  }
}

TEST_F(SyncServersTest, ALineThatBreaksIsNotAServerThatIsNotThere) {
  Write(north_, 40);
  CuttingProxy line(PortOf(south_.address()));
  const auto sync = [&](const SyncOptions& options) {
    return SyncClient(*EndpointAt(north_.address()),
                      *EndpointAt(line.address()))
        .Sync(options)
        .status();
  };
  ASSERT_OK(sync({.dry_run = true}));
  // What asking for the frontier took, and a part of the changes.
  line.SetBudget(line.passed() + 2000);
  int retries = 0;
  const absl::Status cut =
      sync({.on_retry = [&](const absl::Status&) { ++retries; },
            .attempts_max = 2,
            .retry_delay_min = absl::Milliseconds(1)});
  EXPECT_EQ(GetErrorReason(cut), "SYNC_BROKEN_OFF") << cut;
  EXPECT_THAT(cut, StatusIs(absl::StatusCode::kUnavailable,
                            AllOf(HasSubstr(line.address()),
                                  HasSubstr("the next attempt goes on"),
                                  Not(HasSubstr("start one with")))));
  EXPECT_EQ(retries, 1);
  EXPECT_EQ(GetErrorReason(sync({})), "SERVER_UNAVAILABLE");
  line.SetBudget(INT64_MAX);
  EXPECT_OK(sync({}));
}

TEST_F(SyncServersTest, MovesManyBatchesBothWays) {
  // Batches hold up to 1 MiB: 200 changes of 8,000 random letters are more.
  const auto write = [](TestServer& server, char first) {
    const auto connection = Connection::Open(server.address()).value();
    RecordClient client(*connection);
    std::mt19937_64 random(static_cast<uint64_t>(first));
    for (int i = 0; i < 200; ++i) {
      v1::Publication publication;
      publication.set_title("T");
      std::string note(8000, ' ');
      for (char& c : note) c = static_cast<char>('a' + random() % 26);
      publication.set_note(note);
      EXPECT_OK(client.Create(
          *RecordTraitsTable::Get().FindByWord("publication"),
          absl::StrCat("registries/", kRegistry),
          absl::StrCat(std::string(1, first), "-", i), publication, {}));
    }
  };
  write(north_, 'n');
  write(south_, 's');
  int reports = 0;
  SyncOptions options;
  options.on_progress = [&](const SyncProgress&) { ++reports; };
  const auto north = EndpointAt(north_.address());
  const auto south = EndpointAt(south_.address());
  ASSERT_OK_AND_ASSIGN(const SyncResult result,
                       SyncClient(*north, *south).Sync(options));
  EXPECT_GE(result.sent, 200);
  EXPECT_GE(result.received, 200);
  EXPECT_GE(reports, 4);
  ExpectEqual();
}

TEST_F(SyncServersTest, JoinsThroughTheServer) {
  Write(north_, 5);
  TestServer west("west");
  const auto source = EndpointAt(north_.address());
  const auto target = Connection::Open(west.address()).value();
  const auto target_end = EndpointAt(west.address());
  JoinOptions options;
  options.decode_batch = DecodeBatch;
  const RegistryName name = RegistryName::FromId(kRegistry).value();
  ASSERT_OK_AND_ASSIGN(
      const JoinResult joined,
      JoinRegistry(*source, *target, *target_end, name, options));
  EXPECT_TRUE(joined.opened);
  EXPECT_TRUE(joined.enrolled);
  EXPECT_EQ(joined.member, "registries/nsclc/members/west");
  ASSERT_OK_AND_ASSIGN(
      const JoinResult again,
      JoinRegistry(*source, *target, *target_end, name, options));
  EXPECT_FALSE(again.opened);
  EXPECT_FALSE(again.enrolled);
}

TEST_F(SyncServersTest, CarriesABundle) {
  ASSERT_OK(SyncOneWay(south_, north_, kRegistry));
  const Frontier since = FrontierOf(south_);
  Write(north_, 8);
  FakeClock clock;
  std::stringstream file;
  ASSERT_OK(CreateBundle(*EndpointAt(north_.address()), since.ToProto(), clock,
                         file, {}));
  ASSERT_OK_AND_ASSIGN(
      const BundleApplied applied,
      ApplyBundle(file, "a.bundle", *EndpointAt(south_.address()), {}));
  EXPECT_EQ(applied.applied_changes, 8);
  ExpectEqual();
}

TEST_F(SyncServersTest, FollowsBothServers) {
  const auto north = EndpointAt(north_.address());
  const auto south = EndpointAt(south_.address());
  Cancellation cancellation;
  ContinuousSyncOptions options;
  options.sync.cancellation = &cancellation;
  std::thread follower(
      [&] { EXPECT_OK(SyncContinuously(*north, *south, options)); });
  for (int i = 0; i < 4; ++i) {
    TestServer& writer = i % 2 == 0 ? north_ : south_;
    TestServer& reader = i % 2 == 0 ? south_ : north_;
    Write(writer, 2);
    const Frontier written = FrontierOf(writer);
    while (!written.IsWithin(FrontierOf(reader))) std::this_thread::yield();
  }
  cancellation.Cancel();
  follower.join();
}

TEST_F(SyncServersTest, SyncsOnASchedule) {
  Write(north_, 2);
  Write(south_, 2);
  SystemClock clock;
  std::vector<ScheduledPeer> peers(1);
  peers[0].registry = kRegistry;
  peers[0].local = EndpointAt(north_.address());
  peers[0].peer = EndpointAt(south_.address());
  ASSERT_OK_AND_ASSIGN(const auto scheduled,
                       ScheduledSync::Start(std::move(peers), clock));
  while (scheduled->Status()[0].syncs == 0) std::this_thread::yield();
  ExpectEqual();
}

}  // namespace
}  // namespace consilium
