// The standard health service, grpc.health.v1: whether the server, and each of
// its services, takes calls.
#ifndef CONSILIUM_SERVER_RPC_HEALTH_SERVICE_H_
#define CONSILIUM_SERVER_RPC_HEALTH_SERVICE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "proto/base/mutex.h"
#include "server/rpc/call_log.h"

namespace consilium {

// Thread-safe. Not serving until it is told so.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  // Answers for `services`, by full name, and for "", the server as a whole.
  // `log`, which must outlive the service, says who measures the calls.
  HealthService(const std::vector<std::string>& services, const CallLog& log);

  void SetServing(bool serving) ABSL_LOCKS_EXCLUDED(mutex_);

  // Not serving from now on; ends every watch once it has said so.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits for at most `timeout` until no watch is open.
  void AwaitNoWatch(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::ServerUnaryReactor* Check(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request,
      grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  class Watcher;

  absl::Status Fill(const std::string& service,
                    grpc::health::v1::HealthCheckResponse& response)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Remove(Watcher* watcher) ABSL_LOCKS_EXCLUDED(mutex_);

  const CallLog& log_;
  MethodObserver& check_observer_;
  MethodObserver& watch_observer_;
  std::set<std::string> services_;
  // Held while watchers are told, so that none ends under the call.
  Mutex mutex_;
  bool serving_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<Watcher*> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_HEALTH_SERVICE_H_
