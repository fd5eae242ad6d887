// Tells when the frontier moves: SyncService.WatchFrontier.
#ifndef CONSILIUM_SERVER_RPC_WATCH_FRONTIER_H_
#define CONSILIUM_SERVER_RPC_WATCH_FRONTIER_H_

#include "consilium/v1/sync_service.grpc.pb.h"
#include "server/rpc/stream_context.h"

namespace consilium {

// Starts the stream, which owns itself. Who reads slowly misses frontiers on
// the way, never the newest.
grpc::ServerWriteReactor<v1::WatchFrontierResponse>* StartWatchFrontier(
    const StreamContext& context, grpc::CallbackServerContext& call,
    const v1::WatchFrontierRequest& request);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_WATCH_FRONTIER_H_
