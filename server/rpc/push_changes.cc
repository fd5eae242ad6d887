#include "server/rpc/push_changes.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "proto/base/errors.h"
#include "proto/base/grpc_status.h"
#include "proto/base/status_macros.h"
#include "proto/base/thread_sanitizer.h"
#include "server/rpc/errors.h"
#include "server/rpc/limits.h"
#include "server/rpc/pull_changes.h"
#include "storage/change/batch.h"

namespace consilium {
namespace {

constexpr char kMethod[] = "consilium.v1.SyncService/PushChanges";

class PushChangesStream final
    : public grpc::ServerBidiReactor<v1::PushChangesRequest,
                                     v1::PushChangesResponse>,
      public OpenStream {
 public:
  PushChangesStream(const StreamContext& context,
                    grpc::CallbackServerContext& call)
      : context_(context),
        observer_(context.log.ObserverOf(kMethod)),
        peer_(call.peer()),
        start_(absl::Now()) {}

  void Start() noexcept {
    observer_.OnStart();
    const absl::Status admitted = context_.streams.Add(*this);
    MutexLock lock(mutex_);
    if (!admitted.ok()) return FinishLocked(admitted);
    AdvanceLocked();
  }

  void OnReadDone(bool ok) noexcept override {
    MutexLock lock(mutex_);
    reading_ = false;
    all_read_ = !ok;
    if (ok && !ending_.has_value()) {
      processing_ = true;
      context_.services.workers.PostContinuation([this] { Process(); });
    }
    AdvanceLocked();
  }

  void OnWriteDone(bool ok) noexcept override {
    MutexLock lock(mutex_);
    writing_ = false;
    unanswered_.pop_front();
    if (!ok) EndLocked(CallCancelled());
    AdvanceLocked();
  }

  void OnCancel() noexcept override { End(CallCancelled()); }
  void Stop() noexcept override { End(ServerStopping()); }

  void OnDone() noexcept override {
    // Whoever finished the stream may still hold the lock.
    { MutexLock lock(mutex_); }
    context_.streams.Remove(*this);
    const absl::Duration duration = absl::Now() - start_;
    observer_.OnEnd(status_.code(), duration);
    CallLog& log = context_.log;
    log.Record({kMethod, peer_, status_, duration, received_bytes_, 0});
    delete this;
    HappensBefore(&log);
  }

 private:
  // A message that wants an answer.
  struct Unanswered {
    std::optional<stored::v1::Frontier> sender_frontier;
    std::vector<ParsedGroup> groups;                      // To be merged.
    std::optional<absl::StatusOr<MergeOutcome>> outcome;  // Once known.
  };

  void End(absl::Status status) noexcept ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    EndLocked(std::move(status));
    AdvanceLocked();
  }

  void EndLocked(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!ending_.has_value()) ending_ = std::move(status);
  }

  // Does what comes next: answers in the order of the messages, and reads the
  // next message while earlier ones are written.
  void AdvanceLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    if (!ending_.has_value() && !answering_ && !writing_ &&
        !unanswered_.empty() && unanswered_.front().outcome.has_value()) {
      if (unanswered_.front().outcome->ok()) {
        answering_ = true;
        // The committer has the next commit to write.
        context_.services.workers.PostContinuation([this] { Answer(); });
      } else {
        EndLocked(unanswered_.front().outcome->status());
      }
    }
    if (ending_.has_value()) {
      // A pending read ends with the call; all else refers to the stream.
      if (!IsBusyLocked()) FinishLocked(*ending_);
      return;
    }
    if (all_read_) {
      if (unanswered_.empty()) FinishLocked(absl::OkStatus());
      return;
    }
    if (!reading_ && !processing_ && unanswered_.size() < kMergesPerStreamMax) {
      reading_ = true;
      request_.Clear();
      StartRead(&request_);
    }
  }

  bool IsBusyLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return processing_ || merges_ > 0 || answering_ || writing_;
  }

  void FinishLocked(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    finished_ = true;
    status_ = std::move(status);
    Finish(ToGrpcStatus(status_));
  }

  // `function`'s status, on a worker; an exception must not leave it.
  template <typename Function>
  absl::Status Guarded(Function function) noexcept {
    try {
      return function();
    } catch (const std::exception& exception) {
      context_.log.events().Write(
          EventLog::Level::kError, "internal_error",
          {{"method", absl::string_view(kMethod)},
           {"what", absl::string_view(exception.what())}});
      return ServerFailed();
    }
  }

  void Process() noexcept ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::Status status = Guarded([this] { return ProcessRequest(); });
    MutexLock lock(mutex_);
    processing_ = false;
    // It is told behind the answers to earlier messages.
    if (!status.ok()) {
      unanswered_.emplace_back().outcome = std::move(status);
    }
    AdvanceLocked();
  }

  absl::Status ProcessRequest() {
    const auto size_bytes = static_cast<int64_t>(request_.ByteSizeLong());
    received_bytes_ += size_bytes;
    observer_.OnReceived(size_bytes);
    if (store_ == nullptr) {
      ASSIGN_OR_RETURN(store_, FindSyncedStore(context_, request_.registry(),
                                               request_.registry_id(),
                                               request_.format_version()));
    }
    // A message that only opens the stream wants no answer.
    if (!request_.has_batch() && !request_.has_sender_frontier()) {
      return absl::OkStatus();
    }
    Unanswered message;
    if (request_.has_sender_frontier()) {
      message.sender_frontier = request_.sender_frontier();
    }
    if (request_.has_batch()) {
      ASSIGN_OR_RETURN(message.groups, ReadBatch(request_.batch()));
    } else {
      message.outcome = MergeOutcome();
    }
    Unanswered* to_merge = nullptr;
    {
      MutexLock lock(mutex_);
      const bool merges = request_.has_batch() && !ending_.has_value() &&
                          !IsBehindRefusedLocked();
      unanswered_.push_back(std::move(message));
      if (merges) {
        ++merges_;
        to_merge = &unanswered_.back();
      }
    }
    if (to_merge != nullptr) Merge(*to_merge);
    return absl::OkStatus();
  }

  // Whether a batch was refused before it came to be merged; what becomes of
  // those that are merged, `merge_sequence_` knows.
  bool IsBehindRefusedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return std::any_of(
        unanswered_.begin(), unanswered_.end(), [](const Unanswered& message) {
          return message.outcome.has_value() && !message.outcome->ok();
        });
  }

  // `message` stays where it is while others come and go at the ends, and the
  // stream lives as long as a merge runs.
  void Merge(Unanswered& message) ABSL_LOCKS_EXCLUDED(mutex_) {
    store_->Merge(
        std::move(message.groups),
        [this, &message](absl::StatusOr<MergeOutcome> outcome) {
          MutexLock lock(mutex_);
          --merges_;
          message.outcome = std::move(outcome);
          AdvanceLocked();
        },
        merge_sequence_);
  }

  static absl::StatusOr<std::vector<ParsedGroup>> ReadBatch(
      const v1::ChangeBatch& batch) {
    ASSIGN_OR_RETURN(stored::v1::GroupList groups,
                     DecodeBatch(batch.payload()));
    return RegistryStore::ParseGroups(std::move(groups));
  }

  void Answer() noexcept ABSL_LOCKS_EXCLUDED(mutex_) {
    const Unanswered& message = OldestUnanswered();
    const absl::Status status = Guarded([&] { return MakeAnswer(message); });
    MutexLock lock(mutex_);
    answering_ = false;
    if (!status.ok()) EndLocked(status);
    if (!ending_.has_value()) {
      writing_ = true;
      observer_.OnSent(static_cast<int64_t>(response_.ByteSizeLong()));
      StartWrite(&response_);
    }
    AdvanceLocked();
  }

  // Only an answer takes it away.
  const Unanswered& OldestUnanswered() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return unanswered_.front();
  }

  absl::Status MakeAnswer(const Unanswered& message) {
    const MergeOutcome& outcome = **message.outcome;
    response_.Clear();
    response_.set_applied_count(outcome.applied_changes);
    response_.set_skipped_count(outcome.skipped_changes);
    for (const GroupSetAside& group : outcome.set_aside) {
      v1::SetAside& set_aside = *response_.add_set_aside();
      set_aside.set_replica(std::string(group.replica.bytes()));
      set_aside.set_first_sequence(group.first_sequence);
      set_aside.set_last_sequence(group.last_sequence);
      set_aside.set_reason(group.reason);
      set_aside.set_message(group.message);
    }
    const std::shared_ptr<const RegistryHead> head = store_->head();
    *response_.mutable_frontier() = head->GetFrontier().ToProto();
    response_.set_revision(head->revision);
    return AddDigest(message);
  }

  // The digest at the sender's frontier, when it says that it was all.
  absl::Status AddDigest(const Unanswered& message) {
    if (!message.sender_frontier.has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Frontier frontier,
                     Frontier::FromProto(*message.sender_frontier));
    const auto digest = store_->DigestAt(frontier, [this] {
      MutexLock lock(mutex_);
      return ending_.value_or(absl::OkStatus());
    });
    if (digest.ok()) {
      response_.set_digest_at_sender(*digest);
    } else if (digest.status().code() !=
               absl::StatusCode::kFailedPrecondition) {
      return digest.status();
    }
    return absl::OkStatus();
  }

  const StreamContext context_;
  MethodObserver& observer_;
  const std::string peer_;
  const absl::Time start_;
  v1::PushChangesRequest request_;  // Of gRPC while it reads, else a worker's.
  v1::PushChangesResponse response_;  // Of gRPC while it writes.
  RegistryStore* store_ = nullptr;    // Set by the first message.
  const std::shared_ptr<MergeSequence> merge_sequence_ =
      std::make_shared<MergeSequence>();
  int64_t received_bytes_ = 0;
  absl::Status status_;  // Final once the stream is finished.

  Mutex mutex_;
  std::deque<Unanswered> unanswered_ ABSL_GUARDED_BY(mutex_);
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool processing_ ABSL_GUARDED_BY(mutex_) = false;  // The message read last.
  int merges_ ABSL_GUARDED_BY(mutex_) = 0;           // Of `unanswered_`.
  bool answering_ ABSL_GUARDED_BY(mutex_) = false;   // The oldest message.
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;     // Its answer.
  bool all_read_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerBidiReactor<v1::PushChangesRequest, v1::PushChangesResponse>*
StartPushChanges(const StreamContext& context,
                 grpc::CallbackServerContext& call) {
  auto* stream = new PushChangesStream(context, call);
  stream->Start();
  return stream;
}

}  // namespace consilium
