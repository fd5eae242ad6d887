#include "server/backup/errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/errors.h"
#include "proto/base/limit_error.h"
#include "proto/base/utf8.h"

namespace consilium {

absl::Status BackupsOff() {
  return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUPS_OFF",
                   "this server makes no backups: its consilium.toml has no "
                   "[backup] directory; name one there and start it again");
}

absl::Status BackupDirectoryUnusable(absl::string_view directory,
                                     absl::string_view what,
                                     absl::string_view wish) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUP_DIRECTORY",
                   absl::StrCat("[backup] directory ", Quote(directory), " ",
                                what, "; ", wish),
                   {{"directory", directory}});
}

absl::Status BackupRunning(absl::string_view what) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUP_RUNNING",
                   absl::StrCat(what,
                                "; one is done at a time, so try again "
                                "when it has ended"));
}

absl::Status BackupDiskFull(absl::string_view path) {
  return MakeError(absl::StatusCode::kResourceExhausted, "BACKUP_DISK_FULL",
                   absl::StrCat("the disk is full while writing ", path,
                                "; make room, or remove old backups"),
                   {{"path", path}});
}

absl::Status TooManyBackups(absl::string_view directory, size_t maximum) {
  return OverLimit(
      "backups", maximum,
      absl::StrCat(directory, " holds ", maximum,
                   " backups, which is the most; remove old ones first"));
}

absl::Status BackupNotFound(absl::string_view name,
                            const std::vector<std::string>& names) {
  return MakeError(
      absl::StatusCode::kNotFound, "BACKUP_NOT_FOUND",
      absl::StrCat("there is no backup ", Quote(name),
                   names.empty() ? "; there are none"
                                 : absl::StrCat("; there are ",
                                                absl::StrJoin(names, ", "))),
      {{"backup", name}});
}

absl::Status NotABackup(absl::string_view path, absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "NOT_A_BACKUP",
                   absl::StrCat(path, " is no backup: ", what,
                                "; want the directory of a backup, which holds "
                                "manifest.json"),
                   {{"path", path}});
}

absl::Status BackupDamaged(absl::string_view path, absl::string_view file,
                           absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, "BACKUP_DAMAGED",
                   absl::StrCat("the backup ", path, " is damaged: ", file, " ",
                                what, "; use another one"),
                   {{"path", path}, {"file", file}});
}

absl::Status BackupNewer(absl::string_view path, int found, int known,
                         absl::string_view server_version) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUP_NEWER",
                   absl::StrCat("the backup ", path, " has format ", found,
                                " and this release reads up to ", known,
                                "; restore it with consiliumd ", server_version,
                                " or later"),
                   {{"path", path},
                    {"format_version", absl::StrCat(found)},
                    {"server_version", server_version}});
}

}  // namespace consilium
