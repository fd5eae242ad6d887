// Named versions: SnapshotService.
#ifndef CONSILIUM_SERVER_RPC_SNAPSHOT_SERVICE_H_
#define CONSILIUM_SERVER_RPC_SNAPSHOT_SERVICE_H_

#include "consilium/v1/snapshot_service.pb.h"
#include "server/rpc/method_table.h"
#include "server/rpc/service_context.h"

namespace consilium {

// Thread-safe.
class SnapshotService {
 public:
  // `context` must outlive the service.
  explicit SnapshotService(const ServiceContext& context) : context_(context) {}

  void Register(MethodTable& methods);

 private:
  void Create(const CallInfo& call, const v1::CreateSnapshotRequest& request,
              v1::Snapshot& response, Done done);
  absl::Status Get(const CallInfo& call, const v1::GetSnapshotRequest& request,
                   v1::Snapshot& response);
  absl::Status List(const CallInfo& call,
                    const v1::ListSnapshotsRequest& request,
                    v1::ListSnapshotsResponse& response);
  absl::Status Verify(const CallInfo& call,
                      const v1::VerifySnapshotRequest& request,
                      v1::VerifySnapshotResponse& response);
  absl::Status Prove(const CallInfo& call,
                     const v1::GetInclusionProofRequest& request,
                     v1::GetInclusionProofResponse& response);

  const ServiceContext& context_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_SNAPSHOT_SERVICE_H_
