#include "tests/support/store_endpoint.h"

#include <deque>
#include <optional>
#include <vector>

#include "proto/base/errors.h"
#include "proto/base/mutex.h"
#include "proto/base/status_macros.h"
#include "storage/change/batch.h"

namespace consilium {
namespace {

// Batches that were made when the pull began.
class StorePull final : public PullStream {
 public:
  explicit StorePull(std::deque<v1::PullChangesResponse> batches)
      : batches_(std::move(batches)) {}

  absl::StatusOr<std::optional<v1::PullChangesResponse>> Next() override {
    if (batches_.empty()) return std::optional<v1::PullChangesResponse>();
    std::optional<v1::PullChangesResponse> next(std::move(batches_.front()));
    batches_.pop_front();
    return next;
  }

 private:
  std::deque<v1::PullChangesResponse> batches_;
};

// Merges each batch when its answer is asked for.
class StorePush final : public PushStream {
 public:
  explicit StorePush(RegistryStore& store) : store_(store) {}

  bool Send(const v1::PushChangesRequest& request) override {
    if (!status_.ok()) return false;
    waiting_.push_back(request);
    return true;
  }

  void DoneSending() override {}

  absl::StatusOr<std::optional<v1::PushChangesResponse>> Next() override {
    if (!status_.ok()) return status_;
    if (waiting_.empty()) return std::optional<v1::PushChangesResponse>();
    auto answer = Answer(waiting_.front());
    waiting_.pop_front();
    if (!answer.ok()) return status_ = answer.status();
    return std::optional<v1::PushChangesResponse>(*std::move(answer));
  }

 private:
  absl::StatusOr<v1::PushChangesResponse> Answer(
      const v1::PushChangesRequest& request) {
    v1::PushChangesResponse response;
    if (request.has_batch()) {
      ASSIGN_OR_RETURN(stored::v1::GroupList list,
                       DecodeBatch(request.batch().payload()));
      ASSIGN_OR_RETURN(auto groups,
                       RegistryStore::ParseGroups(std::move(list)));
      ASSIGN_OR_RETURN(const MergeOutcome outcome,
                       store_.MergeAndWait(std::move(groups)));
      response.set_applied_count(outcome.applied_changes);
      response.set_skipped_count(outcome.skipped_changes);
      for (const GroupSetAside& group : outcome.set_aside) {
        v1::SetAside* set_aside = response.add_set_aside();
        set_aside->set_replica(std::string(group.replica.bytes()));
        set_aside->set_first_sequence(group.first_sequence);
        set_aside->set_last_sequence(group.last_sequence);
        set_aside->set_reason(group.reason);
        set_aside->set_message(group.message);
      }
    }
    if (request.has_sender_frontier()) {
      ASSIGN_OR_RETURN(const Frontier frontier,
                       Frontier::FromProto(request.sender_frontier()));
      const auto digest = store_.DigestAt(frontier);
      if (digest.ok()) response.set_digest_at_sender(*digest);
    }
    const auto head = store_.head();
    *response.mutable_frontier() = head->GetFrontier().ToProto();
    response.set_revision(head->revision);
    return response;
  }

  RegistryStore& store_;
  std::deque<v1::PushChangesRequest> waiting_;
  absl::Status status_;
};

class StoreWatch final : public WatchStream {
 public:
  StoreWatch(RegistryStore& store, Cancellation* cancellation)
      : handle_(store.Watch([this](const RegistryHead& head) { Moved(head); })),
        on_cancel_(cancellation, [this] { Cancel(); }) {
    Moved(*store.head());
  }

  absl::StatusOr<std::optional<v1::WatchFrontierResponse>> Next() override {
    MutexLock lock(mutex_);
    const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return cancelled_ || news_.has_value();
    };
    mutex_.Await(absl::Condition(&ready));
    if (cancelled_) return absl::CancelledError("the watch was cancelled");
    std::optional<v1::WatchFrontierResponse> next = std::move(news_);
    news_.reset();
    return next;
  }

 private:
  void Moved(const RegistryHead& head) {
    v1::WatchFrontierResponse response;
    *response.mutable_frontier() = head.GetFrontier().ToProto();
    response.set_revision(head.revision);
    MutexLock lock(mutex_);
    news_ = std::move(response);
  }

  void Cancel() {
    MutexLock lock(mutex_);
    cancelled_ = true;
  }

  Mutex mutex_;
  std::optional<v1::WatchFrontierResponse> news_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  const std::unique_ptr<RegistryStore::WatchHandle> handle_;
  const Cancellation::Callback on_cancel_;
};

}  // namespace

absl::StatusOr<RegistryStore*> StoreEndpoint::Store(
    const RegistryIdentity* identity) {
  if (store_ == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "REGISTRY_NOT_FOUND",
                     "no such registry");
  }
  if (identity != nullptr && !identity->registry_id.empty() &&
      identity->registry_id != store_->head()->registry_id) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "OTHER_REGISTRY",
                     "another registry");
  }
  return store_.get();
}

absl::StatusOr<v1::GetFrontierResponse> StoreEndpoint::GetFrontier(
    const stored::v1::Frontier* digest_at, Cancellation*) {
  ASSIGN_OR_RETURN(RegistryStore* const store, Store(nullptr));
  const auto head = store->head();
  v1::GetFrontierResponse response;
  response.set_registry_id(head->registry_id);
  response.set_format_version(kChangeFormatVersion);
  *response.mutable_frontier() = head->GetFrontier().ToProto();
  response.set_digest(head->content.Digest());
  response.set_institution(head->institution);
  response.set_replica(std::string(head->replica.bytes()));
  if (digest_at != nullptr) {
    ASSIGN_OR_RETURN(const Frontier frontier, Frontier::FromProto(*digest_at));
    const auto digest = store->DigestAt(frontier);
    if (digest.ok()) response.set_digest_at(*digest);
  }
  return response;
}

absl::StatusOr<std::unique_ptr<PullStream>> StoreEndpoint::Pull(
    const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
    Cancellation*) {
  ASSIGN_OR_RETURN(RegistryStore* const store, Store(&identity));
  ASSIGN_OR_RETURN(const Frontier held, Frontier::FromProto(frontier));
  int64_t remaining = store->CountChangesSince(held);
  std::deque<v1::PullChangesResponse> batches;
  BatchBuilder builder;
  int groups = 0;
  int64_t changes = 0;
  const auto finish = [&] {
    v1::PullChangesResponse& response = batches.emplace_back();
    response.mutable_batch()->set_payload(builder.Finish());
    response.mutable_batch()->set_change_count(changes);
    remaining -= changes;
    response.set_remaining_count(remaining);
    groups = 0;
    changes = 0;
  };
  absl::Status added;
  RETURN_IF_ERROR(store->ListGroupsSince(held, [&](stored::v1::SealedGroup g) {
    const std::string encoded = g.SerializeAsString();
    if (groups > 0 &&
        (groups == groups_per_batch_ || !builder.HasRoomFor(encoded.size()))) {
      finish();
    }
    added = builder.Add(encoded);
    ++groups;
    changes += g.changes_size();
    return added.ok();
  }));
  RETURN_IF_ERROR(added);
  if (groups > 0) finish();
  return std::make_unique<StorePull>(std::move(batches));
}

absl::StatusOr<std::unique_ptr<PushStream>> StoreEndpoint::Push(
    const RegistryIdentity& identity, Cancellation*) {
  ASSIGN_OR_RETURN(RegistryStore* const store, Store(&identity));
  return std::make_unique<StorePush>(*store);
}

absl::StatusOr<std::unique_ptr<WatchStream>> StoreEndpoint::Watch(
    Cancellation* cancellation) {
  ASSIGN_OR_RETURN(RegistryStore* const store, Store(nullptr));
  return std::make_unique<StoreWatch>(*store, cancellation);
}

}  // namespace consilium
