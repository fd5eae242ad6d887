// The failures of backups, and the reasons (ErrorInfo) they carry.
#ifndef CONSILIUM_SERVER_BACKUP_ERRORS_H_
#define CONSILIUM_SERVER_BACKUP_ERRORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// FAILED_PRECONDITION, BACKUPS_OFF: consilium.toml names no directory.
absl::Status BackupsOff();

// FAILED_PRECONDITION, BACKUP_DIRECTORY: the directory that consilium.toml
// names cannot be used; `wish` is what to do.
absl::Status BackupDirectoryUnusable(absl::string_view directory,
                                     absl::string_view what,
                                     absl::string_view wish);

// FAILED_PRECONDITION, BACKUP_RUNNING: `what` is being done.
absl::Status BackupRunning(absl::string_view what);

// RESOURCE_EXHAUSTED, BACKUP_DISK_FULL.
absl::Status BackupDiskFull(absl::string_view path);

// RESOURCE_EXHAUSTED, LIMIT_EXCEEDED: prune some.
absl::Status TooManyBackups(absl::string_view directory, size_t maximum);

// NOT_FOUND, BACKUP_NOT_FOUND: names those that there are.
absl::Status BackupNotFound(absl::string_view name,
                            const std::vector<std::string>& names);

// INVALID_ARGUMENT, NOT_A_BACKUP: nothing at `path` looks like one.
absl::Status NotABackup(absl::string_view path, absl::string_view what);

// DATA_LOSS, BACKUP_DAMAGED: `file` of the backup at `path`.
absl::Status BackupDamaged(absl::string_view path, absl::string_view file,
                           absl::string_view what);

// FAILED_PRECONDITION, BACKUP_NEWER: a newer release made it.
absl::Status BackupNewer(absl::string_view path, int found, int known,
                         absl::string_view server_version);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_ERRORS_H_
