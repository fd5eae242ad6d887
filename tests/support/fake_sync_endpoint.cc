#include "tests/support/fake_sync_endpoint.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/errors.h"
#include "proto/base/sha256.h"

namespace consilium {
namespace {

std::string Padded(std::string name) {
  name.resize(16, '.');
  return name;
}

std::string HashOf(const std::string& replica, size_t sequence) {
  return Sha256({replica, absl::StrCat(sequence)});
}

}  // namespace

class FakeSyncEndpoint::Pulling final : public PullStream {
 public:
  Pulling(FakeSyncEndpoint& endpoint,
          std::deque<v1::PullChangesResponse> batches,
          Cancellation* cancellation)
      : endpoint_(endpoint),
        batches_(std::move(batches)),
        cancellation_(cancellation) {}

  absl::StatusOr<std::optional<v1::PullChangesResponse>> Next() override {
    if (endpoint_.faults.sends_nothing) {
      cancellation_->WaitFor(absl::InfiniteDuration());
      return absl::CancelledError("gave up");
    }
    const absl::Status status = endpoint_.CountMessage();
    if (!status.ok()) return status;
    if (batches_.empty()) return std::optional<v1::PullChangesResponse>();
    std::optional<v1::PullChangesResponse> next(std::move(batches_.front()));
    batches_.pop_front();
    return next;
  }

 private:
  FakeSyncEndpoint& endpoint_;
  std::deque<v1::PullChangesResponse> batches_;
  Cancellation* const cancellation_;
};

class FakeSyncEndpoint::Pushing final : public PushStream {
 public:
  Pushing(FakeSyncEndpoint& endpoint, Cancellation* cancellation)
      : endpoint_(endpoint), cancellation_(cancellation) {}

  bool Send(const v1::PushChangesRequest& request) override {
    if (status_.ok()) status_ = endpoint_.CountMessage();
    if (!status_.ok()) return false;
    waiting_.push_back(request);
    MutexLock lock(endpoint_.mutex_);
    endpoint_.unanswered_max_ =
        std::max(endpoint_.unanswered_max_, static_cast<int>(waiting_.size()));
    return true;
  }

  void DoneSending() override { done_ = true; }

  absl::StatusOr<std::optional<v1::PushChangesResponse>> Next() override {
    if (endpoint_.faults.never_answers) {
      cancellation_->WaitFor(absl::InfiniteDuration());
      return absl::CancelledError("gave up");
    }
    if (status_.ok()) status_ = endpoint_.CountMessage();
    if (!status_.ok()) return status_;
    if (waiting_.empty()) {
      if (!done_) return absl::InternalError("nothing was sent to answer");
      return std::optional<v1::PushChangesResponse>();
    }
    auto answer = endpoint_.Apply(waiting_.front());
    waiting_.pop_front();
    if (!answer.ok()) return status_ = answer.status();
    return std::optional<v1::PushChangesResponse>(*std::move(answer));
  }

 private:
  FakeSyncEndpoint& endpoint_;
  Cancellation* const cancellation_;
  std::deque<v1::PushChangesRequest> waiting_;
  bool done_ = false;
  absl::Status status_;
};

class FakeSyncEndpoint::Watching final : public WatchStream {
 public:
  Watching(FakeSyncEndpoint& endpoint, Cancellation* cancellation)
      : endpoint_(endpoint), cancellation_(cancellation) {}

  absl::StatusOr<std::optional<v1::WatchFrontierResponse>> Next() override {
    do {
      const absl::Status status = endpoint_.CountMessage();
      if (!status.ok()) return status;
      v1::WatchFrontierResponse response;
      *response.mutable_frontier() = endpoint_.frontier();
      const std::string now = response.SerializeAsString();
      if (now != last_) {
        last_ = now;
        return std::optional<v1::WatchFrontierResponse>(std::move(response));
      }
    } while (!cancellation_->WaitFor(absl::Milliseconds(1)));
    return absl::CancelledError("watch ended");
  }

 private:
  FakeSyncEndpoint& endpoint_;
  Cancellation* const cancellation_;
  std::string last_ = "none";
};

FakeSyncEndpoint::FakeSyncEndpoint(const std::string& name)
    : address_(name), replica_(Padded(name)) {}

void FakeSyncEndpoint::Append(const std::string& replica,
                              const std::string& hash) {
  std::vector<std::string>& hashes = hashes_[replica];
  hashes.push_back(hash);
  stored::v1::FrontierEntry entry;
  entry.set_replica(replica);
  entry.set_sequence(static_cast<int64_t>(hashes.size()));
  entry.set_hash(hash);
  log_.push_back(entry);
}

void FakeSyncEndpoint::Write(int count) {
  MutexLock lock(mutex_);
  for (int i = 0; i < count; ++i) {
    Append(replica_, HashOf(replica_, hashes_[replica_].size() + 1));
  }
}

void FakeSyncEndpoint::WriteFork() {
  MutexLock lock(mutex_);
  Append(replica_, Sha256({"fork", address_}));
}

std::string FakeSyncEndpoint::Held() const {
  MutexLock lock(mutex_);
  std::vector<std::string> parts;
  for (const auto& [replica, hashes] : hashes_) {
    parts.push_back(
        absl::StrCat(replica.substr(0, replica.find('.')), ":", hashes.size()));
  }
  return absl::StrJoin(parts, " ");
}

stored::v1::Frontier FakeSyncEndpoint::FrontierLocked() const {
  stored::v1::Frontier frontier;
  for (const auto& [replica, hashes] : hashes_) {
    if (hashes.empty()) continue;
    stored::v1::FrontierEntry* entry = frontier.add_entries();
    entry->set_replica(replica);
    entry->set_sequence(static_cast<int64_t>(hashes.size()));
    entry->set_hash(hashes.back());
  }
  return frontier;
}

stored::v1::Frontier FakeSyncEndpoint::frontier() const {
  MutexLock lock(mutex_);
  return FrontierLocked();
}

int FakeSyncEndpoint::pulls() const {
  MutexLock lock(mutex_);
  return pulls_;
}

int FakeSyncEndpoint::pushes() const {
  MutexLock lock(mutex_);
  return pushes_;
}

int FakeSyncEndpoint::unanswered_max() const {
  MutexLock lock(mutex_);
  return unanswered_max_;
}

std::string FakeSyncEndpoint::DigestAt(
    const stored::v1::Frontier& frontier) const {
  if (faults.knows_no_digest) return "";
  for (const auto& entry : frontier.entries()) {
    const auto it = hashes_.find(entry.replica());
    const auto held = it == hashes_.end() ? 0 : it->second.size();
    if (held < static_cast<size_t>(entry.sequence())) return "";
  }
  return Sha256({faults.has_wrong_digest ? "wrong" : "right",
                 frontier.SerializeAsString()});
}

absl::Status FakeSyncEndpoint::CountMessage() {
  MutexLock lock(mutex_);
  if (faults.messages_until_cut < 0) return absl::OkStatus();
  if (faults.messages_until_cut > 0) {
    --faults.messages_until_cut;
    return absl::OkStatus();
  }
  if (faults.failures_after_cut-- <= 0) faults.messages_until_cut = -1;
  return absl::UnavailableError(absl::StrCat(address_, ": line cut"));
}

absl::StatusOr<v1::GetFrontierResponse> FakeSyncEndpoint::GetFrontier(
    const stored::v1::Frontier* digest_at, Cancellation*) {
  if (!faults.frontier_error.ok()) return faults.frontier_error;
  MutexLock lock(mutex_);
  v1::GetFrontierResponse response;
  response.set_registry_id(registry_id);
  response.set_format_version(format_version);
  response.set_institution(address_);
  response.set_replica(replica_);
  *response.mutable_frontier() = FrontierLocked();
  response.set_digest(DigestAt(response.frontier()));
  if (digest_at != nullptr) response.set_digest_at(DigestAt(*digest_at));
  return response;
}

absl::StatusOr<std::unique_ptr<PullStream>> FakeSyncEndpoint::Pull(
    const RegistryIdentity&, const stored::v1::Frontier& frontier,
    Cancellation* cancellation) {
  MutexLock lock(mutex_);
  ++pulls_;
  std::map<std::string, int64_t> held;
  for (const auto& entry : frontier.entries()) {
    held[entry.replica()] = entry.sequence();
  }
  std::vector<stored::v1::FrontierEntry> missing;
  for (const auto& change : log_) {
    if (change.sequence() > held[change.replica()]) missing.push_back(change);
  }
  std::deque<v1::PullChangesResponse> batches;
  for (size_t i = 0; i < missing.size();) {
    stored::v1::Frontier list;
    while (i < missing.size() && list.entries_size() < changes_per_batch) {
      *list.add_entries() = missing[i++];
    }
    v1::PullChangesResponse response;
    response.mutable_batch()->set_payload(list.SerializeAsString());
    response.mutable_batch()->set_change_count(list.entries_size());
    response.set_remaining_count(static_cast<int64_t>(missing.size() - i));
    batches.push_back(response);
    if (faults.duplicates_batches) batches.push_back(response);
  }
  return std::make_unique<Pulling>(*this, std::move(batches), cancellation);
}

absl::StatusOr<std::unique_ptr<PushStream>> FakeSyncEndpoint::Push(
    const RegistryIdentity& identity, Cancellation* cancellation) {
  if (identity.registry_id != registry_id) {
    return absl::FailedPreconditionError("another registry");
  }
  MutexLock lock(mutex_);
  ++pushes_;
  return std::make_unique<Pushing>(*this, cancellation);
}

absl::StatusOr<std::unique_ptr<WatchStream>> FakeSyncEndpoint::Watch(
    Cancellation* cancellation) {
  return std::make_unique<Watching>(*this, cancellation);
}

absl::StatusOr<v1::PushChangesResponse> FakeSyncEndpoint::Apply(
    const v1::PushChangesRequest& request) {
  MutexLock lock(mutex_);
  v1::PushChangesResponse response;
  stored::v1::Frontier list;
  if (!list.ParseFromString(request.batch().payload())) {
    return MakeError(absl::StatusCode::kDataLoss, "BATCH_DAMAGED", "damaged");
  }
  for (const auto& change : list.entries()) {
    const auto held = static_cast<int64_t>(hashes_[change.replica()].size());
    if (faults.rejects.count(
            change.replica().substr(0, change.replica().find('.'))) > 0) {
      v1::SetAside* set_aside = response.add_set_aside();
      set_aside->set_replica(change.replica());
      set_aside->set_first_sequence(change.sequence());
      set_aside->set_last_sequence(change.sequence());
      set_aside->set_reason("CHANGE_INADMISSIBLE");
    } else if (change.sequence() <= held) {
      response.set_skipped_count(response.skipped_count() + 1);
    } else if (change.sequence() > held + 1) {
      return absl::FailedPreconditionError("a gap");
    } else {
      Append(change.replica(), change.hash());
      response.set_applied_count(response.applied_count() + 1);
    }
  }
  if (request.has_sender_frontier()) {
    response.set_digest_at_sender(DigestAt(request.sender_frontier()));
  }
  *response.mutable_frontier() = FrontierLocked();
  return response;
}

}  // namespace consilium
