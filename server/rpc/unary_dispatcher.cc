#include "server/rpc/unary_dispatcher.h"

#include <google/protobuf/arena.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/base/grpc_status.h"
#include "proto/base/sha256.h"
#include "proto/base/thread_sanitizer.h"
#include "server/rpc/errors.h"

namespace consilium {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;
using grpc::ByteBuffer;
using MessageTraits = grpc::SerializationTraits<Message>;

absl::string_view View(const grpc::Slice& slice) {
  return absl::string_view(reinterpret_cast<const char*>(slice.begin()),
                           slice.size());
}

std::string FlatBytes(const ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    absl::StrAppend(&bytes, View(slice));
  }
  return bytes;
}

}  // namespace

// One call. Owns itself; gRPC ends it by OnDone. An exception must not leave
// it: gRPC would answer UNIMPLEMENTED, or swallow it.
class UnaryDispatcher::Call final : public grpc::ServerUnaryReactor {
 public:
  Call(UnaryDispatcher& dispatcher, const UnaryMethod& method,
       grpc::CallbackServerContext& context, const ByteBuffer& request_bytes,
       ByteBuffer& response_bytes)
      : dispatcher_(dispatcher),
        context_(context),
        method_(method),
        request_bytes_(request_bytes),
        response_bytes_(response_bytes),
        start_(absl::Now()) {
    dispatcher_.BeginCall();
    method_.observer->OnStart();
    info_.method = method_.name;
    info_.is_cancelled = [this] { return context_.IsCancelled(); };
    info_.hash_request = [this] {
      return Sha256({info_.method, "\n", FlatBytes(request_bytes_)});
    };
    info_.rest_on = [this](AnswerBasis basis) { basis_ = std::move(basis); };
  }

  void Start() noexcept {
    Guarded([this] {
      const absl::Status status = Begin();
      if (!status.ok()) Answer(status);
    });
  }

  void OnDone() noexcept override {
    HappensAfter(this);
    const absl::Duration duration = absl::Now() - start_;
    method_.observer->OnEnd(status_.code(), duration);
    dispatcher_.log_.Record({info_.method, context_.peer(), status_, duration,
                             request_size_, response_size_, method_.is_read()});
    UnaryDispatcher& dispatcher = dispatcher_;
    const CallLog& log = dispatcher.log_;
    delete this;
    dispatcher.EndCall();
    HappensBefore(&log);
  }

  // OnDone never waits, so it needs no thread of its own.
  bool InternalInlineable() override { return true; }

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
    dispatcher_.log_.events().Write(EventLog::Level::kError, "internal_error",
                                    {{"method", info_.method}, {"what", what}});
    Answer(ServerFailed());
  }

  absl::Status Begin() {
    if (dispatcher_.draining_) return ServerStopping();
    if (!request_bytes_.Valid()) return RequestMissing(info_.method);
    if (context_.deadline() == std::chrono::system_clock::time_point::max()) {
      return DeadlineMissing(info_.method);
    }
    info_.deadline = absl::FromChrono(context_.deadline());
    request_size_ = static_cast<int64_t>(request_bytes_.Length());
    method_.observer->OnReceived(request_size_);
    if (FindAnswer()) return absl::OkStatus();
    request_ = method_.request->New(&arena_);
    response_ = method_.response->New(&arena_);
    // Parsing takes a buffer's bytes; they may be hashed later.
    ByteBuffer bytes = request_bytes_;
    if (!MessageTraits::Deserialize(&bytes, request_).ok()) {
      return RequestUnreadable(info_.method);
    }
    if (method_.kind == UnaryMethod::Kind::kPointRead ||
        method_.kind == UnaryMethod::Kind::kPointWrite) {
      Run();
      return absl::OkStatus();
    }
    return dispatcher_.workers_.Post([this] { Guarded([this] { Run(); }); });
  }

  // Answers a point read as before, if what that rested on still stands.
  bool FindAnswer() {
    if (method_.kind != UnaryMethod::Kind::kPointRead) return false;
    grpc::Slice request;
    if (!request_bytes_.TrySingleSlice(&request).ok()) return false;
    const auto answer = dispatcher_.answers_.Find(method_.name, View(request));
    if (!answer.has_value()) return false;
    response_size_ = static_cast<int64_t>(answer->size());
    response_bytes_ = ByteBuffer(&*answer, 1);
    answered_ = true;
    method_.observer->OnSent(response_size_);
    HappensBefore(this);
    Finish(grpc::Status::OK);
    return true;
  }

  void KeepAnswer() {
    grpc::Slice request;
    grpc::Slice answer;
    if (request_bytes_.TrySingleSlice(&request).ok() &&
        response_bytes_.TrySingleSlice(&answer).ok()) {
      dispatcher_.answers_.Put(method_.name, View(request), *std::move(basis_),
                               std::move(answer));
    }
  }

  void Run() {
    // Waiting for a worker may have taken too long.
    const absl::Status alive = info_.CheckAlive();
    if (!alive.ok()) return Answer(alive);
    method_.handler(info_, *request_, *response_, [this](absl::Status status) {
      Guarded([&] { Answer(std::move(status)); });
    });
  }

  void Answer(absl::Status status) noexcept {
    // A handler that throws after it was done has answered already.
    if (answered_.exchange(true)) return;
    status_ = std::move(status);
    if (status_.ok()) status_ = Serialize();
    if (status_.ok() && basis_.has_value()) KeepAnswer();
    if (status_.ok()) method_.observer->OnSent(response_size_);
    const grpc::Status answer = ToGrpcStatus(status_);
    HappensBefore(this);
    Finish(answer);
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
  grpc::CallbackServerContext& context_;
  const UnaryMethod& method_;
  const ByteBuffer& request_bytes_;
  ByteBuffer& response_bytes_;
  const absl::Time start_;
  CallInfo info_;
  Arena arena_;
  Message* request_ = nullptr;   // In the arena.
  Message* response_ = nullptr;  // In the arena.
  int64_t request_size_ = 0;
  int64_t response_size_ = 0;
  std::optional<AnswerBasis> basis_;  // Of an answer that may be kept.
  std::atomic<bool> answered_ = false;
  absl::Status status_;
};

// The methods of the table, as gRPC knows them. Generated services would parse
// requests themselves, each in its own code.
class UnaryDispatcher::OfferedMethods final : public grpc::Service {
 public:
  void Add(UnaryDispatcher& dispatcher, const UnaryMethod& method) {
    using Handler =
        grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>;
    const std::string& name = *names_.emplace_back(
        std::make_unique<const std::string>(absl::StrCat("/", method.name)));
    const auto index = static_cast<int>(names_.size()) - 1;
    AddMethod(new grpc::internal::RpcServiceMethod(
        name.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        index,
        new Handler([&dispatcher, &method](grpc::CallbackServerContext* context,
                                           const ByteBuffer* request,
                                           ByteBuffer* response) {
          auto* call =
              new Call(dispatcher, method, *context, *request, *response);
          call->Start();
          return call;
        }));
  }

  bool empty() const { return names_.empty(); }

 private:
  std::vector<std::unique_ptr<const std::string>> names_;  // gRPC borrows them.
};

// Every other method.
class UnaryDispatcher::OtherMethods final
    : public grpc::CallbackGenericService {
 public:
  explicit OtherMethods(CallLog& log) : log_(log) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Refusal(log_, *context);
  }

 private:
  class Refusal final : public grpc::ServerGenericBidiReactor {
   public:
    Refusal(CallLog& log, grpc::GenericCallbackServerContext& context)
        : log_(log),
          context_(context),
          observer_(log.ObserverOf("")),
          start_(absl::Now()),
          status_(UnknownMethod(context.method())) {
      observer_.OnStart();
      const grpc::Status answer = ToGrpcStatus(status_);
      HappensBefore(this);
      Finish(answer);
    }

    void OnDone() noexcept override {
      HappensAfter(this);
      const absl::Duration duration = absl::Now() - start_;
      observer_.OnEnd(status_.code(), duration);
      // Callers choose the name, so it is none to count by.
      log_.Record({"unknown", context_.peer(), status_, duration, 0, 0});
      CallLog& log = log_;
      delete this;
      HappensBefore(&log);
    }

   private:
    CallLog& log_;
    grpc::GenericCallbackServerContext& context_;
    MethodObserver& observer_;
    const absl::Time start_;
    const absl::Status status_;
  };

  CallLog& log_;
};

UnaryDispatcher::UnaryDispatcher(const MethodTable& methods,
                                 WorkerPool& workers, CallLog& log)
    : methods_(methods),
      workers_(workers),
      log_(log),
      offered_(std::make_unique<OfferedMethods>()),
      others_(std::make_unique<OtherMethods>(log)) {}

UnaryDispatcher::~UnaryDispatcher() = default;

void UnaryDispatcher::RegisterWith(grpc::ServerBuilder& builder) {
  methods_.Visit(
      [this](const UnaryMethod& method) { offered_->Add(*this, method); });
  if (!offered_->empty()) builder.RegisterService(offered_.get());
  builder.RegisterCallbackGenericService(others_.get());
}

void UnaryDispatcher::EndCall() {
  --call_count_;
  // Either this sees that Drain waits, or Drain sees the new count.
  if (draining_) MutexLock lock(mutex_);
}

void UnaryDispatcher::Drain(absl::Duration drain) {
  draining_ = true;
  MutexLock lock(mutex_);
  mutex_.AwaitWithTimeout(
      absl::Condition(
          +[](std::atomic<int64_t>* count) { return *count == 0; },
          &call_count_),
      drain);
}

}  // namespace consilium
