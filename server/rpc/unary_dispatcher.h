// Serves every unary method: finds its handler, wants a deadline, parses,
// runs the handler where it belongs, maps the status, logs and counts.
#ifndef CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_
#define CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_

#include <grpcpp/generic/async_generic_service.h>

#include "server/rpc/call_log.h"
#include "server/rpc/method_table.h"
#include "server/rpc/worker_pool.h"

namespace consilium {

// Thread-safe.
class UnaryDispatcher final : public grpc::CallbackGenericService {
 public:
  // All must outlive the dispatcher.
  UnaryDispatcher(const MethodTable& methods, WorkerPool& workers,
                  CallLog& log)
      : methods_(methods), workers_(workers), log_(log) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  class Call;

  const MethodTable& methods_;
  WorkerPool& workers_;
  CallLog& log_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_
