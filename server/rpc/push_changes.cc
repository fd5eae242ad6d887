#include "server/rpc/push_changes.h"

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
#include "server/rpc/errors.h"
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
      : context_(context), peer_(call.peer()), start_(absl::Now()) {}

  void Start() noexcept {
    const absl::Status admitted = context_.streams.Add(*this);
    MutexLock lock(mutex_);
    if (!admitted.ok()) return FinishLocked(admitted);
    ReadLocked();
  }

  void OnReadDone(bool ok) noexcept override {
    MutexLock lock(mutex_);
    reading_ = false;
    if (ending_.has_value()) return FinishLocked(*ending_);
    // The caller has sent everything.
    if (!ok) return FinishLocked(absl::OkStatus());
    context_.services.workers.PostContinuation([this] { Process(); });
  }

  void OnWriteDone(bool ok) noexcept override {
    MutexLock lock(mutex_);
    if (!ok) ending_ = CallCancelled();
    if (ending_.has_value()) return FinishLocked(*ending_);
    ReadLocked();
  }

  void OnCancel() noexcept override { End(CallCancelled()); }
  void Stop() noexcept override { End(ServerStopping()); }

  void OnDone() noexcept override {
    context_.streams.Remove(*this);
    // Whoever finished the stream may still hold the lock.
    { MutexLock lock(mutex_); }
    context_.log.Record({kMethod, peer_, status_, absl::Now() - start_,
                         received_bytes_, 0});
    delete this;
  }

 private:
  void End(absl::Status status) noexcept ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (ending_.has_value() || finished_) return;
    ending_ = std::move(status);
    // A pending read ends with the call; work and writes come to their end.
    if (reading_) FinishLocked(*ending_);
  }

  void ReadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (ending_.has_value()) return FinishLocked(*ending_);
    reading_ = true;
    request_.Clear();
    StartRead(&request_);
  }

  void FinishLocked(absl::Status status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_) return;
    finished_ = true;
    status_ = std::move(status);
    Finish(ToGrpcStatus(status_));
  }

  // On a worker.
  void Process() noexcept {
    try {
      ProcessRequest();
    } catch (const std::exception& exception) {
      context_.log.events().Write(
          EventLog::Level::kError, "internal_error",
          {{"method", absl::string_view(kMethod)},
           {"what", absl::string_view(exception.what())}});
      Answer(ServerFailed());
    }
  }

  void ProcessRequest() {
    received_bytes_ += static_cast<int64_t>(request_.ByteSizeLong());
    if (store_ == nullptr) {
      const auto store = FindSyncedStore(context_, request_.registry(),
                                         request_.registry_id(),
                                         request_.format_version());
      if (!store.ok()) return Answer(store.status());
      store_ = *store;
    }
    response_.Clear();
    if (!request_.has_batch()) return AnswerMerged(MergeOutcome());
    auto groups = ReadBatch(request_.batch());
    if (!groups.ok()) return Answer(groups.status());
    store_->Merge(*std::move(groups),
                  [this](absl::StatusOr<MergeOutcome> outcome) {
                    if (!outcome.ok()) return Answer(outcome.status());
                    // The committer has the next commit to write.
                    context_.services.workers.PostContinuation(
                        [this, merged = *std::move(outcome)] {
                          AnswerMerged(merged);
                        });
                  });
  }

  static absl::StatusOr<std::vector<ParsedGroup>> ReadBatch(
      const v1::ChangeBatch& batch) {
    ASSIGN_OR_RETURN(stored::v1::GroupList groups,
                     DecodeBatch(batch.payload()));
    return RegistryStore::ParseGroups(std::move(groups));
  }

  void AnswerMerged(const MergeOutcome& outcome) noexcept {
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
    Answer(AddDigest());
  }

  // The digest at the sender's frontier, when it says that it was all.
  absl::Status AddDigest() {
    if (!request_.has_sender_frontier()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Frontier frontier,
                     Frontier::FromProto(request_.sender_frontier()));
    const auto digest = store_->DigestAt(frontier);
    if (digest.ok()) {
      response_.set_digest_at_sender(*digest);
    } else if (digest.status().code() !=
               absl::StatusCode::kFailedPrecondition) {
      return digest.status();
    }
    return absl::OkStatus();
  }

  void Answer(const absl::Status& status) noexcept
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (!status.ok()) return FinishLocked(status);
    if (ending_.has_value()) return FinishLocked(*ending_);
    // A message that only opens the stream wants no answer.
    if (!request_.has_batch() && !request_.has_sender_frontier()) {
      return ReadLocked();
    }
    StartWrite(&response_);
  }

  const StreamContext context_;
  const std::string peer_;
  const absl::Time start_;
  // Of gRPC while it reads or writes, else of the worker.
  v1::PushChangesRequest request_;
  v1::PushChangesResponse response_;
  RegistryStore* store_ = nullptr;
  int64_t received_bytes_ = 0;
  absl::Status status_;  // Final once the stream is finished.

  Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
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
