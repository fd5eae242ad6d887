// What every unary call has alike: deadlines, limits, unknown methods, the log,
// and a server that stops while calls run.
#include "server/rpc/unary_dispatcher.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "proto/base/thread_sanitizer.h"
#include "server/rpc/errors.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/notification.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

using Trials = v1::TrialService::Stub;

constexpr char kRegistry[] = "registries/nsclc";

v1::GetTrialRequest GetRequest() {
  v1::GetTrialRequest request;
  request.set_name("registries/nsclc/trials/t");
  return request;
}

TEST(UnaryCallTest, WithoutADeadlineIsRefused) {
  TestServer server("north");
  const auto stub = v1::TrialService::NewStub(server.channel());
  grpc::ClientContext context;
  v1::Trial response;
  const absl::Status status =
      FromGrpcStatus(stub->GetTrial(&context, GetRequest(), &response));
  EXPECT_EQ(Summary(status), "INVALID_ARGUMENT DEADLINE_MISSING");
  EXPECT_THAT(std::string(status.message()), HasSubstr("grpc-timeout"));
}

// Calls `method` with any bytes.
absl::Status CallBytes(TestServer& server, const std::string& method,
                       const std::string& bytes) {
  grpc::GenericStub stub(server.channel());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
  grpc::Status status;
  call->StartCall();
  call->Finish(&response, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return FromGrpcStatus(status);
}

TEST(UnaryCallTest, UnknownMethodIsUnimplemented) {
  TestServer server("north");
  EXPECT_EQ(
      Summary(CallBytes(server, "/consilium.v1.TrialService/Nothing", "")),
      "UNIMPLEMENTED UNKNOWN_METHOD");
}

TEST(UnaryCallTest, RequestThatDoesNotParseIsRefused) {
  TestServer server("north");
  EXPECT_EQ(Summary(CallBytes(server, "/consilium.v1.TrialService/GetTrial",
                              "\xff\xff")),
            "INVALID_ARGUMENT REQUEST_UNREADABLE");
}

TEST(UnaryCallTest, MessageOverTheLimitIsRefusedAndTheServerGoesOn) {
  TestServer server("north");
  server.Found("nsclc");
  const auto stub = v1::TrialService::NewStub(server.channel());
  v1::CreateTrialRequest request;
  request.set_parent(kRegistry);
  request.mutable_trial()->set_title(std::string(kGrpcMessageSizeMax, 'x'));
  EXPECT_EQ(Call(*stub, &Trials::CreateTrial, request).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Summary(Call(*stub, &Trials::GetTrial, GetRequest())),
            "NOT_FOUND RECORD_NOT_FOUND");
}

TEST(UnaryCallTest, RecordOverTheLimitIsRefused) {
  TestServer server("north");
  server.Found("nsclc");
  const auto stub = v1::TrialService::NewStub(server.channel());
  v1::CreateTrialRequest request;
  request.set_parent(kRegistry);
  request.set_trial_id("t");
  for (int i = 0; i < 1000; ++i) {
    request.mutable_trial()->add_keywords(
        absl::StrCat(i, std::string(400, 'x')));
  }
  const auto refused = Call(*stub, &Trials::CreateTrial, request);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
}

// A server whose one method is served as the test wants.
class HandlerServer {
 public:
  HandlerServer(UnaryMethod::Kind kind, UnaryHandler handler,
                size_t queue_max = 100)
      : workers_(1, queue_max) {
    methods_.Add("TrialService", "GetTrial", kind, std::move(handler));
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    dispatcher_.RegisterWith(builder);
    server_ = builder.BuildAndStart();
    stub_ = v1::TrialService::NewStub(grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
  }

  absl::Status Get() {
    return Call(*stub_, &Trials::GetTrial, GetRequest()).status();
  }
  Trials& stub() { return *stub_; }
  // Ends the server once every call is over, so that all of them are logged.
  const std::string& StopAndGetLog() {
    server_->Shutdown();
    server_->Wait();
    HappensAfter(&log_);
    return log_lines_;
  }
  CallLog& log() { return log_; }

 private:
  std::string log_lines_;
  std::unique_ptr<EventLog> events_ = EventLog::ToString(log_lines_);
  CallLog log_{*events_};
  WorkerPool workers_;
  MethodTable methods_;
  UnaryDispatcher dispatcher_{methods_, workers_, log_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Trials> stub_;
};

TEST(CallLogTest, WhatAStrangerSentIsNoFailureOfTheServer) {
  const auto lines_of = [](const char* reason) {
    std::string lines;
    const auto events = EventLog::ToString(lines);
    CallLog log(*events);
    const absl::Status status =
        MakeError(absl::StatusCode::kDataLoss, reason, "what is wrong");
    log.Record({"consilium.v1.SyncService/PushChanges", "ipv4:192.0.2.7",
                status, absl::Seconds(1)});
    return lines;
  };
  for (const char* reason :
       {"BATCH_DAMAGED", "CHANGE_DAMAGED", "FORKED_REPLICA", "GROUP_EMPTY"}) {
    EXPECT_THAT(lines_of(reason),
                AllOf(HasSubstr("\"level\":\"warning\",\"event\":"
                                "\"bad_batch_refused\""),
                      HasSubstr("192.0.2.7"), HasSubstr("what is wrong"),
                      Not(HasSubstr("server_failure")),
                      Not(HasSubstr("\"level\":\"error\""))))
        << reason;
  }
  EXPECT_THAT(lines_of("ROW_DAMAGED"), AllOf(HasSubstr("server_failure"),
                                             HasSubstr("\"level\":\"error\"")));
}

TEST(UnaryDispatcherTest, ExceptionEndsTheCallAndNotTheServer) {
  for (const auto kind :
       {UnaryMethod::Kind::kPointRead, UnaryMethod::Kind::kPointWrite,
        UnaryMethod::Kind::kScan, UnaryMethod::Kind::kWrite}) {
    HandlerServer server(kind, [](const auto&, const auto&, auto&, auto) {
      throw std::runtime_error("a bug");
    });
    EXPECT_EQ(Summary(server.Get()), "INTERNAL INTERNAL_ERROR");
    EXPECT_EQ(Summary(server.Get()), "INTERNAL INTERNAL_ERROR");
    EXPECT_THAT(server.StopAndGetLog(), HasSubstr("\"what\":\"a bug\""));
  }
}

TEST(UnaryDispatcherTest, LogsOneLineACallWithNamesAndCodesAndCounts) {
  HandlerServer server(UnaryMethod::Kind::kPointRead,
                       [](const auto&, const auto&, auto&, const Done& done) {
                         done(CallCancelled());
                       });
  EXPECT_EQ(Summary(server.Get()), "CANCELLED CALL_CANCELLED");
  const std::string& log = server.StopAndGetLog();
  EXPECT_THAT(log, HasSubstr("\"event\":\"call\""));
  EXPECT_THAT(log, HasSubstr("consilium.v1.TrialService/GetTrial"));
  EXPECT_THAT(log, HasSubstr("\"code\":\"CANCELLED\""));
  EXPECT_THAT(log, HasSubstr("\"reason\":\"CALL_CANCELLED\""));
  EXPECT_THAT(log, Not(HasSubstr("trials/t")));
  const CallLog::Counts counts = server.log().counts();
  EXPECT_EQ(counts.at({"consilium.v1.TrialService/GetTrial",
                       absl::StatusCode::kCancelled}),
            1);
}

TEST(UnaryDispatcherTest, ReadsThatEndWellAreCountedButNotLogged) {
  HandlerServer server(UnaryMethod::Kind::kPointRead,
                       [](const auto&, const auto&, auto&, const Done& done) {
                         done(absl::OkStatus());
                       });
  EXPECT_OK(server.Get());
  EXPECT_EQ(server.StopAndGetLog(), "");
  const CallLog::Counts counts = server.log().counts();
  EXPECT_EQ(
      counts.at({"consilium.v1.TrialService/GetTrial", absl::StatusCode::kOk}),
      1);
}

TEST(UnaryDispatcherTest, FullQueueRefusesAndNamesTheLimit) {
  Notification running;
  Notification finish;
  HandlerServer server(
      UnaryMethod::Kind::kScan,
      [&](const auto&, const auto&, auto&, const Done& done) {
        if (!running.HasBeenNotified()) running.Notify();
        finish.WaitForNotification();
        done(absl::OkStatus());
      },
      /*queue_max=*/1);
  std::vector<std::thread> callers;
  callers.emplace_back([&] { EXPECT_OK(server.Get()); });
  running.WaitForNotification();
  // One waits; of two more, one at least finds no place.
  std::atomic<int> refused = 0;
  std::atomic<int> ended = 0;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] {
      const absl::Status status = server.Get();
      if (!status.ok()) {
        EXPECT_EQ(Summary(status), "RESOURCE_EXHAUSTED LIMIT_EXCEEDED");
        EXPECT_EQ(GetErrorInfo(status)->metadata().at("limit"), "work queue");
        ++refused;
        finish.Notify();
      }
      ++ended;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused, 1);
}

TEST(UnaryDispatcherTest, HandlerSeesThatNobodyWaitsAnyMore) {
  Notification running;
  Notification seen;
  HandlerServer server(
      UnaryMethod::Kind::kScan,
      [&](const CallInfo& call, const auto&, auto&, const Done& done) {
        running.Notify();
        absl::Status alive;
        while (alive.ok()) alive = call.CheckAlive();
        seen.Notify();
        done(alive);
      });
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  absl::Status ended;
  std::thread caller([&] {
    v1::Trial response;
    ended = FromGrpcStatus(
        server.stub().GetTrial(&context, GetRequest(), &response));
  });
  running.WaitForNotification();
  context.TryCancel();
  seen.WaitForNotification();
  caller.join();
  EXPECT_EQ(ended.code(), absl::StatusCode::kCancelled);
}

#ifdef CONSILIUM_TSAN
// Suppressions must not hide what our code does on gRPC's threads.
TEST(UnaryDispatcherDeathTest, RaceWithAHandlerIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr int kExitCodeOfReports = 66;
  const auto race = [] {
    int number = 0;
    HandlerServer server(
        UnaryMethod::Kind::kPointWrite,
        [&](const auto&, const auto&, auto&, const Done& done) {
          ++number;
          done(absl::OkStatus());
        });
    std::thread caller([&] { EXPECT_OK(server.Get()); });
    ++number;
    caller.join();
  };
  EXPECT_EXIT(
      {
        race();
        std::exit(EXIT_SUCCESS);
      },
      testing::ExitedWithCode(kExitCodeOfReports),
      "data race [^ ]*unary_dispatcher_test.cc");
}
#endif

TEST(ShutdownTest, AnswersCallsInFlightAndKeepsWhatWasAcknowledged) {
  TestServer server("north");
  server.Found("nsclc");
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> refused = false;
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      const auto stub = v1::TrialService::NewStub(server.channel());
      for (int i = 0; !refused; ++i) {
        v1::CreateTrialRequest request;
        request.set_parent(kRegistry);
        request.set_trial_id(absl::StrCat("t", w, "-", i));
        request.mutable_trial()->set_title("a trial");
        const auto created = Call(*stub, &Trials::CreateTrial, request);
        if (created.ok()) {
          ++acknowledged;
        } else {
          // gRPC says CANCELLED to a call that came as the port closed.
          EXPECT_THAT(created.status().code(),
                      AnyOf(absl::StatusCode::kUnavailable,
                            absl::StatusCode::kCancelled));
          refused = true;
        }
      }
    });
  }
  while (acknowledged < 20) std::this_thread::yield();
  server.rpc().Stop(kTestDeadline);
  for (std::thread& writer : writers) writer.join();
  const auto head = (*server.catalog().Find("nsclc"))->head();
  EXPECT_GE(head->counts.at("trials").live, acknowledged);
}

}  // namespace
}  // namespace consilium
