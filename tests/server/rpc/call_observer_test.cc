// Who measures calls hears of each one: unary ones, streams, health,
// reflection, and calls of methods that there are not.
#include "server/rpc/call_observer.h"

#include <grpcpp/generic/generic_stub.h>

#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "proto/base/mutex.h"
#include "storage/change/change.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

// Writes down what it hears: "s" for a start, "r" and "w" for messages, and
// the code at the end; messages as often as they come.
class Notes final : public CallObserver {
 public:
  MethodObserver& Of(
      const google::protobuf::MethodDescriptor& method) override {
    return Add(method.name());
  }
  MethodObserver& OfUnknown() override { return Add("unknown"); }

  // What was heard of `method` once `calls` calls have ended.
  std::string Await(const std::string& method, int calls = 1) {
    Method& heard = *methods_.at(method);
    MutexLock lock(heard.mutex);
    const auto over = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(heard.mutex) {
      return heard.ended == calls;
    };
    heard.mutex.AwaitWithTimeout(absl::Condition(&over), kTestDeadline);
    return heard.text;
  }
  // The same once it reads `text`.
  std::string AwaitText(const std::string& method, const std::string& text) {
    Method& heard = *methods_.at(method);
    MutexLock lock(heard.mutex);
    const auto there = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(heard.mutex) {
      return heard.text == text;
    };
    heard.mutex.AwaitWithTimeout(absl::Condition(&there), kTestDeadline);
    return heard.text;
  }

 private:
  struct Method final : public MethodObserver {
    void OnStart() override { Write("s"); }
    void OnReceived(int64_t) override { Write("r"); }
    void OnSent(int64_t) override { Write("w"); }
    void OnEnd(absl::StatusCode code, absl::Duration) override {
      Write(absl::StrCat(absl::StatusCodeToString(code), " "));
      MutexLock lock(mutex);
      ++ended;
    }
    void Write(absl::string_view what) {
      MutexLock lock(mutex);
      absl::StrAppend(&text, what);
    }

    Mutex mutex;
    std::string text ABSL_GUARDED_BY(mutex);
    int ended ABSL_GUARDED_BY(mutex) = 0;
  };

  // Before calls are taken, by one thread.
  MethodObserver& Add(const std::string& name) {
    auto& method = methods_[name];
    // The versions of reflection share their method's name.
    if (method == nullptr) method = std::make_unique<Method>();
    return *method;
  }

  std::map<std::string, std::unique_ptr<Method>> methods_;
};

class CallObserverTest : public testing::Test {
 protected:
  CallObserverTest() : server_("north", {.call_observer = &notes_}) {
    server_.Found("nsclc");
  }

  std::unique_ptr<grpc::ClientContext> NewContext() {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
    return context;
  }

  Notes notes_;
  TestServer server_;
};

TEST_F(CallObserverTest, UnaryCalls) {
  EXPECT_EQ(notes_.Await("CreateRegistry"), "srwOK ");
  const auto stub = v1::TrialService::NewStub(server_.channel());
  v1::GetTrialRequest request;
  request.set_name("registries/nsclc/trials/t");
  EXPECT_FALSE(Call(*stub, &v1::TrialService::Stub::GetTrial, request).ok());
  EXPECT_EQ(notes_.Await("GetTrial"), "srNOT_FOUND ");
}

TEST_F(CallObserverTest, UnknownMethodsAreOne) {
  grpc::GenericStub stub(server_.channel());
  int calls = 0;
  for (const char* method :
       {"/consilium.v1.TrialService/Nothing", "/no.Service/GetTrial"}) {
    const auto context = NewContext();
    grpc::CompletionQueue queue;
    const grpc::ByteBuffer request;
    const auto call =
        stub.PrepareUnaryCall(context.get(), method, request, &queue);
    grpc::ByteBuffer response;
    grpc::Status status;
    call->StartCall();
    call->Finish(&response, &status, &queue);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    notes_.Await("unknown", ++calls);
  }
  EXPECT_EQ(notes_.Await("unknown", 2), "sUNIMPLEMENTED sUNIMPLEMENTED ");
}

TEST_F(CallObserverTest, StreamsMessageByMessage) {
  const auto stub = v1::ChangeService::NewStub(server_.channel());
  const auto context = NewContext();
  v1::WatchChangesRequest request;
  request.set_parent("registries/nsclc");
  request.set_since_revision(0);
  const auto reader = stub->WatchChanges(context.get(), request);
  v1::WatchChangesResponse response;
  ASSERT_TRUE(reader->Read(&response));
  // It goes on, and what was sent is counted meanwhile.
  EXPECT_EQ(notes_.AwaitText("WatchChanges", "srw"), "srw");
  context->TryCancel();
  while (reader->Read(&response)) continue;
  reader->Finish();
  EXPECT_EQ(notes_.Await("WatchChanges"), "srwCANCELLED ");
}

TEST_F(CallObserverTest, SyncBothWays) {
  TestServer south("south");
  south.Join("nsclc", server_);
  EXPECT_OK(SyncOneWay(south, server_, "nsclc"));
  const std::string pushed = notes_.Await("PushChanges");
  EXPECT_EQ(pushed.substr(0, 2), "sr");
  EXPECT_EQ(pushed.substr(pushed.size() - 4), "wOK ");
}

TEST_F(CallObserverTest, HealthAndReflection) {
  const auto health = grpc::health::v1::Health::NewStub(server_.channel());
  EXPECT_OK(Call(*health, &grpc::health::v1::Health::Stub::Check,
                 grpc::health::v1::HealthCheckRequest()));
  EXPECT_EQ(notes_.Await("Check"), "srwOK ");
  const auto reflection =
      grpc::reflection::v1::ServerReflection::NewStub(server_.channel());
  const auto context = NewContext();
  const auto stream = reflection->ServerReflectionInfo(context.get());
  grpc::reflection::v1::ServerReflectionRequest request;
  request.set_list_services("*");
  grpc::reflection::v1::ServerReflectionResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  stream->WritesDone();
  EXPECT_OK(FromGrpcStatus(stream->Finish()));
  EXPECT_EQ(notes_.Await("ServerReflectionInfo"), "srwOK ");
}

}  // namespace
}  // namespace consilium
