// Changes of several records, and the history of records: ChangeService.
#ifndef CONSILIUM_SERVER_RPC_CHANGE_SERVICE_H_
#define CONSILIUM_SERVER_RPC_CHANGE_SERVICE_H_

#include "consilium/v1/change_service.grpc.pb.h"
#include "server/rpc/method_table.h"
#include "server/rpc/stream_context.h"
#include "storage/registry/change_request.h"

namespace consilium {

// Thread-safe. The unary calls go through the method table.
class ChangeService final
    : public v1::ChangeService::WithGenericMethod_ApplyChange<
          v1::ChangeService::WithGenericMethod_ListChanges<
              v1::ChangeService::WithCallbackMethod_WatchChanges<
                  v1::ChangeService::WithGenericMethod_DiffVersions<
                      v1::ChangeService::Service>>>> {
 public:
  // `context` must outlive the service.
  explicit ChangeService(const StreamContext& context)
      : context_(context), services_(context.services) {}

  void Register(MethodTable& methods);

  grpc::ServerWriteReactor<v1::WatchChangesResponse>* WatchChanges(
      grpc::CallbackServerContext* call,
      const v1::WatchChangesRequest* request) override;

 private:
  void Apply(const CallInfo& call, const v1::ApplyChangeRequest& request,
             v1::ApplyChangeResponse& response, Done done);
  absl::Status List(const CallInfo& call, const v1::ListChangesRequest& request,
                    v1::ListChangesResponse& response);
  absl::Status Diff(const CallInfo& call,
                    const v1::DiffVersionsRequest& request,
                    v1::DiffVersionsResponse& response);

  const StreamContext& context_;
  const ServiceContext& services_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_CHANGE_SERVICE_H_
