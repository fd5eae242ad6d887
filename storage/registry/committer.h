// The one thread that writes a registry: takes what is queued, builds one
// commit of it, writes that at once, and answers.
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

namespace consilium {

class Committer {
 public:
  Committer(Partition partition, const RegistryDependencies& dependencies,
            std::shared_ptr<const RegistryHead> head);

  // Answers what is queued with UNAVAILABLE, after the running commit.
  ~Committer();

  void Commit(ChangeRequest request, RegistryStore::CommitCallback done);
  void Merge(std::vector<ParsedGroup> groups,
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
    RegistryStore::MergeCallback done;
  };
  using Work = std::variant<LocalChange, RemoteBatch>;

  // A queued change that was planned, and its answer in the making.
  struct Answer {
    RegistryStore::CommitCallback done;
    absl::StatusOr<CommitOutcome> outcome;
    bool rests_on_rows;  // Of its group, which are yet to be written.
  };

  // Takes `work`; not when the queue is full or closed, as the status says.
  absl::Status Enqueue(Work& work);
  void Run();
  std::vector<Work> TakeWork();

  void CommitLocal(std::vector<Work> work);
  absl::StatusOr<CommitOutcome> PlanLocal(const ChangeRequest& request,
                                          Workspace& workspace,
                                          stored::v1::SealedGroup& group,
                                          size_t& group_size_bytes);
  absl::StatusOr<std::optional<CommitOutcome>> FindEarlierAnswer(
      const ChangeRequest& request) const;
  // Notes the answer to a request that has an id.
  void PutRequestRow(const ChangeRequest& request, const CommitOutcome& outcome,
                     int64_t revision, Workspace& workspace) const;
  // Writes the notes of a group whose requests changed nothing.
  absl::Status WriteRequestRows(Workspace& workspace);
  ChangeDraft MakeDraft(const ChangeRequest& request,
                        const Workspace& workspace) const;
  void CommitRemote(RemoteBatch batch);
  absl::StatusOr<MergeOutcome> MergeRemote(
      const std::vector<ParsedGroup>& groups);
  // Writes what `workspace` came to; it was begun at `start`. What that left of
  // the records it touched.
  absl::StatusOr<std::shared_ptr<const CommittedRecords>> Write(
      Workspace& workspace, CommitReport::Kind kind, absl::Time start);
  // Keeps the memory of committed rows for the next commit: fresh memory has to
  // be mapped page by page, and copied whenever it grows.
  void KeepMemory(WriteBatch rows);
  void Publish(std::shared_ptr<const RegistryHead> head);

  const Partition partition_;
  const RegistryDependencies dependencies_;
  const ReplicaId replica_;
  SetAsidePlaces set_aside_;  // Of the committer's thread.
  RecentRecords recent_;      // Of the committer's thread.
  WriteBatch row_memory_;     // Of the committer's thread; empty.
  TouchedRecords touched_;
  const std::shared_ptr<ClaimedTimes> claimed_times_ =
      std::make_shared<ClaimedTimes>();

  mutable Mutex mutex_;
  std::deque<Work> queue_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const RegistryHead> head_ ABSL_GUARDED_BY(mutex_);

  mutable Mutex watchers_mutex_;  // Held while watchers run.
  std::map<int64_t, RegistryStore::Watcher> watchers_
      ABSL_GUARDED_BY(watchers_mutex_);
  int64_t next_watcher_ ABSL_GUARDED_BY(watchers_mutex_) = 1;

  std::thread thread_;  // Last: runs on all of the above.
};

// The row of an answered request.
std::string EncodeRequestRow(absl::string_view key,
                             const ChangeRequest& request,
                             const CommitOutcome& outcome, int64_t revision,
                             absl::Time now);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_COMMITTER_H_
