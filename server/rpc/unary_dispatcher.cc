#include "server/rpc/unary_dispatcher.h"

#include <google/protobuf/arena.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/base/grpc_status.h"
#include "proto/base/sha256.h"
#include "server/rpc/errors.h"

namespace consilium {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;
using MessageTraits = grpc::SerializationTraits<Message>;

std::string FlatBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

// One call. Owns itself; gRPC ends it by OnDone. An exception must not leave
// it: gRPC would swallow it and the call would hang until its deadline.
class UnaryDispatcher::Call final : public grpc::ServerGenericBidiReactor {
 public:
  Call(UnaryDispatcher& dispatcher, grpc::GenericCallbackServerContext& context)
      : dispatcher_(dispatcher),
        context_(context),
        method_(dispatcher.methods_.Find(context.method())),
        observer_(method_ == nullptr ? dispatcher.log_.ObserverOf("")
                                     : *method_->observer),
        start_(absl::Now()) {
    observer_.OnStart();
    info_.method = method_ == nullptr ? context.method() : method_->name;
    info_.peer = context.peer();
    info_.is_cancelled = [this] { return context_.IsCancelled(); };
    StartRead(&request_bytes_);
  }

  void OnReadDone(bool ok) noexcept override {
    Guarded([&] {
      const absl::Status status = Begin(ok);
      if (!status.ok()) Answer(status);
    });
  }

  void OnDone() noexcept override {
    const absl::Duration duration = absl::Now() - start_;
    observer_.OnEnd(status_.code(), duration);
    dispatcher_.log_.Record({info_.method, info_.peer, status_, duration,
                             request_size_, response_size_});
    UnaryDispatcher& dispatcher = dispatcher_;
    delete this;
    MutexLock lock(dispatcher.mutex_);
    --dispatcher.call_count_;
  }

 private:
  template <typename Function>
  void Guarded(Function function) noexcept {
    try {
      function();
    } catch (const std::exception& exception) {
      AnswerException(exception.what());
    } catch (...) {
      AnswerException("an exception of unknown kind");
    }
  }

  void AnswerException(absl::string_view what) noexcept {
    dispatcher_.log_.events().Write(
        EventLog::Level::kError, "internal_error",
        {{"method", absl::string_view(info_.method)}, {"what", what}});
    Answer(ServerFailed());
  }

  absl::Status Begin(bool has_request) {
    if (dispatcher_.is_draining()) return ServerStopping();
    if (method_ == nullptr) return UnknownMethod(context_.method());
    if (!has_request) return RequestMissing(info_.method);
    if (context_.deadline() == std::chrono::system_clock::time_point::max()) {
      return DeadlineMissing(info_.method);
    }
    info_.deadline = absl::FromChrono(context_.deadline());
    request_size_ = static_cast<int64_t>(request_bytes_.Length());
    observer_.OnReceived(request_size_);
    if (method_->kind == UnaryMethod::Kind::kWrite) {
      info_.request_hash =
          Sha256({info_.method, "\n", FlatBytes(request_bytes_)});
    }
    request_ = method_->request->New(&arena_);
    response_ = method_->response->New(&arena_);
    if (!MessageTraits::Deserialize(&request_bytes_, request_).ok()) {
      return RequestUnreadable(info_.method);
    }
    if (method_->kind == UnaryMethod::Kind::kPointRead) {
      Run();
      return absl::OkStatus();
    }
    return dispatcher_.workers_.Post([this] { Guarded([this] { Run(); }); });
  }

  void Run() {
    // Waiting for a worker may have taken too long.
    const absl::Status alive = info_.CheckAlive();
    if (!alive.ok()) return Answer(alive);
    method_->handler(info_, *request_, *response_, [this](absl::Status status) {
      Guarded([&] { Answer(std::move(status)); });
    });
  }

  void Answer(absl::Status status) noexcept {
    // A handler that throws after it was done has answered already.
    if (answered_.exchange(true)) return;
    status_ = std::move(status);
    if (status_.ok()) status_ = Serialize();
    if (status_.ok()) {
      observer_.OnSent(response_size_);
      StartWriteAndFinish(&response_bytes_, grpc::WriteOptions(),
                          grpc::Status::OK);
    } else {
      Finish(ToGrpcStatus(status_));
    }
  }

  absl::Status Serialize() {
    const size_t size = response_->ByteSizeLong();
    if (size > kGrpcMessageSizeMax) {
      return ResponseTooLarge(size, kGrpcMessageSizeMax);
    }
    bool own_buffer = false;
    const grpc::Status serialized =
        MessageTraits::Serialize(*response_, &response_bytes_, &own_buffer);
    response_size_ = static_cast<int64_t>(size);
    return FromGrpcStatus(serialized);
  }

  UnaryDispatcher& dispatcher_;
  grpc::GenericCallbackServerContext& context_;
  const UnaryMethod* const method_;
  MethodObserver& observer_;
  const absl::Time start_;
  CallInfo info_;
  Arena arena_;
  Message* request_ = nullptr;   // In the arena.
  Message* response_ = nullptr;  // In the arena.
  grpc::ByteBuffer request_bytes_;
  grpc::ByteBuffer response_bytes_;
  int64_t request_size_ = 0;
  int64_t response_size_ = 0;
  std::atomic<bool> answered_ = false;
  absl::Status status_;
};

grpc::ServerGenericBidiReactor* UnaryDispatcher::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  {
    MutexLock lock(mutex_);
    ++call_count_;
  }
  return new Call(*this, *context);
}

void UnaryDispatcher::Drain(absl::Duration drain) {
  MutexLock lock(mutex_);
  draining_ = true;
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return call_count_ == 0;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&idle), drain);
}

bool UnaryDispatcher::is_draining() const {
  MutexLock lock(mutex_);
  return draining_;
}

}  // namespace consilium
