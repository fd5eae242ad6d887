// The gRPC server: every service, health and reflection on one address.
//
// One thread starts and stops it.
#ifndef CONSILIUM_SERVER_RPC_RPC_SERVER_H_
#define CONSILIUM_SERVER_RPC_RPC_SERVER_H_

#include <grpcpp/server.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "proto/base/clock.h"
#include "server/backup/backup_keeper.h"
#include "server/rpc/call_log.h"
#include "server/rpc/call_observer.h"
#include "server/rpc/doctor_service.h"
#include "server/rpc/limits.h"
#include "server/rpc/listen_address.h"
#include "server/rpc/render_review.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

struct RpcServerOptions {
  ListenAddress listen;
  // Secret, at least 32 bytes; the same after a restart.
  std::string page_token_key;
  std::string institution;
  std::string institution_public_key;
  int worker_count = kWorkerThreadCount;
  size_t work_queue_max = kWorkQueueMax;
  size_t stream_count_max = kStreamCountMax;
  int64_t watch_lag_max = kWatchLagMax;
  // Hears of every call; outlives the server. May be null.
  CallObserver* call_observer = nullptr;
  // These must outlive the server; null when there are none.
  BackupKeeper* backups = nullptr;
  Examiner* examiner = nullptr;
};

// What a server has in hand.
struct RpcLoad {
  size_t open_streams = 0;
  size_t queued_work = 0;  // Waits for a worker.
};

class RpcServer {
 public:
  // Serves `catalog`. All must outlive the server.
  //   INVALID_ARGUMENT  the address is not loopback: plain text goes nowhere
  //                     else.
  //   UNAVAILABLE       the address cannot be listened on.
  //   INTERNAL          a method has no handler.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(
      const RpcServerOptions& options, RegistryCatalog& catalog, Clock& clock,
      EventLog& events);

  // Stops at once if Stop was not called.
  ~RpcServer();

  // Where it listens, with the port that was chosen.
  const ListenAddress& address() const { return address_; }

  const CallLog& call_log() const;

  RpcLoad load() const;

  // As the call RenderReview, without a call. Thread-safe.
  absl::StatusOr<RenderedReview> RenderReview(
      const v1::RenderReviewRequest& request,
      ReviewReader::CheckAlive check_alive);

  // Takes no new calls, ends streams, and waits for the calls in flight; those
  // that are not done after `drain` are cancelled.
  void Stop(absl::Duration drain);

 private:
  struct Parts;

  explicit RpcServer(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
  ListenAddress address_;
  std::unique_ptr<grpc::Server> server_;  // Null when stopped.
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_RPC_SERVER_H_
