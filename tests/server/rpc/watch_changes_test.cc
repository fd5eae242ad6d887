// Watching a registry: from the beginning, from now, from where one was; and
// what ends a watch.
#include "server/rpc/watch_changes.h"

#include <grpcpp/create_channel.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::Ge;

constexpr char kRegistry[] = "registries/nsclc";
constexpr int64_t kLagMax = 20;

class WatchChangesTest : public testing::Test {
 protected:
  WatchChangesTest() { server_.Found("nsclc"); }

  // Revision 1 is the founding; each creation is one more.
  void Create(const std::string& id) {
    v1::CreateTrialRequest request;
    request.set_parent(kRegistry);
    request.set_trial_id(id);
    // Large, so that a few of them fill every buffer on the way.
    request.mutable_trial()->set_detailed_description(std::string(50'000, 'x'));
    EXPECT_OK(Call(*trials_, &v1::TrialService::Stub::CreateTrial, request));
  }

  struct Watch {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReader<v1::WatchChangesResponse>> reader;

    // The next revision; 0 at the end.
    int64_t Next() {
      v1::WatchChangesResponse response;
      return reader->Read(&response) ? response.revision() : 0;
    }
    absl::Status Finish() { return FromGrpcStatus(reader->Finish()); }
  };

  Watch Start(const v1::WatchChangesRequest& request) {
    return Start(request, *changes_);
  }
  Watch Start(const v1::WatchChangesRequest& request,
              v1::ChangeService::Stub& stub) {
    Watch watch;
    watch.context = std::make_unique<grpc::ClientContext>();
    watch.context->set_deadline(
        absl::ToChronoTime(absl::Now() + kTestDeadline));
    watch.reader = stub.WatchChanges(watch.context.get(), request);
    return watch;
  }
  Watch StartFrom(int64_t revision) { return StartFrom(revision, *changes_); }
  Watch StartFrom(int64_t revision, v1::ChangeService::Stub& stub) {
    v1::WatchChangesRequest request;
    request.set_parent(kRegistry);
    request.set_since_revision(revision);
    return Start(request, stub);
  }

  TestServer server_{"north", {.watch_lag_max = kLagMax}};
  std::unique_ptr<v1::ChangeService::Stub> changes_ =
      v1::ChangeService::NewStub(server_.channel());
  std::unique_ptr<v1::TrialService::Stub> trials_ =
      v1::TrialService::NewStub(server_.channel());
};

TEST_F(WatchChangesTest, SendsEverythingSinceARevisionAndGoesOn) {
  Create("a");
  Create("b");
  Watch watch = StartFrom(0);
  EXPECT_EQ(watch.Next(), 1);
  EXPECT_EQ(watch.Next(), 2);
  EXPECT_EQ(watch.Next(), 3);
  Create("c");
  EXPECT_EQ(watch.Next(), 4);
  watch.context->TryCancel();
  EXPECT_EQ(watch.Finish().code(), absl::StatusCode::kCancelled);

  Watch resumed = StartFrom(3);
  EXPECT_EQ(resumed.Next(), 4);
}

TEST_F(WatchChangesTest, RefusesARevisionOfAnotherReplica) {
  Create("a");
  Watch first = StartFrom(0);
  v1::WatchChangesResponse response;
  ASSERT_TRUE(first.reader->Read(&response));
  const std::string replica = response.replica();
  EXPECT_EQ(replica.size(), 32u);
  v1::WatchChangesRequest request;
  request.set_parent(kRegistry);
  request.set_since_revision(1);
  request.set_replica(replica);
  Watch own = Start(request);
  EXPECT_EQ(own.Next(), 2);

  // As before a restore: the number is one that this server has too.
  request.set_replica(std::string(32, '0'));
  const absl::Status other = Start(request).Finish();
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(GetErrorReason(other), "REVISION_OF_OTHER_REPLICA");
  EXPECT_EQ(GetErrorInfo(other)->metadata().at("current_replica"), replica);
  // Also where its number lies ahead.
  request.set_since_revision(99);
  EXPECT_EQ(GetErrorReason(Start(request).Finish()),
            "REVISION_OF_OTHER_REPLICA");

  request.set_replica("north");
  EXPECT_THAT(Start(request).Finish(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_replica(replica);
  request.clear_since_revision();
  EXPECT_THAT(Start(request).Finish(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(WatchChangesTest, TellsWhatEachChangeAssignedWithoutValues) {
  Create("a");
  Watch watch = StartFrom(1);
  v1::WatchChangesResponse response;
  ASSERT_TRUE(watch.reader->Read(&response));
  ASSERT_EQ(response.changes_size(), 1);
  std::vector<std::string> paths;
  for (const v1::AssignmentInfo& info : response.changes(0).assignments()) {
    EXPECT_EQ(info.record(), "registries/nsclc/trials/a");
    EXPECT_FALSE(info.has_value());
    paths.push_back(info.path());
  }
  EXPECT_THAT(paths, ElementsAre("detailedDescription", "lifecycle"));
}

TEST_F(WatchChangesTest, WithoutARevisionStartsNow) {
  Create("a");
  v1::WatchChangesRequest request;
  request.set_parent(kRegistry);
  Watch watch = Start(request);
  // The watch is on once the server has seen it; what comes before may be
  // missed, nothing after.
  int64_t created = 2;
  int64_t seen = 0;
  std::thread creator([&] {
    for (; created < 10; ++created) Create(absl::StrCat("t", created));
  });
  seen = watch.Next();
  creator.join();
  EXPECT_THAT(seen, Ge(3));
}

TEST_F(WatchChangesTest, RefusesWhatItCannotServe) {
  EXPECT_EQ(StartFrom(99).Finish().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Summary(StartFrom(99).Finish()), "OUT_OF_RANGE REVISION_AHEAD");
  EXPECT_EQ(Summary(StartFrom(-1).Finish()),
            "INVALID_ARGUMENT INVALID_FIELD sinceRevision");
  v1::WatchChangesRequest request;
  request.set_parent("registries/other");
  EXPECT_EQ(Summary(Start(request).Finish()), "NOT_FOUND REGISTRY_NOT_FOUND");
}

TEST_F(WatchChangesTest, WhoFallsFarBehindIsToldWhereToResume) {
  // A window that does not grow is soon full, so the watcher stands still
  // while more than kLagMax revisions arrive behind it. Assignments are told
  // without values, so many records make one message large.
  grpc::ChannelArguments small_window;
  small_window.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  small_window.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 16 * 1024);
  const auto slow = v1::ChangeService::NewStub(grpc::CreateCustomChannel(
      server_.address(), grpc::InsecureChannelCredentials(), small_window));
  Watch watch = StartFrom(1, *slow);
  const auto make_large_change = [&](int round) {
    v1::ApplyChangeRequest request;
    request.set_parent(kRegistry);
    for (int i = 0; i < 200; ++i) {
      v1::RecordStatement& statement = *request.add_statements();
      statement.set_parent(kRegistry);
      statement.set_id(absl::StrCat("r", round, "-", i, std::string(60, 'x')));
      statement.mutable_trial()->set_title("a trial");
    }
    ASSERT_OK(Call(*changes_, &v1::ChangeService::Stub::ApplyChange, request));
  };
  for (int round = 0; round < 2 * kLagMax; ++round) make_large_change(round);
  int64_t last = 1;
  while (const int64_t revision = watch.Next()) last = revision;
  const absl::Status status = watch.Finish();
  ASSERT_EQ(Summary(status), "RESOURCE_EXHAUSTED WATCH_TOO_SLOW");
  EXPECT_EQ(GetErrorInfo(status)->metadata().at("resume_revision"),
            absl::StrCat(last));
  EXPECT_EQ(StartFrom(last).Next(), last + 1);
}

TEST_F(WatchChangesTest, EndsWhenTheServerStops) {
  Watch watch = StartFrom(0);
  EXPECT_EQ(watch.Next(), 1);
  server_.rpc().Stop(kTestDeadline);
  EXPECT_EQ(watch.Next(), 0);
  EXPECT_EQ(Summary(watch.Finish()), "UNAVAILABLE SERVER_STOPPING");
}

}  // namespace
}  // namespace consilium
