// The four calls that the sync client moves changes with: SyncService.
// client/sync/PROTOCOL.md tells how they play together.
#ifndef CONSILIUM_SERVER_RPC_SYNC_SERVICE_H_
#define CONSILIUM_SERVER_RPC_SYNC_SERVICE_H_

#include "consilium/v1/sync_service.grpc.pb.h"
#include "server/rpc/method_table.h"
#include "server/rpc/stream_context.h"

namespace consilium {

// Thread-safe. The unary call goes through the method table.
class SyncService final
    : public v1::SyncService::WithGenericMethod_GetFrontier<
          v1::SyncService::WithCallbackMethod_PullChanges<
              v1::SyncService::WithCallbackMethod_PushChanges<
                  v1::SyncService::WithCallbackMethod_WatchFrontier<
                      v1::SyncService::Service>>>> {
 public:
  // `context` must outlive the service.
  explicit SyncService(const StreamContext& context) : context_(context) {}

  void Register(MethodTable& methods);

  grpc::ServerWriteReactor<v1::PullChangesResponse>* PullChanges(
      grpc::CallbackServerContext* call,
      const v1::PullChangesRequest* request) override;
  grpc::ServerBidiReactor<v1::PushChangesRequest, v1::PushChangesResponse>*
  PushChanges(grpc::CallbackServerContext* call) override;
  grpc::ServerWriteReactor<v1::WatchFrontierResponse>* WatchFrontier(
      grpc::CallbackServerContext* call,
      const v1::WatchFrontierRequest* request) override;

 private:
  absl::Status AnswerFrontier(const CallInfo& call,
                              const v1::GetFrontierRequest& request,
                              v1::GetFrontierResponse& response);

  const StreamContext& context_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_SYNC_SERVICE_H_
