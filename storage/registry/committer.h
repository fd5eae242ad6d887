// The one writer of a registry: takes what is queued, builds one commit of it,
// hands that over to be written, and answers once it is on the disk. Meanwhile
// the next commit is built, on what that one leaves; when its write fails, what
// was built on it fails too.
//
// Thread-safe.
#ifndef CONSILIUM_STORAGE_REGISTRY_COMMITTER_H_
#define CONSILIUM_STORAGE_REGISTRY_COMMITTER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "proto/base/mutex.h"
#include "storage/registry/admission.h"
#include "storage/registry/claimed_times.h"
#include "storage/registry/recent_records.h"
#include "storage/registry/registry_store.h"
#include "storage/registry/touched_records.h"
#include "storage/registry/write_behind.h"

namespace consilium {

class Committer {
 public:
  Committer(Partition partition, const RegistryDependencies& dependencies,
            std::shared_ptr<const RegistryHead> head);

  // Answers what is queued with UNAVAILABLE, after the running commits.
  ~Committer();

  void Commit(ChangeRequest request, RegistryStore::CommitCallback done);
  void Merge(std::vector<ParsedGroup> groups,
             std::shared_ptr<MergeSequence> sequence,
             RegistryStore::MergeCallback done);

  std::shared_ptr<const RegistryHead> head() const;

  size_t queue_length() const;
  size_t watcher_count() const;
  const TouchedRecords& touched() const { return touched_; }
  const std::shared_ptr<ClaimedTimes>& claimed_times() const {
    return claimed_times_;
  }

  int64_t AddWatcher(RegistryStore::Watcher watcher);
  // Waits for a running call of the watcher.
  void RemoveWatcher(int64_t id);

 private:
  struct LocalChange {
    ChangeRequest request;
    RegistryStore::CommitCallback done;
  };
  struct RemoteBatch {
    std::vector<ParsedGroup> groups;
    std::shared_ptr<MergeSequence> sequence;  // May be null.
    RegistryStore::MergeCallback done;
  };
  using Work = std::variant<LocalChange, RemoteBatch>;

  // A queued change that was planned, and its answer in the making.
  struct Answer {
    RegistryStore::CommitCallback done;
    absl::StatusOr<CommitOutcome> outcome;
  };

  // What is to be written; without a head, nothing that others can see.
  struct Prepared {
    CommitReport::Kind kind;
    absl::Time start;  // Of building it.
    int64_t changes = 0;
    WriteBatch rows = {};
    std::shared_ptr<const RegistryHead> head = nullptr;
    std::shared_ptr<const CommittedRecords> records = nullptr;
  };

  // Takes `work`; not when the queue is full or closed, as the status says.
  absl::Status Enqueue(Work& work);
  void Run();
  // What is to be done next; nothing once the committer is closed.
  std::optional<Work> TakeWork();
  // Another change for a group of `count`; nothing when it is to be written
  // now. While an earlier commit is written, a group grows.
  std::optional<LocalChange> TakeForGroup(size_t count);
  // Forgets what rests on a write that failed.
  void DropWhatFailed();

  void CommitLocal(LocalChange first);
  absl::StatusOr<CommitOutcome> PlanLocal(const ChangeRequest& request,
                                          Workspace& workspace,
                                          stored::v1::SealedGroup& group,
                                          size_t& group_size_bytes);
  absl::StatusOr<std::optional<CommitOutcome>> FindEarlierAnswer(
      const ChangeRequest& request) const;
  // Notes the answer to a request that has an id.
  void PutRequestRow(const ChangeRequest& request, const CommitOutcome& outcome,
                     int64_t revision, Workspace& workspace) const;
  ChangeDraft MakeDraft(const ChangeRequest& request,
                        const Workspace& workspace) const;
  absl::Status SealLocal(const stored::v1::SealedGroup& group,
                         Workspace& workspace, Prepared& prepared);
  // Answers the requests of a group whose rows were written, or were not.
  void AnswerLocal(std::vector<Answer> answers,
                   const std::shared_ptr<const CommittedRecords>& records,
                   const absl::Status& written);

  void CommitRemote(RemoteBatch batch);
  absl::StatusOr<MergeOutcome> MergeRemote(
      const std::vector<ParsedGroup>& groups, Prepared& prepared);

  // Ends `workspace` as the next revision.
  absl::Status Finish(Workspace& workspace, Prepared& prepared);
  // Hands over what was prepared, also when that is nothing. `answer` is called
  // when it is on the disk and published, or with why it is not: an answer must
  // rest on nothing that fails.
  void Write(Prepared prepared, WriteBehind::Done answer);
  void Publish(std::shared_ptr<const RegistryHead> head);

  const RegistryDependencies dependencies_;
  const ReplicaId replica_;

  // Of the committer's thread, as what was handed over leaves them.
  std::shared_ptr<const RegistryHead> newest_;
  SetAsidePlaces set_aside_;
  RecentRecords recent_;
  std::optional<Work> next_;  // Taken from the queue for a group it is not of.

  TouchedRecords touched_;
  const std::shared_ptr<ClaimedTimes> claimed_times_ =
      std::make_shared<ClaimedTimes>();

  mutable Mutex mutex_;
  std::deque<Work> queue_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t unwritten_ ABSL_GUARDED_BY(mutex_) = 0;  // Commits handed over.
  // As it is on the disk.
  std::shared_ptr<const RegistryHead> head_ ABSL_GUARDED_BY(mutex_);

  mutable Mutex watchers_mutex_;  // Held while watchers run.
  std::map<int64_t, RegistryStore::Watcher> watchers_
      ABSL_GUARDED_BY(watchers_mutex_);
  int64_t next_watcher_ ABSL_GUARDED_BY(watchers_mutex_) = 1;

  WriteBehind rows_;    // Answers from its thread, on all of the above.
  std::thread thread_;  // Last: runs on all of the above.
};

// The row of an answered request.
std::string EncodeRequestRow(absl::string_view key,
                             const ChangeRequest& request,
                             const CommitOutcome& outcome, int64_t revision,
                             absl::Time now);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_COMMITTER_H_
