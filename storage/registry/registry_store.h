// One registry on this server: commits local changes, merges those of others,
// and reads any version.
//
// A commit is one atomic, durable write of changes, record states, history,
// conflicts, digest and revision. One thread, the committer, builds them all:
// it takes what is queued, checks each request against the state that earlier
// ones leave, and hands the group over to be written at once; while that is
// done it builds the next. A caller is answered when its group is on the disk.
// storage/FORMAT.md has the rows.
//
// Thread-safe. Readers see the last commit and never wait for the committer.
#ifndef CONSILIUM_STORAGE_REGISTRY_REGISTRY_STORE_H_
#define CONSILIUM_STORAGE_REGISTRY_REGISTRY_STORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/clock.h"
#include "storage/change/change.h"
#include "storage/change/frontier.h"
#include "storage/change/signing_key.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/admission.h"
#include "storage/registry/change_request.h"
#include "storage/registry/commit_observer.h"
#include "storage/registry/record_indexer.h"
#include "storage/registry/record_rules.h"
#include "storage/registry/registry_head.h"
#include "storage/registry/registry_view.h"
#include "storage/registry/version.h"

namespace consilium {

// What a store needs beside its rows. All must outlive it.
struct RegistryDependencies {
  KeyValueStore& kv;
  const RecordRules& rules;
  Clock& clock;
  // Of the institution that runs this server, and of this replica.
  std::string institution;
  const SigningKey& institution_key;
  const SigningKey& replica_key;
  const RecordIndexer* indexer = nullptr;     // Null: nothing is indexed.
  CommitObserver* commit_observer = nullptr;  // May be null.
};

class Committer;

// Merges that are queued one behind the other: behind one that was refused,
// none is carried out.
struct MergeSequence {
  std::atomic<bool> refused = false;
};

class RegistryStore {
 public:
  using CommitCallback = std::function<void(absl::StatusOr<CommitOutcome>)>;
  using MergeCallback = std::function<void(absl::StatusOr<MergeOutcome>)>;
  // Called on the writing thread after each commit; must not block.
  using Watcher = std::function<void(const RegistryHead&)>;

  // Founds the registry `name` in the empty `partition` with a genesis change
  // that makes the first records.
  static absl::StatusOr<std::unique_ptr<RegistryStore>> Found(
      Partition partition, absl::string_view name, ChangeRequest first,
      const RegistryDependencies& dependencies);

  // Opens a replica in the empty `partition` of the registry that `genesis`
  // starts, and applies that group.
  //   INVALID_ARGUMENT  the group does not start a registry.
  //   DATA_LOSS         the group is damaged.
  static absl::StatusOr<std::unique_ptr<RegistryStore>> Join(
      Partition partition, absl::string_view name,
      const stored::v1::SealedGroup& genesis,
      const RegistryDependencies& dependencies);

  // Opens what Found or Join made. When the replica key is another than the
  // rows were written with, they go on as that new replica.
  //   FAILED_PRECONDITION  a newer release wrote the rows.
  //   DATA_LOSS            a row is damaged; nothing is changed.
  static absl::StatusOr<std::unique_ptr<RegistryStore>> Open(
      Partition partition, const RegistryDependencies& dependencies);

  // The newest state of a registry that no store has open.
  //   FAILED_PRECONDITION, DATA_LOSS  as Open.
  static absl::StatusOr<std::unique_ptr<RegistryView>> OpenStoredView(
      const KeyValueStore& kv, Partition partition);

  // The replica as which the registry in `partition` was written last.
  static absl::StatusOr<ReplicaId> ReadReplica(const KeyValueStore& kv,
                                               Partition partition);

  // Answers what is queued with UNAVAILABLE, after the running commit.
  ~RegistryStore();

  // Queues a local change. `done` is called once, on the writing thread or, of
  // what needs no write, the committer's; it must not block.
  //   ABORTED              the etag is stale, or more values are visible than
  //                        an adjudication was shown.
  //   FAILED_PRECONDITION  a path is in conflict; a record is retracted.
  //   ALREADY_EXISTS, NOT_FOUND, INVALID_ARGUMENT
  //   RESOURCE_EXHAUSTED   names the limit.
  void Commit(ChangeRequest request, CommitCallback done);

  // Commit, waiting for the answer. Not from a callback.
  absl::StatusOr<CommitOutcome> CommitAndWait(ChangeRequest request);

  // Checks the bytes of groups that arrived, in their order.
  //   DATA_LOSS            names the group and what does not fit.
  //   FAILED_PRECONDITION  another format version.
  static absl::StatusOr<std::vector<ParsedGroup>> ParseGroups(
      stored::v1::GroupList groups);

  // Queues a merge of groups: one atomic commit. What is held already is
  // skipped; an inadmissible group is set aside, with that replica's later
  // ones and all that depend on them.
  //   FAILED_PRECONDITION  another registry; a gap: names the replica, the
  //                        sequence that came and the one that was wanted.
  //   DATA_LOSS            a chain or a seal is wrong.
  void Merge(std::vector<ParsedGroup> groups, MergeCallback done,
             std::shared_ptr<MergeSequence> sequence = nullptr);
  absl::StatusOr<MergeOutcome> MergeAndWait(std::vector<ParsedGroup> groups);

  // The newest state.
  std::shared_ptr<const RegistryHead> head() const;

  // Whether the record `name` reads at the newest version as at `revision`.
  // Cheap: false may be said for want of looking.
  bool UnchangedSince(absl::string_view name, int64_t revision) const;

  // A view of `version`.
  //   NOT_FOUND            a revision ahead of this replica's.
  //   FAILED_PRECONDITION  a frontier that is not held, or not causally closed.
  absl::StatusOr<std::unique_ptr<RegistryView>> OpenView(
      const Version& version) const;

  // The changes that `frontier` lacks, as whole groups in order of
  // application. Stops when `visit` returns false.
  absl::Status ListGroupsSince(
      const Frontier& frontier,
      absl::FunctionRef<bool(stored::v1::SealedGroup)> visit) const;

  // About how many changes `frontier` lacks.
  int64_t CountChangesSince(const Frontier& frontier) const;

  // The content digest at a frontier that is held. One that lies far back takes
  // long: what `check_alive` returns ends it.
  absl::StatusOr<std::string> DigestAt(
      const Frontier& frontier,
      absl::FunctionRef<absl::Status()> check_alive = StaysAlive) const;

  // Whether RegistryView::ListIndexed may be asked.
  bool is_indexed() const { return dependencies_.indexer != nullptr; }

  // Bytes on disk, about.
  int64_t SizeBytes() const;

  // What waits for the committer, and who is told of commits.
  size_t queue_length() const;
  size_t watcher_count() const;

  // Registers `watcher` until the returned handle is destroyed. The handle's
  // destructor waits for a running call.
  class WatchHandle;
  std::unique_ptr<WatchHandle> Watch(Watcher watcher);

 private:
  RegistryStore(Partition partition, const RegistryDependencies& dependencies,
                std::shared_ptr<const RegistryHead> head);

  const Partition partition_;
  const RegistryDependencies dependencies_;
  std::unique_ptr<Committer> committer_;
};

// Keeps a watcher registered.
class RegistryStore::WatchHandle {
 public:
  explicit WatchHandle(std::function<void()> remove)
      : remove_(std::move(remove)) {}
  ~WatchHandle() { remove_(); }
  WatchHandle(const WatchHandle&) = delete;
  WatchHandle& operator=(const WatchHandle&) = delete;

 private:
  std::function<void()> remove_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_REGISTRY_STORE_H_
