// A server's replica of a registry, over gRPC.
#ifndef CONSILIUM_CLIENT_SYNC_GRPC_SYNC_ENDPOINT_H_
#define CONSILIUM_CLIENT_SYNC_GRPC_SYNC_ENDPOINT_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "client/api/connection.h"
#include "client/sync/limits.h"
#include "client/sync/sync_endpoint.h"
#include "consilium/v1/sync_service.grpc.pb.h"
#include "proto/base/resource_name.h"

namespace consilium {

class GrpcSyncEndpoint final : public SyncEndpoint {
 public:
  // `registry` as that server names it. GetFrontier may take `call_deadline`,
  // with its retries; streams are bounded by whoever reads them.
  GrpcSyncEndpoint(std::shared_ptr<Connection> connection,
                   const RegistryName& registry,
                   absl::Duration call_deadline = kFrontierDeadline);

  const std::string& address() const override { return connection_->address(); }
  absl::StatusOr<v1::GetFrontierResponse> GetFrontier(
      const stored::v1::Frontier* digest_at,
      Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<PullStream>> Pull(
      const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
      Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<PushStream>> Push(
      const RegistryIdentity& identity, Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<WatchStream>> Watch(
      Cancellation* cancellation) override;

 private:
  const std::shared_ptr<Connection> connection_;
  const std::string registry_;  // Full name.
  const absl::Duration call_deadline_;
  const std::unique_ptr<v1::SyncService::Stub> stub_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_GRPC_SYNC_ENDPOINT_H_
