#include "server/rpc/watch_frontier.h"

#include <memory>

#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/rpc/producer_stream.h"
#include "storage/registry/registry_store.h"

namespace consilium {
namespace {

class WatchFrontierStream final
    : public ProducerStream<v1::WatchFrontierResponse> {
 public:
  WatchFrontierStream(const StreamContext& context,
                      grpc::CallbackServerContext& call,
                      const v1::WatchFrontierRequest& request)
      : ProducerStream(context, "consilium.v1.SyncService/WatchFrontier",
                       call.peer()),
        request_(request) {}

 private:
  absl::StatusOr<Step> Produce(v1::WatchFrontierResponse& response) override {
    if (store_ == nullptr) {
      ASSIGN_OR_RETURN(const RegistryName name,
                       RegistryName::Parse(request_.registry(), "registry"));
      ASSIGN_OR_RETURN(store_, context().services.FindStore(name));
      watch_ = store_->Watch([this](const RegistryHead&) { Wake(); });
    }
    const std::shared_ptr<const RegistryHead> head = store_->head();
    if (head->revision == sent_) return Step::kWait;
    *response.mutable_frontier() = head->GetFrontier().ToProto();
    response.set_revision(head->revision);
    sent_ = head->revision;
    return Step::kSend;
  }

  const v1::WatchFrontierRequest request_;
  RegistryStore* store_ = nullptr;
  int64_t sent_ = 0;  // The last revision sent.
  std::unique_ptr<RegistryStore::WatchHandle> watch_;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchFrontierResponse>* StartWatchFrontier(
    const StreamContext& context, grpc::CallbackServerContext& call,
    const v1::WatchFrontierRequest& request) {
  auto* stream = new WatchFrontierStream(context, call, request);
  stream->Start(request);
  return stream;
}

}  // namespace consilium
