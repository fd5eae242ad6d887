#include "client/sync/grpc_sync_endpoint.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <utility>

#include "absl/time/clock.h"
#include "client/sync/limits.h"

namespace consilium {
namespace {

constexpr char kService[] = "consilium.v1.SyncService.";

std::string MethodName(const char* method) {
  return std::string(kService) + method;
}

// What every call needs: a context that a cancellation reaches.
class StreamCall {
 public:
  StreamCall(std::shared_ptr<Connection> connection, const char* method,
             Cancellation* cancellation)
      : connection_(std::move(connection)),
        method_(method),
        options_{kStreamDeadline, cancellation},
        on_cancel_(cancellation, [this] { context_.TryCancel(); }) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + options_.deadline));
  }

  grpc::ClientContext& context() { return context_; }

  absl::Status Explain(const grpc::Status& status) const {
    return connection_->Explain(status, MethodName(method_), options_);
  }

 private:
  const std::shared_ptr<Connection> connection_;
  const char* const method_;
  const CallOptions options_;
  grpc::ClientContext context_;
  const Cancellation::Callback on_cancel_;
};

// A stream of gRPC's, `Reader`, that gives messages until its status.
template <typename Response, typename Reader, typename Base>
class GrpcStream : public Base {
 public:
  explicit GrpcStream(std::unique_ptr<StreamCall> call)
      : call_(std::move(call)) {}

  // Ends a call that is not finished: gRPC wants its status fetched.
  ~GrpcStream() override {
    if (finished_) return;
    call_->context().TryCancel();
    Response ignored;
    while (reader_->Read(&ignored)) {
    }
    reader_->Finish();
  }

  grpc::ClientContext* context() { return &call_->context(); }
  void SetReader(std::unique_ptr<Reader> reader) {
    reader_ = std::move(reader);
  }

  absl::StatusOr<std::optional<Response>> Next() override {
    Response response;
    if (!finished_ && reader_->Read(&response)) {
      return std::optional<Response>(std::move(response));
    }
    if (!finished_) status_ = call_->Explain(reader_->Finish());
    finished_ = true;
    if (!status_.ok()) return status_;
    return std::optional<Response>();
  }

 protected:
  Reader& reader() { return *reader_; }

 private:
  const std::unique_ptr<StreamCall> call_;
  std::unique_ptr<Reader> reader_;
  bool finished_ = false;
  absl::Status status_;  // Once finished.
};

using GrpcPullStream =
    GrpcStream<v1::PullChangesResponse,
               grpc::ClientReader<v1::PullChangesResponse>, PullStream>;
using GrpcWatchStream =
    GrpcStream<v1::WatchFrontierResponse,
               grpc::ClientReader<v1::WatchFrontierResponse>, WatchStream>;

class GrpcPushStream final
    : public GrpcStream<v1::PushChangesResponse,
                        grpc::ClientReaderWriter<v1::PushChangesRequest,
                                                 v1::PushChangesResponse>,
                        PushStream> {
 public:
  using GrpcStream::GrpcStream;

  bool Send(const v1::PushChangesRequest& request) override {
    return reader().Write(request);
  }
  void DoneSending() override { reader().WritesDone(); }
};

}  // namespace

GrpcSyncEndpoint::GrpcSyncEndpoint(std::shared_ptr<Connection> connection,
                                   const RegistryName& registry,
                                   absl::Duration call_deadline)
    : connection_(std::move(connection)),
      registry_(registry.Full()),
      call_deadline_(call_deadline),
      stub_(v1::SyncService::NewStub(connection_->channel())) {}

absl::StatusOr<v1::GetFrontierResponse> GrpcSyncEndpoint::GetFrontier(
    const stored::v1::Frontier* digest_at, Cancellation* cancellation) {
  v1::GetFrontierRequest request;
  request.set_registry(registry_);
  if (digest_at != nullptr) *request.mutable_digest_at() = *digest_at;
  return CallFor<v1::GetFrontierResponse>(*connection_,
                                          MethodName("GetFrontier"), request,
                                          {call_deadline_, cancellation});
}

absl::StatusOr<std::unique_ptr<PullStream>> GrpcSyncEndpoint::Pull(
    const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
    Cancellation* cancellation) {
  v1::PullChangesRequest request;
  request.set_registry(registry_);
  request.set_registry_id(identity.registry_id);
  request.set_format_version(identity.format_version);
  *request.mutable_frontier() = frontier;
  auto stream = std::make_unique<GrpcPullStream>(
      std::make_unique<StreamCall>(connection_, "PullChanges", cancellation));
  stream->SetReader(stub_->PullChanges(stream->context(), request));
  return stream;
}

absl::StatusOr<std::unique_ptr<PushStream>> GrpcSyncEndpoint::Push(
    const RegistryIdentity& identity, Cancellation* cancellation) {
  auto stream = std::make_unique<GrpcPushStream>(
      std::make_unique<StreamCall>(connection_, "PushChanges", cancellation));
  stream->SetReader(stub_->PushChanges(stream->context()));
  v1::PushChangesRequest opening;
  opening.set_registry(registry_);
  opening.set_registry_id(identity.registry_id);
  opening.set_format_version(identity.format_version);
  // When it does not get through, the first Next tells why.
  stream->Send(opening);
  return stream;
}

absl::StatusOr<std::unique_ptr<WatchStream>> GrpcSyncEndpoint::Watch(
    Cancellation* cancellation) {
  v1::WatchFrontierRequest request;
  request.set_registry(registry_);
  auto stream = std::make_unique<GrpcWatchStream>(
      std::make_unique<StreamCall>(connection_, "WatchFrontier", cancellation));
  stream->SetReader(stub_->WatchFrontier(stream->context(), request));
  return stream;
}

}  // namespace consilium
