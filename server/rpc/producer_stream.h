// A stream from the server that makes one message at a time, on a worker, and
// makes the next when the caller has taken the last: what waits is in the store
// and nowhere else.
#ifndef CONSILIUM_SERVER_RPC_PRODUCER_STREAM_H_
#define CONSILIUM_SERVER_RPC_PRODUCER_STREAM_H_

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/server_callback.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "proto/base/grpc_status.h"
#include "proto/base/mutex.h"
#include "proto/base/thread_sanitizer.h"
#include "server/rpc/errors.h"
#include "server/rpc/stream_context.h"

namespace consilium {

// Owns itself; gRPC ends it by OnDone. Thread-safe: gRPC, a worker and whoever
// calls Wake or Stop take turns.
template <typename Response>
class ProducerStream : public grpc::ServerWriteReactor<Response>,
                       public OpenStream {
 public:
  // Sends messages until it ends. Call once, after construction, with what was
  // asked.
  void Start(const google::protobuf::MessageLite& request) noexcept {
    observer_.OnStart();
    observer_.OnReceived(static_cast<int64_t>(request.ByteSizeLong()));
    const absl::Status admitted = context_.streams.Add(*this);
    MutexLock lock(mutex_);
    if (!admitted.ok()) return FinishLocked(admitted);
    PostProduce();
  }

  void Stop() noexcept final {
    MutexLock lock(mutex_);
    End(ServerStopping());
  }

  void OnCancel() noexcept final {
    MutexLock lock(mutex_);
    End(CallCancelled());
  }

  void OnWriteDone(bool ok) noexcept final {
    MutexLock lock(mutex_);
    doing_ = Doing::kNothing;
    if (!ok) End(CallCancelled());
    if (ending_.has_value()) return FinishLocked(*ending_);
    PostProduce();
  }

  void OnDone() noexcept final {
    // The worker that finished the stream may still hold the lock.
    { MutexLock lock(mutex_); }
    context_.streams.Remove(*this);
    const absl::Duration duration = absl::Now() - start_;
    observer_.OnEnd(status_.code(), duration);
    CallLog& log = context_.log;
    log.Record({method_, peer_, status_, duration, 0, sent_bytes_});
    delete this;
    HappensBefore(&log);
  }

 protected:
  enum class Step {
    kSend,  // The message is there.
    kWait,  // Nothing to send before somebody calls Wake.
    kEnd,   // All was sent.
  };

  ProducerStream(const StreamContext& context, absl::string_view method,
                 std::string peer)
      : context_(context),
        method_(method),
        observer_(context.log.ObserverOf(method)),
        peer_(std::move(peer)),
        start_(absl::Now()) {}
  ~ProducerStream() override = default;

  // Makes the next message. On a worker; one call at a time.
  virtual absl::StatusOr<Step> Produce(Response& response) = 0;

  // There may be something to send. Cheap; any thread.
  void Wake() noexcept ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    woken_ = true;
    if (doing_ == Doing::kWaiting) PostProduce();
  }

  const StreamContext& context() const { return context_; }

 private:
  enum class Doing { kNothing, kProducing, kWriting, kWaiting, kFinished };

  void PostProduce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    doing_ = Doing::kProducing;
    woken_ = false;
    // Streams are bounded in number and each has one task at most.
    context_.services.workers.PostContinuation([this] { RunProduce(); });
  }

  void RunProduce() noexcept ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::StatusOr<Step> step = Step::kEnd;
    response_.Clear();
    try {
      step = Produce(response_);
    } catch (const std::exception& exception) {
      context_.log.events().Write(
          EventLog::Level::kError, "internal_error",
          {{"method", absl::string_view(method_)},
           {"what", absl::string_view(exception.what())}});
      step = ServerFailed();
    }
    MutexLock lock(mutex_);
    doing_ = Doing::kNothing;
    if (ending_.has_value()) return FinishLocked(*ending_);
    if (!step.ok()) return FinishLocked(step.status());
    switch (*step) {
      case Step::kSend: {
        doing_ = Doing::kWriting;
        const auto size_bytes = static_cast<int64_t>(response_.ByteSizeLong());
        sent_bytes_ += size_bytes;
        observer_.OnSent(size_bytes);
        this->StartWrite(&response_);
        return;
      }
      case Step::kWait:
        if (woken_) return PostProduce();
        doing_ = Doing::kWaiting;
        return;
      case Step::kEnd:
        return FinishLocked(absl::OkStatus());
    }
  }

  // Ends the stream now, or after what it is doing.
  void End(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (doing_ == Doing::kFinished || ending_.has_value()) return;
    if (doing_ == Doing::kWaiting) return FinishLocked(std::move(status));
    ending_ = std::move(status);
  }

  void FinishLocked(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (doing_ == Doing::kFinished) return;
    doing_ = Doing::kFinished;
    status_ = std::move(status);
    this->Finish(ToGrpcStatus(status_));
  }

  const StreamContext context_;
  const std::string method_;
  MethodObserver& observer_;
  const std::string peer_;
  const absl::Time start_;
  Response response_;  // Of whoever doing_ says: the worker, or gRPC.
  int64_t sent_bytes_ = 0;
  absl::Status status_;  // Final once the stream is finished.

  Mutex mutex_;
  Doing doing_ ABSL_GUARDED_BY(mutex_) = Doing::kNothing;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_PRODUCER_STREAM_H_
