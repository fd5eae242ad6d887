// Sends the changes of a registry as they arrive: ChangeService.WatchChanges.
#ifndef CONSILIUM_SERVER_RPC_WATCH_CHANGES_H_
#define CONSILIUM_SERVER_RPC_WATCH_CHANGES_H_

#include "consilium/v1/change_service.grpc.pb.h"
#include "server/rpc/stream_context.h"

namespace consilium {

// Starts the stream, which owns itself.
grpc::ServerWriteReactor<v1::WatchChangesResponse>* StartWatchChanges(
    const StreamContext& context, grpc::CallbackServerContext& call,
    const v1::WatchChangesRequest& request);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_WATCH_CHANGES_H_
