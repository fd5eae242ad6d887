// Makes backups when asked and when they are due, verifies and prunes them:
// one thing at a time, on a thread of its own.
#ifndef CONSILIUM_SERVER_BACKUP_BACKUP_KEEPER_H_
#define CONSILIUM_SERVER_BACKUP_BACKUP_KEEPER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "server/backup/backup_directory.h"
#include "server/backup/limits.h"
#include "server/backup/write_backup.h"

namespace consilium {

// What the administrator says about backups.
struct BackupPolicy {
  // Where they are kept; empty when none are made.
  std::string directory;
  // Time between two that the server makes by itself; absent: none.
  std::optional<absl::Duration> interval;
  // After each of those, only so many of the newest are kept; 0: all.
  int keep = 0;
  // Whether the institution's key is part of a backup.
  bool keys = true;
};

// Work on a backup that somebody asked for. Thread-safe.
class BackupJob {
 public:
  struct State {
    v1::BackupProgress progress;
    // Set when the work has ended.
    std::optional<absl::StatusOr<stored::v1::BackupManifest>> result;
  };

  // `on_change` is called on the thread of the work when the state has changed
  // by what a person would notice; it must not block, or be empty.
  BackupJob(std::string what, std::function<void()> on_change)
      : what_(std::move(what)), on_change_(std::move(on_change)) {}

  State state() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends the work soon, if it still goes on, and calls `on_change` no more
  // once this has returned.
  void Abandon() ABSL_LOCKS_EXCLUDED(mutex_);

  // What is done: "a backup is being made".
  const std::string& what() const { return what_; }

  // For whoever does the work.
  absl::Status CheckAlive() const ABSL_LOCKS_EXCLUDED(mutex_);
  void Report(BackupStage stage, int64_t done, int64_t total)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Finish(absl::StatusOr<stored::v1::BackupManifest> result)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::string what_;
  mutable Mutex mutex_;  // Held while `on_change_` is called.
  std::function<void()> on_change_ ABSL_GUARDED_BY(mutex_);
  State state_ ABSL_GUARDED_BY(mutex_);
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
};

// How the backups of a server stand. For metrics and the doctor.
struct BackupStatus {
  // The moment that the newest whole backup of this server, as it writes now,
  // shows; infinite past: none. Never in the future: a backup that is, is none.
  absl::Time last_success = absl::InfinitePast();
  // What it takes on disk.
  int64_t last_size_bytes = 0;
  // Of this process: the last attempt to make one, and how it ended.
  absl::Time last_attempt = absl::InfinitePast();
  absl::Status last_error;
  int64_t failures_in_row = 0;
};

// What happened, for the log.
struct BackupEvent {
  enum class Kind { kMade, kFailed, kPruned };
  Kind kind = Kind::kMade;
  std::string backup;  // Empty for kFailed.
  bool scheduled = false;
  int64_t size_bytes = 0;
  absl::Duration duration;
  absl::Status status;
};

struct PruneOutcome {
  std::vector<std::string> removed;
  std::vector<std::string> kept;
  std::vector<std::string> damaged;
  int64_t freed_bytes = 0;
};

// Thread-safe.
class BackupKeeper {
 public:
  using Observer = std::function<void(const BackupEvent&)>;

  struct Options {
    // Besides `keys`, which the policy decides.
    WriteBackupOptions write;
    absl::Duration schedule_period = kBackupSchedulePeriod;
    absl::Duration retry_delay = kBackupRetryDelay;
  };

  // `source` and `clock` must outlive the keeper. `observer` is called on the
  // thread of the work.
  BackupKeeper(const BackupSource& source, const BackupPolicy& policy,
               Clock& clock, Observer observer, const Options& options);
  BackupKeeper(const BackupSource& source, const BackupPolicy& policy,
               Clock& clock, Observer observer = {})
      : BackupKeeper(source, policy, clock, std::move(observer), Options()) {}

  // Ends what is being done, leaving nothing half done.
  ~BackupKeeper();
  BackupKeeper(const BackupKeeper&) = delete;
  BackupKeeper& operator=(const BackupKeeper&) = delete;

  const BackupPolicy& policy() const { return policy_; }

  // OK when backups can be made: those of CheckBackupDirectory, and
  //   FAILED_PRECONDITION  BACKUPS_OFF.
  absl::Status CheckUsable() const;

  // Begins to make a backup, or to verify one.
  //   FAILED_PRECONDITION  as CheckUsable, and BACKUP_RUNNING.
  //   NOT_FOUND            there is no backup of that name.
  absl::StatusOr<std::shared_ptr<BackupJob>> StartCreate(
      std::function<void()> on_change = {}) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::shared_ptr<BackupJob>> StartVerify(
      absl::string_view name, std::function<void()> on_change = {})
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Those that there are, the newest first, damaged ones last.
  absl::StatusOr<std::vector<FoundBackup>> List() const;

  // Removes all but the newest `keep` whole backups that this server made as
  // the replicas that it writes as now: those of others in the same directory
  // are theirs to remove, and so are those made before it was restored. Those
  // that a clock that was ahead has dated into the future count as the oldest.
  // With `dry_run`, only says which.
  //   INVALID_ARGUMENT     keep is below 1.
  //   FAILED_PRECONDITION  as StartCreate.
  absl::StatusOr<PruneOutcome> Prune(int keep, bool dry_run)
      ABSL_LOCKS_EXCLUDED(mutex_);

  BackupStatus status() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Task {
    std::shared_ptr<BackupJob> job;
    std::function<absl::StatusOr<stored::v1::BackupManifest>(BackupWork&)> run;
  };

  absl::StatusOr<std::shared_ptr<BackupJob>> Start(
      std::string what, std::function<void()> on_change,
      std::function<absl::StatusOr<stored::v1::BackupManifest>(BackupWork&)>
          run) ABSL_LOCKS_EXCLUDED(mutex_);
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  void RunTask(Task& task) ABSL_LOCKS_EXCLUDED(mutex_);
  void RunScheduled() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || task_ != nullptr;
  }
  absl::StatusOr<stored::v1::BackupManifest> Create(BackupWork& work,
                                                    bool scheduled)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<stored::v1::BackupManifest> CreateLocked(
      const BackupWork& work) const;
  // `just_made` is kept before all others; empty: none was.
  absl::StatusOr<PruneOutcome> PruneLocked(int keep, bool dry_run,
                                           absl::string_view just_made,
                                           const BackupWork& work);
  void NoteNewest() ABSL_LOCKS_EXCLUDED(mutex_);
  void Notify(const BackupEvent& event) const {
    if (observer_) observer_(event);
  }

  const BackupSource source_;
  const BackupPolicy policy_;
  Clock& clock_;
  const Observer observer_;
  const Options options_;

  mutable Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // What waits to be done, and what is being done.
  std::unique_ptr<Task> task_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<BackupJob> running_ ABSL_GUARDED_BY(mutex_);
  BackupStatus status_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_BACKUP_KEEPER_H_
