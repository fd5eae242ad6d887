// The directory in which a server keeps its backups: one directory each, by
// name, and nothing else that anybody else may rely on:
//
//   north-20261127-120000/           a backup
//   .partial-north-20261127-120000/  one that is being made
//   .scratch-north-20261127-120000/  where it is restored to be verified
//   .lock                            held while something is being done
//
// What begins with a dot belongs to work that is going on, or was cut short by
// a crash; the next work removes it.
#ifndef CONSILIUM_SERVER_BACKUP_BACKUP_DIRECTORY_H_
#define CONSILIUM_SERVER_BACKUP_BACKUP_DIRECTORY_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consilium/stored/v1/backup.pb.h"

namespace consilium {

std::string PartialPath(absl::string_view directory, absl::string_view name);
std::string ScratchPath(absl::string_view directory, absl::string_view name);

// OK when backups of the data in `data_directory` can be kept in `directory`.
//   FAILED_PRECONDITION  BACKUP_DIRECTORY: it is not there, is none, cannot be
//                        written to, or lies inside the data.
absl::Status CheckBackupDirectory(const std::string& directory,
                                  const std::string& data_directory);

// A backup as it is found.
struct FoundBackup {
  std::string name;
  // Why it cannot be restored, as far as a look at its files tells.
  absl::Status status;
  stored::v1::BackupManifest manifest;  // Empty when it cannot be read.
};

// The backups in `directory`, the newest first, damaged ones last. Reads
// manifests, and what NoteChecked left, and no other file.
absl::StatusOr<std::vector<FoundBackup>> FindBackups(
    const std::string& directory);

// Notes what reading the files of a backup came to: one that was found damaged
// (DATA_LOSS) is listed so from then on, until it is found whole. Any other
// error says nothing of it.
void NoteChecked(const std::string& directory, const std::string& name,
                 const absl::Status& status);

// The path of the backup called `name` in `directory`.
//   NOT_FOUND  BACKUP_NOT_FOUND: also for what is no name at all.
absl::StatusOr<std::string> FindBackup(const std::string& directory,
                                       absl::string_view name);

// A name for a backup made at `time`, which no other in `directory` has.
std::string NewBackupName(const std::string& directory,
                          absl::string_view institution, absl::Time time);

// Removes a backup, so that at no moment half of one is listed.
absl::Status RemoveBackup(const std::string& directory,
                          const std::string& name);

// Held while a directory is worked in. Taking it removes what work that was cut
// short left behind.
class BackupDirectoryLock {
 public:
  //   FAILED_PRECONDITION  BACKUP_RUNNING: another process holds it.
  static absl::StatusOr<BackupDirectoryLock> Take(const std::string& directory);

  BackupDirectoryLock(BackupDirectoryLock&& other) noexcept
      : file_(std::exchange(other.file_, -1)) {}
  BackupDirectoryLock& operator=(BackupDirectoryLock&&) = delete;
  ~BackupDirectoryLock();

 private:
  explicit BackupDirectoryLock(int file) : file_(file) {}

  int file_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_BACKUP_DIRECTORY_H_
