// A replica that a test plays: it holds names of changes instead of changes,
// and fails as it is told.
#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_SYNC_ENDPOINT_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_SYNC_ENDPOINT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/sync/sync_endpoint.h"
#include "proto/base/mutex.h"

namespace consilium {

// What may go wrong. Set before use.
struct SyncFaults {
  // Messages of streams, in either direction, until every call fails with
  // UNAVAILABLE. Negative: never.
  int messages_until_cut = -1;
  // After the cut, calls that fail before all is well again.
  int failures_after_cut = 0;
  // Sends every batch twice.
  bool duplicates_batches = false;
  // Answers no push.
  bool never_answers = false;
  // Answers no pull.
  bool sends_nothing = false;
  // Replicas whose changes are set aside.
  std::set<std::string> rejects;
  // Says nothing about digests, or a wrong one.
  bool knows_no_digest = false;
  bool has_wrong_digest = false;
  // Fails every GetFrontier.
  absl::Status frontier_error;
};

// Thread-safe but for `faults` and `identity`.
class FakeSyncEndpoint final : public SyncEndpoint {
 public:
  // `name` is the replica's id, up to 16 bytes, and its address.
  explicit FakeSyncEndpoint(const std::string& name);

  // Makes the next `count` changes of this replica.
  void Write(int count) ABSL_LOCKS_EXCLUDED(mutex_);
  // Makes a change that has the name of another.
  void WriteFork() ABSL_LOCKS_EXCLUDED(mutex_);

  // "a:3 b:2", by replica.
  std::string Held() const ABSL_LOCKS_EXCLUDED(mutex_);
  stored::v1::Frontier frontier() const ABSL_LOCKS_EXCLUDED(mutex_);

  int pulls() const ABSL_LOCKS_EXCLUDED(mutex_);
  int pushes() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The most batches that were sent and not answered.
  int unanswered_max() const ABSL_LOCKS_EXCLUDED(mutex_);

  SyncFaults faults;
  std::string registry_id = std::string(32, 'R');
  int32_t format_version = 1;
  int changes_per_batch = 2;

  const std::string& address() const override { return address_; }
  absl::StatusOr<v1::GetFrontierResponse> GetFrontier(
      const stored::v1::Frontier* digest_at,
      Cancellation* cancellation) override ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::unique_ptr<PullStream>> Pull(
      const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
      Cancellation* cancellation) override ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::unique_ptr<PushStream>> Push(
      const RegistryIdentity& identity, Cancellation* cancellation) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::unique_ptr<WatchStream>> Watch(
      Cancellation* cancellation) override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Pulling;
  class Pushing;
  class Watching;

  // Counts one message of a stream; UNAVAILABLE once the line is cut.
  absl::Status CountMessage() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<v1::PushChangesResponse> Apply(
      const v1::PushChangesRequest& request) ABSL_LOCKS_EXCLUDED(mutex_);
  stored::v1::Frontier FrontierLocked() const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string DigestAt(const stored::v1::Frontier& frontier) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Append(const std::string& replica, const std::string& hash)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string address_;
  const std::string replica_;

  mutable Mutex mutex_;
  std::map<std::string, std::vector<std::string>> hashes_
      ABSL_GUARDED_BY(mutex_);
  std::vector<stored::v1::FrontierEntry> log_ ABSL_GUARDED_BY(mutex_);
  int pulls_ ABSL_GUARDED_BY(mutex_) = 0;
  int pushes_ ABSL_GUARDED_BY(mutex_) = 0;
  int unanswered_max_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_SYNC_ENDPOINT_H_
