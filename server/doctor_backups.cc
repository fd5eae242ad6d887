#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "proto/base/check_report.h"
#include "server/backup/backup_directory.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/backup_owner.h"
#include "server/doctor_checks.h"
#include "server/doctor_text.h"
#include "storage/kv/file_io.h"

namespace consilium {
namespace {

// Where the server makes no backups by itself.
constexpr absl::Duration kBackupAgeMax = absl::Hours(24 * 7);

// Where the documents put backups.
constexpr char kBackupDirectoryUsual[] = "/var/backups/consilium";

// The file decides what to do, since somebody may have edited it by now.
void WarnOfNoBackups(const ExaminedServer& server, CheckList& checks) {
  const std::string file = ConfigFile(server.data);
  const auto text = ReadFile(file);
  const auto config = text.ok() ? ParseServerConfig(file, *text)
                                : absl::StatusOr<ServerConfig>(text.status());
  if (!config.ok()) {
    return checks.Warn("no backups are made, and consilium.toml cannot be used",
                       EditCommand(file));
  }
  if (!config->backup.directory.empty()) {
    return checks.Warn(
        "no backups are made yet: the server started before consilium.toml "
        "had its [backup]",
        server.restart);
  }
  checks.Warn("no backups are made: consilium.toml has no [backup] directory",
              absl::StrCat(MakeDirectoryCommand(kBackupDirectoryUsual),
                           " && printf '\\n[backup]\\ndirectory = \"",
                           kBackupDirectoryUsual, "\"\\n' >> ", file));
}

// The whole backups of one directory that a server of one institution looks at.
struct ExaminedBackups {
  const FoundBackup* newest = nullptr;  // Of the server as it writes now.
  const FoundBackup* oldest = nullptr;
  const FoundBackup* newest_other = nullptr;  // Of another replica.
  std::vector<const FoundBackup*> of_future;  // Of the server, and no other.
};

BackupOwner OwnerOf(const ExaminedServer& server,
                    const std::vector<ExaminedRegistry>& registries) {
  absl::flat_hash_set<std::string> replicas;
  for (const ExaminedRegistry& registry : registries) {
    if (registry.view == nullptr) continue;
    replicas.insert(registry.view->head().replica.ToHex());
  }
  return BackupOwner(server.config.institution, std::move(replicas));
}

// A server that was restored while the old one runs on has its settings.
void CheckSharedDirectory(const ExaminedServer& server,
                          const ExaminedBackups& backups, CheckList& checks) {
  if (backups.oldest == nullptr || backups.newest_other == nullptr ||
      CreateTimeOf(backups.newest_other->manifest) <=
          CreateTimeOf(backups.oldest->manifest)) {
    return;
  }
  checks.Warn(
      absl::StrCat("the backup ", backups.newest_other->name,
                   " is of another replica of this institution, which keeps "
                   "its backups in ",
                   server.config.backup.directory,
                   " too; each removes its own alone"),
      absl::StrCat(EditCommand(ConfigFile(server.data)),
                   "  # name another directory on one of the two"));
}

// Those that were made while the clock was ahead, or that it lags behind now.
void CheckFutureBackups(const BackupPolicy& policy,
                        const ExaminedBackups& backups, absl::Time now,
                        CheckList& checks) {
  for (const FoundBackup* const each : backups.of_future) {
    const absl::Duration ahead = CreateTimeOf(each->manifest) - now;
    checks.Warn(
        absl::StrCat("the backup ", each->name, " says that it was made ",
                     absl::FormatDuration(absl::Trunc(ahead, absl::Seconds(1))),
                     " ahead of this clock; it does not count as the last, and "
                     "keep removes it first"),
        absl::StrCat(
            "timedatectl set-ntp true  # if the clock is right: rm -r ",
            policy.directory, "/", each->name,
            ", once a newer one was verified"));
  }
}

void CheckNewestBackup(const BackupPolicy& policy,
                       const ExaminedBackups& backups, absl::Time now,
                       CheckList& checks) {
  constexpr char kCreate[] = "consilium backup create";
  const FoundBackup* const newest = backups.newest;
  if (newest == nullptr && backups.newest_other != nullptr) {
    return checks.Warn(
        absl::StrCat("there is no backup of this server as the replica that "
                     "it is now; the last of another, ",
                     backups.newest_other->name, ", was made ",
                     Ago(CreateTimeOf(backups.newest_other->manifest), now)),
        kCreate);
  }
  if (newest == nullptr) return checks.Fail("there is no backup", kCreate);
  const absl::Time made = CreateTimeOf(newest->manifest);
  const absl::Duration age_max =
      policy.interval.has_value() ? *policy.interval * 2 : kBackupAgeMax;
  const std::string text = absl::StrCat("the last backup, ", newest->name,
                                        ", was made ", Ago(made, now));
  if (now - made > age_max) return checks.Warn(text, kCreate);
  checks.Pass(text);
}

}  // namespace

void CheckBackups(const ExaminedServer& server,
                  const std::vector<ExaminedRegistry>& registries,
                  const BackupStatus* status, absl::Time now,
                  v1::ExamineResponse& report) {
  CheckList checks(report, "backups");
  const BackupPolicy& policy = server.config.backup;
  if (policy.directory.empty()) return WarnOfNoBackups(server, checks);
  const absl::Status usable =
      CheckBackupDirectory(policy.directory, server.data);
  if (!usable.ok()) {
    return AddFailure(usable, MakeDirectoryCommand(policy.directory), checks);
  }
  const auto found = FindBackups(policy.directory);
  if (!found.ok()) {
    return AddFailure(found.status(), absl::StrCat("ls -l ", policy.directory),
                      checks);
  }
  const BackupOwner owner = OwnerOf(server, registries);
  ExaminedBackups backups;
  for (const FoundBackup& each : *found) {
    if (!each.status.ok()) {
      // What is whole in it may be all that there is of something.
      checks.Fail(each.status.message(),
                  absl::StrCat("consiliumd backup verify ", policy.directory,
                               "/", each.name,
                               "  # look at it; rm -r it once another one was "
                               "verified"));
    } else if (owner.Made(each.manifest) && CreateTimeOf(each.manifest) > now) {
      backups.of_future.push_back(&each);
    } else if (owner.Made(each.manifest)) {
      if (backups.newest == nullptr) backups.newest = &each;
      backups.oldest = &each;
    } else if (backups.newest_other == nullptr &&
               owner.IsOfOtherReplica(each.manifest)) {
      backups.newest_other = &each;
    }
  }
  CheckNewestBackup(policy, backups, now, checks);
  CheckFutureBackups(policy, backups, now, checks);
  CheckSharedDirectory(server, backups, checks);
  if (status != nullptr && !status->last_error.ok()) {
    checks.Fail(absl::StrCat("the last attempt to make a backup failed: ",
                             status->last_error.message()),
                "consilium backup create");
  }
}

}  // namespace consilium
