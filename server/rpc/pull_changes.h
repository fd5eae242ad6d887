// Sends what a caller lacks: SyncService.PullChanges.
#ifndef CONSILIUM_SERVER_RPC_PULL_CHANGES_H_
#define CONSILIUM_SERVER_RPC_PULL_CHANGES_H_

#include "absl/status/statusor.h"
#include "consilium/v1/sync_service.grpc.pb.h"
#include "server/rpc/stream_context.h"
#include "storage/registry/registry_store.h"

namespace consilium {

// Starts the stream, which owns itself. One batch is in memory at a time.
grpc::ServerWriteReactor<v1::PullChangesResponse>* StartPullChanges(
    const StreamContext& context, grpc::CallbackServerContext& call,
    const v1::PullChangesRequest& request);

// The registry called `name`, when it is the one with that id (unless empty)
// and both sides speak one format.
//   FAILED_PRECONDITION  another registry, or another format version.
absl::StatusOr<RegistryStore*> FindSyncedStore(const StreamContext& context,
                                               absl::string_view name,
                                               absl::string_view registry_id,
                                               int32_t format_version);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_PULL_CHANGES_H_
