// The sync client over a real line, against a server that serves a fake
// replica.
#include "client/sync/grpc_sync_endpoint.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/sync/sync_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "proto/base/grpc_status.h"
#include "tests/support/fake_sync_endpoint.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

// Serves `replica` as PROTOCOL.md says.
class FakeSyncService final : public v1::SyncService::Service {
 public:
  explicit FakeSyncService(FakeSyncEndpoint& replica) : replica_(replica) {}

  grpc::Status GetFrontier(grpc::ServerContext*,
                           const v1::GetFrontierRequest* request,
                           v1::GetFrontierResponse* response) override {
    EXPECT_EQ(request->registry(), "registries/nsclc");
    auto frontier = replica_.GetFrontier(
        request->has_digest_at() ? &request->digest_at() : nullptr, nullptr);
    if (!frontier.ok()) return ToGrpcStatus(frontier.status());
    *response = *std::move(frontier);
    return grpc::Status::OK;
  }

  grpc::Status PullChanges(
      grpc::ServerContext*, const v1::PullChangesRequest* request,
      grpc::ServerWriter<v1::PullChangesResponse>* writer) override {
    auto stream =
        replica_.Pull({request->registry_id(), request->format_version()},
                      request->frontier(), nullptr);
    while (true) {
      auto next = (*stream)->Next();
      if (!next.ok()) return ToGrpcStatus(next.status());
      if (!next->has_value()) return grpc::Status::OK;
      writer->Write(**next);
    }
  }

  grpc::Status PushChanges(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::PushChangesResponse, v1::PushChangesRequest>*
          stream) override {
    v1::PushChangesRequest request;
    if (!stream->Read(&request)) return grpc::Status::OK;
    auto push = replica_.Push({request.registry_id(), request.format_version()},
                              nullptr);
    if (!push.ok()) return ToGrpcStatus(push.status());
    while (stream->Read(&request)) {
      if (context->IsCancelled()) return grpc::Status::CANCELLED;
      (*push)->Send(request);
      const auto answer = (*push)->Next();
      if (!answer.ok()) return ToGrpcStatus(answer.status());
      stream->Write(**answer);
    }
    return grpc::Status::OK;
  }

  grpc::Status WatchFrontier(
      grpc::ServerContext* context, const v1::WatchFrontierRequest*,
      grpc::ServerWriter<v1::WatchFrontierResponse>* writer) override {
    v1::WatchFrontierResponse response;
    *response.mutable_frontier() = replica_.frontier();
    writer->Write(response);
    while (!context->IsCancelled()) {
    }
    return grpc::Status::CANCELLED;
  }

 private:
  FakeSyncEndpoint& replica_;
};

// A server with its replica, and the way to it.
struct Served {
  explicit Served(const std::string& name) : replica(name), service(replica) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&service);
    server = builder.BuildAndStart();
    endpoint = std::make_unique<GrpcSyncEndpoint>(
        Connection::Open(absl::StrCat("127.0.0.1:", port)).value(),
        RegistryName::FromId("nsclc").value());
  }

  FakeSyncEndpoint replica;
  FakeSyncService service;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<GrpcSyncEndpoint> endpoint;
};

class GrpcSyncEndpointTest : public testing::Test {
 protected:
  absl::StatusOr<SyncResult> Sync() {
    return SyncClient(*north_.endpoint, *south_.endpoint).Sync(options_);
  }

  Served north_{"north"};
  Served south_{"south"};
  SyncOptions options_ = {.attempts_max = 1};
};

TEST_F(GrpcSyncEndpointTest, SyncsBothWays) {
  north_.replica.Write(101);
  south_.replica.Write(33);
  ASSERT_OK_AND_ASSIGN(const SyncResult result, Sync());
  EXPECT_EQ(result.sent, 101);
  EXPECT_EQ(result.received, 33);
  EXPECT_EQ(north_.replica.Held(), "north:101 south:33");
  EXPECT_EQ(south_.replica.Held(), north_.replica.Held());
}

TEST_F(GrpcSyncEndpointTest, GoesOnAfterACutAtAnyMessage) {
  for (int cut = 0; cut < 16; ++cut) {
    Served a("a");
    Served b("b");
    a.replica.Write(6);
    b.replica.Write(6);
    b.replica.faults.messages_until_cut = cut;
    SyncClient client(*a.endpoint, *b.endpoint);
    const auto first = client.Sync(options_);
    if (!first.ok()) {
      EXPECT_THAT(first, StatusIs(absl::StatusCode::kUnavailable)) << cut;
    }
    b.replica.faults.messages_until_cut = -1;
    ASSERT_OK(client.Sync(options_)) << cut;
    EXPECT_EQ(a.replica.Held(), "a:6 b:6") << cut;
    EXPECT_EQ(b.replica.Held(), "a:6 b:6") << cut;
  }
}

TEST_F(GrpcSyncEndpointTest, KeepsTheDetailsOfAServersError) {
  south_.replica.faults.frontier_error =
      MakeError(absl::StatusCode::kNotFound, "REGISTRY_NOT_FOUND",
                "no registry nsclc here");
  const auto result = Sync();
  EXPECT_EQ(GetErrorReason(result.status()), "REGISTRY_NOT_FOUND");
  EXPECT_THAT(result.status().message(), HasSubstr(south_.endpoint->address()));
}

TEST_F(GrpcSyncEndpointTest, NamesTheServerThatIsGone) {
  south_.server->Shutdown();
  const auto result = Sync();
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnavailable,
                               HasSubstr(south_.endpoint->address())));
}

TEST_F(GrpcSyncEndpointTest, EndsAWatchThatIsCancelled) {
  north_.replica.Write(1);
  Cancellation cancellation;
  ASSERT_OK_AND_ASSIGN(const auto watch, north_.endpoint->Watch(&cancellation));
  ASSERT_OK_AND_ASSIGN(const auto first, watch->Next());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->frontier().entries_size(), 1);
  cancellation.Cancel();
  EXPECT_THAT(watch->Next(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(watch->Next(), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(GrpcSyncEndpointTest, EndsAStreamThatNobodyReadsToItsEnd) {
  north_.replica.Write(1000);
  ASSERT_OK_AND_ASSIGN(
      const auto pull,
      north_.endpoint->Pull({north_.replica.registry_id, 1}, {}, nullptr));
  ASSERT_OK_AND_ASSIGN(const auto first, pull->Next());
  EXPECT_TRUE(first.has_value());
}

}  // namespace
}  // namespace consilium
