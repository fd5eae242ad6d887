#include "server/backup/backup_keeper.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/backup_owner.h"
#include "server/backup/errors.h"
#include "server/backup/verify_backup.h"

namespace consilium {
namespace {

using stored::v1::BackupManifest;

// The steps of progress that a person would notice.
constexpr int64_t kProgressSteps = 100;

int64_t StepOf(int64_t done, int64_t total) {
  return total <= 0 ? 0 : done * kProgressSteps / total;
}

absl::Status Abandoned() {
  return MakeError(absl::StatusCode::kCancelled, "BACKUP_ABANDONED",
                   "the work was ended before it was done; nothing is left of "
                   "it");
}

BackupWork WorkOf(BackupJob& job) {
  BackupWork work;
  work.check_alive = [&job] { return job.CheckAlive(); };
  work.on_progress = [&job](BackupStage stage, int64_t done, int64_t total) {
    job.Report(stage, done, total);
  };
  return work;
}

}  // namespace

BackupJob::State BackupJob::state() const {
  MutexLock lock(mutex_);
  return state_;
}

void BackupJob::Abandon() {
  MutexLock lock(mutex_);
  abandoned_ = true;
  on_change_ = {};
}

absl::Status BackupJob::CheckAlive() const {
  MutexLock lock(mutex_);
  return abandoned_ ? Abandoned() : absl::OkStatus();
}

void BackupJob::Report(BackupStage stage, int64_t done, int64_t total) {
  MutexLock lock(mutex_);
  v1::BackupProgress& progress = state_.progress;
  if (progress.stage() == stage && progress.total() == total &&
      StepOf(progress.done(), total) == StepOf(done, total)) {
    return;
  }
  progress.set_stage(stage);
  progress.set_done(std::min(done, total));
  progress.set_total(total);
  if (on_change_) on_change_();
}

void BackupJob::Finish(absl::StatusOr<BackupManifest> result) {
  MutexLock lock(mutex_);
  state_.result = std::move(result);
  if (on_change_) on_change_();
}

BackupKeeper::BackupKeeper(const BackupSource& source,
                           const BackupPolicy& policy, Clock& clock,
                           Observer observer, const Options& options)
    : source_(source),
      policy_(policy),
      clock_(clock),
      observer_(std::move(observer)),
      options_(options) {
  NoteNewest();
  // A crash may have left links to files that the store has dropped since.
  RemoveCheckpoint(source_.data_directory).IgnoreError();
  if (!policy_.directory.empty()) thread_ = std::thread([this] { Run(); });
}

BackupKeeper::~BackupKeeper() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    if (running_ != nullptr) running_->Abandon();
  }
  if (thread_.joinable()) thread_.join();
}

absl::Status BackupKeeper::CheckUsable() const {
  if (policy_.directory.empty()) return BackupsOff();
  return CheckBackupDirectory(policy_.directory, source_.data_directory);
}

absl::StatusOr<std::shared_ptr<BackupJob>> BackupKeeper::Start(
    std::string what, std::function<void()> on_change,
    std::function<absl::StatusOr<BackupManifest>(BackupWork&)> run) {
  RETURN_IF_ERROR(CheckUsable());
  MutexLock lock(mutex_);
  if (running_ != nullptr) return BackupRunning(running_->what());
  running_ = std::make_shared<BackupJob>(std::move(what), std::move(on_change));
  task_ = std::make_unique<Task>(Task{running_, std::move(run)});
  return running_;
}

absl::StatusOr<std::shared_ptr<BackupJob>> BackupKeeper::StartCreate(
    std::function<void()> on_change) {
  return Start(
      "a backup is being made", std::move(on_change),
      [this](BackupWork& work) { return Create(work, /*scheduled=*/false); });
}

absl::StatusOr<std::shared_ptr<BackupJob>> BackupKeeper::StartVerify(
    absl::string_view name, std::function<void()> on_change) {
  RETURN_IF_ERROR(CheckUsable());
  RETURN_IF_ERROR(FindBackup(policy_.directory, name).status());
  return Start("a backup is being verified", std::move(on_change),
               [this, name = std::string(name)](
                   BackupWork& work) -> absl::StatusOr<BackupManifest> {
                 ASSIGN_OR_RETURN(const BackupDirectoryLock lock,
                                  BackupDirectoryLock::Take(policy_.directory));
                 ASSIGN_OR_RETURN(const std::string path,
                                  FindBackup(policy_.directory, name));
                 auto verified = VerifyBackup(
                     path, ScratchPath(policy_.directory, name), work);
                 NoteChecked(policy_.directory, name, verified.status());
                 NoteNewest();
                 return verified;
               });
}

absl::StatusOr<std::vector<FoundBackup>> BackupKeeper::List() const {
  RETURN_IF_ERROR(CheckUsable());
  return FindBackups(policy_.directory);
}

absl::StatusOr<PruneOutcome> BackupKeeper::Prune(int keep, bool dry_run) {
  RETURN_IF_ERROR(CheckUsable());
  if (keep < 1) {
    return InvalidField("keep", absl::StrCat(keep,
                                             " is too few; want at "
                                             "least 1"));
  }
  if (dry_run) return PruneLocked(keep, dry_run, "", BackupWork());
  BackupWork work;
  {
    MutexLock lock(mutex_);
    if (running_ != nullptr) return BackupRunning(running_->what());
    running_ = std::make_shared<BackupJob>("backups are being removed",
                                           std::function<void()>());
    work = WorkOf(*running_);
  }
  absl::StatusOr<PruneOutcome> outcome = [&]() -> absl::StatusOr<PruneOutcome> {
    ASSIGN_OR_RETURN(const BackupDirectoryLock directory_lock,
                     BackupDirectoryLock::Take(policy_.directory));
    return PruneLocked(keep, dry_run, "", work);
  }();
  MutexLock lock(mutex_);
  running_ = nullptr;
  return outcome;
}

absl::StatusOr<PruneOutcome> BackupKeeper::PruneLocked(
    int keep, bool dry_run, absl::string_view just_made,
    const BackupWork& work) {
  ASSIGN_OR_RETURN(const std::vector<FoundBackup> found,
                   FindBackups(policy_.directory));
  ASSIGN_OR_RETURN(const BackupOwner owner,
                   BackupOwner::Of(source_.institution, source_.store));
  PruneOutcome outcome;
  std::vector<const FoundBackup*> whole;
  for (const FoundBackup& each : found) {
    if (!each.status.ok()) {
      outcome.damaged.push_back(each.name);
    } else if (owner.Made(each.manifest)) {
      whole.push_back(&each);
    }
  }
  // Which of them go last: the one just made, whatever the clock did since;
  // then the newest. Those from the future are older than all of these: the
  // clock was ahead when they were made, and newer ones show more.
  const auto rank = [&, now = clock_.Now()](const FoundBackup* each) {
    if (each->name == just_made) return 0;
    return CreateTimeOf(each->manifest) <= now ? 1 : 2;
  };
  std::stable_sort(whole.begin(), whole.end(),
                   [&](const FoundBackup* a, const FoundBackup* b) {
                     return rank(a) < rank(b);
                   });
  const bool removes = whole.size() > static_cast<size_t>(keep);
  for (const FoundBackup* const each : whole) {
    if (outcome.kept.size() < static_cast<size_t>(keep)) {
      // What is relied upon once others are gone is read before that.
      const absl::Status status =
          removes ? CheckBackupFiles(
                        absl::StrCat(policy_.directory, "/", each->name),
                        each->manifest, work)
                  : absl::OkStatus();
      if (absl::IsDataLoss(status)) {
        NoteChecked(policy_.directory, each->name, status);
        outcome.damaged.push_back(each->name);
        continue;
      }
      RETURN_IF_ERROR(status);
      outcome.kept.push_back(each->name);
      continue;
    }
    if (!dry_run) {
      RETURN_IF_ERROR(RemoveBackup(policy_.directory, each->name));
      Notify({.kind = BackupEvent::Kind::kPruned, .backup = each->name});
    }
    outcome.removed.push_back(each->name);
    outcome.freed_bytes += each->manifest.size_bytes();
  }
  NoteNewest();
  return outcome;
}

BackupStatus BackupKeeper::status() const {
  MutexLock lock(mutex_);
  BackupStatus status = status_;
  if (status.last_success > clock_.Now()) {
    // The clock was set back since.
    status.last_success = absl::InfinitePast();
    status.last_size_bytes = 0;
  }
  return status;
}

void BackupKeeper::NoteNewest() {
  if (policy_.directory.empty()) return;
  const auto found = FindBackups(policy_.directory);
  if (!found.ok()) return;
  // What cannot be told now stays as it was.
  const auto owner = BackupOwner::Of(source_.institution, source_.store);
  if (!owner.ok()) return;
  // One that was made while the clock was ahead tells nothing of the last.
  const auto newest =
      std::find_if(found->begin(), found->end(),
                   [&owner, now = clock_.Now()](const FoundBackup& each) {
                     return each.status.ok() && owner->Made(each.manifest) &&
                            CreateTimeOf(each.manifest) <= now;
                   });
  const bool none = newest == found->end();
  MutexLock lock(mutex_);
  status_.last_success =
      none ? absl::InfinitePast() : CreateTimeOf(newest->manifest);
  status_.last_size_bytes = none ? 0 : newest->manifest.size_bytes();
}

absl::StatusOr<BackupManifest> BackupKeeper::CreateLocked(
    const BackupWork& work) const {
  RETURN_IF_ERROR(CheckUsable());
  ASSIGN_OR_RETURN(const BackupDirectoryLock lock,
                   BackupDirectoryLock::Take(policy_.directory));
  ASSIGN_OR_RETURN(const auto found, FindBackups(policy_.directory));
  if (found.size() >= kBackupCountMax) {
    return TooManyBackups(policy_.directory, kBackupCountMax);
  }
  WriteBackupOptions options = options_.write;
  options.keys = policy_.keys;
  return WriteBackup(
      source_, policy_.directory,
      NewBackupName(policy_.directory, source_.institution, clock_.Now()),
      clock_, options, work);
}

absl::StatusOr<BackupManifest> BackupKeeper::Create(BackupWork& work,
                                                    bool scheduled) {
  const absl::Time start = clock_.Now();
  absl::StatusOr<BackupManifest> made = CreateLocked(work);
  BackupEvent event{.scheduled = scheduled,
                    .duration = clock_.Now() - start,
                    .status = made.status()};
  {
    MutexLock lock(mutex_);
    status_.last_attempt = start;
    status_.last_error = made.status();
    if (made.ok()) {
      status_.failures_in_row = 0;
      status_.last_success = CreateTimeOf(*made);
      status_.last_size_bytes = made->size_bytes();
    } else {
      ++status_.failures_in_row;
    }
  }
  if (made.ok()) {
    event.backup = made->name();
    event.size_bytes = made->size_bytes();
  } else {
    event.kind = BackupEvent::Kind::kFailed;
  }
  Notify(event);
  return made;
}

bool BackupKeeper::IsDue() const {
  if (!policy_.interval.has_value()) return false;
  // A clock that was set back must not put backups off.
  const auto has_passed = [now = clock_.Now()](absl::Duration wait,
                                               absl::Time since) {
    return since > now || now - since >= wait;
  };
  return has_passed(*policy_.interval, status_.last_success) &&
         (status_.failures_in_row == 0 ||
          has_passed(options_.retry_delay, status_.last_attempt));
}

void BackupKeeper::RunScheduled() {
  BackupWork work;
  {
    MutexLock lock(mutex_);
    if (stopping_ || task_ != nullptr || running_ != nullptr || !IsDue()) {
      return;
    }
    running_ = std::make_shared<BackupJob>("a scheduled backup is being made",
                                           std::function<void()>());
    work = WorkOf(*running_);
  }
  const auto made = Create(work, /*scheduled=*/true);
  if (made.ok() && policy_.keep > 0) {
    const auto lock = BackupDirectoryLock::Take(policy_.directory);
    const auto pruned =
        lock.ok() ? PruneLocked(policy_.keep, false, made->name(), work)
                  : absl::StatusOr<PruneOutcome>(lock.status());
    if (!pruned.ok()) {
      Notify({.kind = BackupEvent::Kind::kFailed, .status = pruned.status()});
    }
  }
  MutexLock lock(mutex_);
  running_ = nullptr;
}

void BackupKeeper::RunTask(Task& task) {
  BackupWork work = WorkOf(*task.job);
  absl::StatusOr<BackupManifest> result = task.run(work);
  {
    // Whoever hears that it has ended may ask for the next.
    MutexLock lock(mutex_);
    running_ = nullptr;
  }
  task.job->Finish(std::move(result));
}

void BackupKeeper::Run() {
  while (true) {
    std::unique_ptr<Task> task;
    {
      MutexLock lock(mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return HasWork();
      };
      // What is due waits for what runs, such as a prune by hand.
      if (!IsDue() || running_ != nullptr) {
        mutex_.AwaitWithTimeout(absl::Condition(&has_work),
                                options_.schedule_period);
      }
      task = std::move(task_);
      if (stopping_) break;
    }
    if (task != nullptr) {
      RunTask(*task);
    } else {
      RunScheduled();
    }
  }
  MutexLock lock(mutex_);
  if (running_ != nullptr) running_->Finish(Abandoned());
}

}  // namespace consilium
