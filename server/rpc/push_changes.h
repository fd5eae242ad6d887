// Takes changes: SyncService.PushChanges.
#ifndef CONSILIUM_SERVER_RPC_PUSH_CHANGES_H_
#define CONSILIUM_SERVER_RPC_PUSH_CHANGES_H_

#include "consilium/v1/sync_service.grpc.pb.h"
#include "server/rpc/stream_context.h"

namespace consilium {

// Starts the stream, which owns itself. It reads the next message when the last
// is answered, so one batch is in memory at a time.
grpc::ServerBidiReactor<v1::PushChangesRequest, v1::PushChangesResponse>*
StartPushChanges(const StreamContext& context,
                 grpc::CallbackServerContext& call);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_PUSH_CHANGES_H_
