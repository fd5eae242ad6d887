// What every stream rests on. All of it outlives the streams.
#ifndef CONSILIUM_SERVER_RPC_STREAM_CONTEXT_H_
#define CONSILIUM_SERVER_RPC_STREAM_CONTEXT_H_

#include <cstdint>

#include "server/rpc/call_log.h"
#include "server/rpc/limits.h"
#include "server/rpc/service_context.h"
#include "server/rpc/stream_set.h"

namespace consilium {

struct StreamContext {
  const ServiceContext& services;
  StreamSet& streams;
  CallLog& log;
  int64_t watch_lag_max = kWatchLagMax;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_STREAM_CONTEXT_H_
