#include "server/rpc/health_service.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/grpc_status.h"
#include "proto/base/thread_sanitizer.h"
#include "server/rpc/errors.h"

namespace consilium {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// Sends each status that differs from the one sent before.
class HealthService::Watcher final
    : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  Watcher(HealthService& health, const HealthCheckRequest& request, bool known)
      : health_(health), known_(known), observed_(health.watch_observer_) {
    observed_.Received(request.ByteSizeLong());
  }

  void Tell(bool serving, bool last) noexcept {
    MutexLock lock(mutex_);
    const auto status = !known_   ? HealthCheckResponse::SERVICE_UNKNOWN
                        : serving ? HealthCheckResponse::SERVING
                                  : HealthCheckResponse::NOT_SERVING;
    last_ = last_ || last;
    if (status != wanted_) {
      wanted_ = status;
      unsent_ = true;
    }
    Continue();
  }

  void OnWriteDone(bool ok) noexcept override {
    MutexLock lock(mutex_);
    writing_ = false;
    last_ = last_ || !ok;
    Continue();
  }

  void OnCancel() noexcept override {
    MutexLock lock(mutex_);
    last_ = true;
    unsent_ = false;
    Continue();
  }

  void OnDone() noexcept override {
    {
      // Whoever finished the watch may still hold the lock.
      MutexLock lock(mutex_);
      // It goes on until one of both ends has enough of it.
      observed_.End(absl::StatusCode::kUnavailable);
    }
    const CallLog& log = health_.log_;
    health_.Remove(this);
    delete this;
    HappensBefore(&log);
  }

 private:
  void Continue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || finished_) return;
    if (unsent_) {
      unsent_ = false;
      writing_ = true;
      response_.set_status(*wanted_);
      observed_.Sent(response_.ByteSizeLong());
      StartWrite(&response_);
    } else if (last_) {
      finished_ = true;
      Finish(ToGrpcStatus(ServerStopping()));
    }
  }

  HealthService& health_;
  const bool known_;
  ObservedCall observed_;
  Mutex mutex_;
  HealthCheckResponse response_;  // gRPC's while writing.
  std::optional<HealthCheckResponse::ServingStatus> wanted_
      ABSL_GUARDED_BY(mutex_);
  bool unsent_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool last_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

HealthService::HealthService(const std::vector<std::string>& services,
                             const CallLog& log)
    : log_(log),
      check_observer_(log.ObserverOf("grpc.health.v1.Health/Check")),
      watch_observer_(log.ObserverOf("grpc.health.v1.Health/Watch")),
      services_(services.begin(), services.end()) {
  services_.insert("");
}

void HealthService::SetServing(bool serving) {
  MutexLock lock(mutex_);
  serving_ = serving && !stopping_;
  for (Watcher* watcher : watchers_) watcher->Tell(serving_, stopping_);
}

void HealthService::Stop() {
  MutexLock lock(mutex_);
  serving_ = false;
  stopping_ = true;
  for (Watcher* watcher : watchers_) watcher->Tell(false, /*last=*/true);
}

void HealthService::AwaitNoWatch(absl::Duration timeout) {
  MutexLock lock(mutex_);
  const auto none = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return watchers_.empty();
  };
  mutex_.AwaitWithTimeout(absl::Condition(&none), timeout);
}

void HealthService::Remove(Watcher* watcher) {
  MutexLock lock(mutex_);
  watchers_.erase(watcher);
}

grpc::ServerUnaryReactor* HealthService::Check(
    grpc::CallbackServerContext* context, const HealthCheckRequest* request,
    HealthCheckResponse* response) {
  ObservedCall observed(check_observer_);
  observed.Received(request->ByteSizeLong());
  const absl::Status status = Fill(request->service(), *response);
  if (status.ok()) observed.Sent(response->ByteSizeLong());
  observed.End(status.code());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

absl::Status HealthService::Fill(const std::string& service,
                                 HealthCheckResponse& response) {
  if (services_.count(service) == 0) {
    return MakeError(
        absl::StatusCode::kNotFound, "SERVICE_NOT_FOUND",
        absl::StrCat("this server has no service \"", service, "\""),
        {{"service", service}});
  }
  MutexLock lock(mutex_);
  response.set_status(serving_ ? HealthCheckResponse::SERVING
                               : HealthCheckResponse::NOT_SERVING);
  return absl::OkStatus();
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext*, const HealthCheckRequest* request) {
  auto* watcher =
      new Watcher(*this, *request, services_.count(request->service()) > 0);
  MutexLock lock(mutex_);
  watchers_.insert(watcher);
  watcher->Tell(serving_, stopping_);
  return watcher;
}

}  // namespace consilium
