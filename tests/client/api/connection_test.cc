#include "client/api/connection.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "proto/base/grpc_status.h"
#include "proto/base/mutex.h"
#include "tests/support/notification.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

constexpr char kGetTrial[] = "consilium.v1.TrialService.GetTrial";
constexpr char kCreateTrial[] = "consilium.v1.TrialService.CreateTrial";
constexpr char kWatch[] = "consilium.v1.ChangeService.WatchChanges";

// Fails as often as told, then answers.
class FlakyTrials final : public v1::TrialService::Service {
 public:
  grpc::Status GetTrial(grpc::ServerContext*,
                        const v1::GetTrialRequest* request,
                        v1::Trial* trial) override {
    trial->set_name(request->name());
    return Answer();
  }
  grpc::Status CreateTrial(grpc::ServerContext*, const v1::CreateTrialRequest*,
                           v1::Trial*) override {
    return Answer();
  }

  void FailNext(int times, absl::Status status) {
    MutexLock lock(mutex_);
    failures_ = times;
    failure_ = std::move(status);
  }
  int calls() const { return calls_; }
  std::function<void()> before_answer;

 private:
  grpc::Status Answer() {
    ++calls_;
    if (before_answer) before_answer();
    MutexLock lock(mutex_);
    if (failures_ == 0) return grpc::Status::OK;
    --failures_;
    return ToGrpcStatus(failure_);
  }

  std::atomic<int> calls_ = 0;
  Mutex mutex_;
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

class ThreeChanges final : public v1::ChangeService::Service {
 public:
  grpc::Status WatchChanges(
      grpc::ServerContext*, const v1::WatchChangesRequest*,
      grpc::ServerWriter<v1::WatchChangesResponse>* writer) override {
    for (int revision = 1; revision <= 3; ++revision) {
      v1::WatchChangesResponse response;
      response.set_revision(revision);
      writer->Write(response);
    }
    return ToGrpcStatus(MakeError(absl::StatusCode::kResourceExhausted,
                                  "TOO_SLOW", "too slow"));
  }
};

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&trials_);
    builder.RegisterService(&changes_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
    connection_ = Connection::Open(address_, options_).value();
  }

  absl::Status Get(const CallOptions& options = {}) {
    v1::GetTrialRequest request;
    request.set_name("t");
    v1::Trial trial;
    const absl::Status status =
        connection_->Call(kGetTrial, request, trial, options);
    EXPECT_EQ(trial.name(), status.ok() ? "t" : "");
    return status;
  }

  absl::Status Create(const std::string& request_id) {
    v1::CreateTrialRequest request;
    request.set_request_id(request_id);
    v1::Trial trial;
    return connection_->Call(kCreateTrial, request, trial);
  }

  const ConnectionOptions options_ = {.retry_delay_min = absl::Milliseconds(1),
                                      .retry_delay_max = absl::Milliseconds(2)};
  FlakyTrials trials_;
  ThreeChanges changes_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, CallsAMethodByItsName) { EXPECT_OK(Get()); }

TEST_F(ConnectionTest, KeepsEveryDetailOfAnError) {
  trials_.FailNext(1, InvalidFields({{"trial.phase", "\"9\" is no phase"},
                                     {"trial.title", "is empty"}}));
  const absl::Status status = Get();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  const auto violations = GetFieldViolations(status);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "trial.phase");
  EXPECT_EQ(trials_.calls(), 1);
}

TEST_F(ConnectionTest, TriesAReadAgainWhileTheServerIsUnavailable) {
  trials_.FailNext(3, absl::UnavailableError("busy"));
  EXPECT_OK(Get());
  EXPECT_EQ(trials_.calls(), 4);
}

TEST_F(ConnectionTest, GivesUpAfterTheLastAttempt) {
  trials_.FailNext(100, absl::UnavailableError("busy"));
  EXPECT_THAT(Get(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(address_)));
  EXPECT_EQ(trials_.calls(), kCallAttemptsMax);
}

TEST_F(ConnectionTest, TellsAtOnceThatAStoreStopped) {
  trials_.FailNext(100, MakeError(absl::StatusCode::kUnavailable,
                                  "STORE_STOPPED", "the store stopped"));
  EXPECT_EQ(GetErrorReason(Get()), "STORE_STOPPED");
  EXPECT_EQ(trials_.calls(), 1);
}

TEST_F(ConnectionTest, TriesOnlyWritesAgainThatCarryARequestId) {
  trials_.FailNext(1, absl::UnavailableError("busy"));
  EXPECT_THAT(Create(""), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(trials_.calls(), 1);
  trials_.FailNext(1, absl::UnavailableError("busy"));
  EXPECT_OK(Create("b3f1c8a2-0000-4000-8000-000000000000"));
  EXPECT_EQ(trials_.calls(), 3);
}

TEST_F(ConnectionTest, TriesNothingButUnavailableAgain) {
  trials_.FailNext(1, absl::AbortedError("stale"));
  EXPECT_THAT(Get(), StatusIs(absl::StatusCode::kAborted, HasSubstr("stale")));
  EXPECT_EQ(trials_.calls(), 1);
}

TEST_F(ConnectionTest, SaysWhereNobodyAnswersAndWhatToTry) {
  server_->Shutdown();
  server_.reset();
  const absl::Status status = Get();
  EXPECT_EQ(GetErrorReason(status), "SERVER_UNAVAILABLE");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable,
                               testing::AllOf(HasSubstr(address_),
                                              HasSubstr("consiliumd serve"))));
}

TEST_F(ConnectionTest, EndsACallAtItsDeadline) {
  Notification release;
  trials_.before_answer = [&] { release.WaitForNotification(); };
  const absl::Status status = Get({.deadline = absl::Milliseconds(20)});
  release.Notify();
  server_->Shutdown();  // Waits for the handler.
  EXPECT_EQ(GetErrorReason(status), "SERVER_TOO_SLOW");
}

TEST_F(ConnectionTest, EndsACallThatIsCancelled) {
  Notification release;
  Cancellation cancellation;
  trials_.before_answer = [&] {
    cancellation.Cancel();
    release.WaitForNotification();
  };
  const absl::Status status = Get({.cancellation = &cancellation});
  release.Notify();
  server_->Shutdown();  // Waits for the handler.
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(ConnectionTest, NamesAMethodThatTheServerDoesNotOffer) {
  v1::DiffVersionsRequest request;
  v1::DiffVersionsResponse response;
  const absl::Status status = connection_->Call(
      "consilium.v1.ChangeService.DiffVersions", request, response);
  EXPECT_EQ(GetErrorReason(status), "METHOD_NOT_OFFERED");
}

TEST_F(ConnectionTest, RefusesMessagesThatAreNotTheMethods) {
  v1::CreateTrialRequest request;
  v1::Trial trial;
  EXPECT_EQ(GetErrorReason(connection_->Call(kGetTrial, request, trial)),
            "METHOD_UNKNOWN");
  EXPECT_EQ(GetErrorReason(connection_->Call("no.such", request, trial)),
            "METHOD_UNKNOWN");
}

TEST_F(ConnectionTest, ReadsAStreamToItsStatus) {
  v1::WatchChangesResponse response;
  int64_t sum = 0;
  const absl::Status status =
      connection_->Stream(kWatch, v1::WatchChangesRequest(), response,
                          [&] {
                            sum += response.revision();
                            return true;
                          },
                          {.deadline = kStreamDeadline});
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(GetErrorReason(status), "TOO_SLOW");
}

TEST_F(ConnectionTest, EndsAStreamEarlyWhenAsked) {
  v1::WatchChangesResponse response;
  int visits = 0;
  EXPECT_OK(connection_->Stream(kWatch, v1::WatchChangesRequest(), response,
                                [&] {
                                  ++visits;
                                  return false;
                                },
                                {.deadline = kStreamDeadline}));
  EXPECT_EQ(visits, 1);
}

TEST(ConnectionOpenTest, AcceptsHostAndPort) {
  for (const char* address :
       {"127.0.0.1:7400", "localhost:1", "[::1]:7400", "north.example:65535"}) {
    EXPECT_OK(Connection::Open(address)) << address;
  }
}

TEST(ConnectionOpenTest, NamesWhatIsWrongWithAnAddress) {
  for (const char* address :
       {"", "localhost", ":7400", "localhost:", "localhost:0",
        "localhost:65536", "localhost:http", "::1:7400", "a b:1",
        "http://localhost:7400"}) {
    const auto connection = Connection::Open(address);
    EXPECT_THAT(connection, StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("HOST:PORT")))
        << address;
    EXPECT_EQ(GetFieldViolations(connection.status()).size(), 1u) << address;
  }
}

}  // namespace
}  // namespace consilium
