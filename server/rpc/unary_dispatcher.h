// Serves every unary method: finds its handler, wants a deadline, parses,
// runs the handler where it belongs, maps the status, logs and counts.
#ifndef CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_
#define CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_

#include <grpcpp/generic/async_generic_service.h>

#include <cstdint>

#include "absl/time/time.h"
#include "proto/base/mutex.h"
#include "server/rpc/call_log.h"
#include "server/rpc/method_table.h"
#include "server/rpc/worker_pool.h"

namespace consilium {

// Thread-safe.
class UnaryDispatcher final : public grpc::CallbackGenericService {
 public:
  // All must outlive the dispatcher.
  UnaryDispatcher(const MethodTable& methods, WorkerPool& workers, CallLog& log)
      : methods_(methods), workers_(workers), log_(log) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  // Answers calls that come from now on with UNAVAILABLE, and waits for at
  // most `drain` until those that run are answered. gRPC's own shutdown would
  // wait for idle clients to hang up.
  void Drain(absl::Duration drain) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Call;

  bool is_draining() const ABSL_LOCKS_EXCLUDED(mutex_);

  const MethodTable& methods_;
  WorkerPool& workers_;
  CallLog& log_;

  mutable Mutex mutex_;
  int64_t call_count_ ABSL_GUARDED_BY(mutex_) = 0;  // That run.
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_
