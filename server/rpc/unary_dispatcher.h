// Serves every unary method: finds its handler, wants a deadline, parses,
// runs the handler where it belongs, maps the status, logs and counts.
#ifndef CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_
#define CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_

#include <grpcpp/server_builder.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "proto/base/mutex.h"
#include "server/rpc/answer_cache.h"
#include "server/rpc/call_log.h"
#include "server/rpc/method_table.h"
#include "server/rpc/worker_pool.h"

namespace consilium {

// Thread-safe.
class UnaryDispatcher {
 public:
  // All must outlive the dispatcher.
  UnaryDispatcher(const MethodTable& methods, WorkerPool& workers,
                  CallLog& log);
  UnaryDispatcher(const UnaryDispatcher&) = delete;
  UnaryDispatcher& operator=(const UnaryDispatcher&) = delete;

  // Must outlive the server that was built with it.
  ~UnaryDispatcher();

  // Offers every method that the table has by now, and answers all that nobody
  // offers with UNIMPLEMENTED. Call once.
  void RegisterWith(grpc::ServerBuilder& builder);

  // Answers calls that come from now on with UNAVAILABLE, and waits for at
  // most `drain` until those that run are answered. gRPC's own shutdown would
  // wait for idle clients to hang up.
  void Drain(absl::Duration drain) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Call;
  class OfferedMethods;
  class OtherMethods;

  void BeginCall() { ++call_count_; }
  void EndCall() ABSL_LOCKS_EXCLUDED(mutex_);

  const MethodTable& methods_;
  WorkerPool& workers_;
  CallLog& log_;
  AnswerCache answers_;
  const std::unique_ptr<OfferedMethods> offered_;
  const std::unique_ptr<OtherMethods> others_;

  std::atomic<int64_t> call_count_ = 0;  // That run.
  std::atomic<bool> draining_ = false;
  Mutex mutex_;  // Wakes Drain.
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_UNARY_DISPATCHER_H_
