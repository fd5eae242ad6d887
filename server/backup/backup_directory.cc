#include "server/backup/backup_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/backup/backup_files.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/errors.h"
#include "server/backup/limits.h"
#include "storage/kv/errors.h"
#include "storage/kv/file_io.h"

namespace consilium {
namespace {

constexpr absl::string_view kPartialPrefix = ".partial-";
constexpr absl::string_view kScratchPrefix = ".scratch-";
constexpr absl::string_view kRemovedPrefix = ".removed-";

// What was found wrong with the backup of the name behind it.
constexpr absl::string_view kDamagedPrefix = ".damaged-";

std::string Under(absl::string_view directory, absl::string_view prefix,
                  absl::string_view name) {
  return absl::StrCat(directory, "/", prefix, name);
}

bool IsLeftover(absl::string_view name) {
  return absl::StartsWith(name, kPartialPrefix) ||
         absl::StartsWith(name, kScratchPrefix) ||
         absl::StartsWith(name, kRemovedPrefix);
}

bool IsInside(const std::filesystem::path& inner,
              const std::filesystem::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end())
             .first == outer.end();
}

// A directory that says what is wrong when it is used, not only what its mode
// bits promise: a file system may be mounted read-only.
absl::Status TryWriting(const std::string& directory) {
  const std::string probe = Under(directory, kScratchPrefix, "probe");
  if (mkdir(probe.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return BackupDirectoryUnusable(
        directory, absl::StrCat("cannot be written to: ", std::strerror(errno)),
        absl::StrCat("give it to the user of the server: chown ", geteuid(),
                     " ", directory));
  }
  rmdir(probe.c_str());
  return absl::OkStatus();
}

FoundBackup ReadBackup(const std::string& directory, const std::string& name) {
  FoundBackup found;
  found.name = name;
  const std::string path = absl::StrCat(directory, "/", name);
  const auto manifest = ReadManifest(path);
  found.status = manifest.status();
  if (!manifest.ok()) return found;
  found.status = CheckFileList(path, *manifest);
  // Its name decides what is removed when; a copy under another name is not
  // the backup that the manifest speaks of.
  if (found.status.ok() && manifest->name() != name) {
    found.status = BackupDamaged(path, kManifestFile,
                                 absl::StrCat("names ", manifest->name()));
  }
  found.manifest = *manifest;
  const auto damage = ReadFile(Under(directory, kDamagedPrefix, name));
  if (found.status.ok() && damage.ok()) {
    found.status = MakeError(absl::StatusCode::kDataLoss, "BACKUP_DAMAGED",
                             *damage, {{"backup", name}});
  }
  return found;
}

}  // namespace

std::string PartialPath(absl::string_view directory, absl::string_view name) {
  return Under(directory, kPartialPrefix, name);
}

std::string ScratchPath(absl::string_view directory, absl::string_view name) {
  return Under(directory, kScratchPrefix, name);
}

absl::Status CheckBackupDirectory(const std::string& directory,
                                  const std::string& data_directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto canonical = fs::canonical(directory, error);
  if (error) {
    return BackupDirectoryUnusable(
        directory, absl::StrCat("cannot be used: ", error.message()),
        absl::StrCat("make it, on another disk than the data if there is one: "
                     "install -d -m 700 ",
                     directory));
  }
  if (!fs::is_directory(canonical, error)) {
    return BackupDirectoryUnusable(directory, "is no directory",
                                   "name one that is");
  }
  if (IsInside(canonical, fs::canonical(data_directory, error))) {
    return BackupDirectoryUnusable(
        directory,
        absl::StrCat("lies inside the data directory ", data_directory,
                     ", and would be lost with it"),
        "name one elsewhere");
  }
  return TryWriting(directory);
}

absl::StatusOr<std::vector<FoundBackup>> FindBackups(
    const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   ListDirectory(directory));
  std::vector<FoundBackup> found;
  for (const std::string& name : names) {
    std::error_code error;
    if (!CheckRecordId("name", name).ok() ||
        !std::filesystem::is_directory(absl::StrCat(directory, "/", name),
                                       error)) {
      continue;
    }
    if (found.size() == kBackupCountMax) break;
    FoundBackup backup = ReadBackup(directory, name);
    // Directories of others are none of our business.
    if (absl::IsInvalidArgument(backup.status)) continue;
    found.push_back(std::move(backup));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const FoundBackup& a, const FoundBackup& b) {
                     if (a.status.ok() != b.status.ok()) return a.status.ok();
                     return CreateTimeOf(a.manifest) > CreateTimeOf(b.manifest);
                   });
  return found;
}

void NoteChecked(const std::string& directory, const std::string& name,
                 const absl::Status& status) {
  const std::string note = Under(directory, kDamagedPrefix, name);
  if (status.ok()) {
    unlink(note.c_str());
  } else if (absl::IsDataLoss(status)) {
    std::ofstream(note, std::ios::trunc) << status.message();
  }
}

absl::StatusOr<std::string> FindBackup(const std::string& directory,
                                       absl::string_view name) {
  std::error_code error;
  std::string path = absl::StrCat(directory, "/", name);
  // A name from a caller must not lead elsewhere.
  if (CheckRecordId("name", name).ok() &&
      std::filesystem::is_directory(path, error)) {
    return path;
  }
  std::vector<std::string> names;
  ASSIGN_OR_RETURN(const auto found, FindBackups(directory));
  for (const FoundBackup& each : found) names.push_back(each.name);
  return BackupNotFound(name, names);
}

std::string NewBackupName(const std::string& directory,
                          absl::string_view institution, absl::Time time) {
  const std::string base = absl::StrCat(
      institution, "-",
      absl::FormatTime("%Y%m%d-%H%M%S", time, absl::UTCTimeZone()));
  std::string name = base;
  std::error_code error;
  for (int i = 2;
       std::filesystem::exists(absl::StrCat(directory, "/", name), error);
       ++i) {
    name = absl::StrCat(base, "-", i);
  }
  return name;
}

absl::Status RemoveBackup(const std::string& directory,
                          const std::string& name) {
  const std::string path = absl::StrCat(directory, "/", name);
  const std::string removed = Under(directory, kRemovedPrefix, name);
  if (std::rename(path.c_str(), removed.c_str()) != 0) {
    return StorageIoFailed(absl::StrCat("renaming ", path),
                           std::strerror(errno));
  }
  NoteChecked(directory, name, absl::OkStatus());
  return RemoveTree(removed);
}

absl::StatusOr<BackupDirectoryLock> BackupDirectoryLock::Take(
    const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/.lock");
  const int file =
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    return StorageIoFailed(absl::StrCat("opening ", path),
                           std::strerror(errno));
  }
  BackupDirectoryLock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return BackupRunning(
        absl::StrCat("another process is at work in ", directory));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   ListDirectory(directory));
  for (const std::string& name : names) {
    if (!IsLeftover(name)) continue;
    RETURN_IF_ERROR(RemoveTree(absl::StrCat(directory, "/", name)));
  }
  return lock;
}

BackupDirectoryLock::~BackupDirectoryLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace consilium
