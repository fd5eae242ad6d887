#include "server/backup/backup_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "proto/base/write_all.h"
#include "server/backup/errors.h"
#include "server/backup/limits.h"
#include "storage/kv/errors.h"

namespace consilium {
namespace {

absl::Status FileError(absl::string_view verb, const std::string& path,
                       int error) {
  if (error == ENOSPC || error == EDQUOT) return BackupDiskFull(path);
  const std::string what = absl::StrCat(verb, " ", path);
  if (error == ENOENT) {
    return MakeError(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                     absl::StrCat(what, ": no such file"), {{"path", path}});
  }
  return StorageIoFailed(what, std::strerror(error));
}

// Opens a regular file, following no link: a link in a backup could lead
// anywhere.
absl::StatusOr<int> OpenRegularFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat facts;
  const bool is_link = file < 0 && errno == ELOOP;
  if (file < 0 && !is_link) return FileError("opening", path, errno);
  if (!is_link && fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)) {
    return file;
  }
  if (file >= 0) close(file);
  return MakeError(absl::StatusCode::kInvalidArgument, "NOT_A_FILE",
                   absl::StrCat(path, " is no regular file"), {{"path", path}});
}

// Reads `file` to its end and hands each piece to `visit`.
absl::StatusOr<FileFacts> ReadThrough(
    int file, const std::string& path, BeforeBytes before,
    absl::FunctionRef<absl::Status(absl::string_view)> visit) {
  const auto buffer = std::make_unique<char[]>(kCopyChunkSize);
  Sha256Stream hash;
  FileFacts facts;
  while (true) {
    RETURN_IF_ERROR(before(kCopyChunkSize));
    const ssize_t count = read(file, buffer.get(), kCopyChunkSize);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError("reading", path, errno);
    if (count == 0) break;
    const absl::string_view piece(buffer.get(), static_cast<size_t>(count));
    hash.Add(piece);
    facts.size_bytes += piece.size();
    RETURN_IF_ERROR(visit(piece));
  }
  facts.sha256 = absl::BytesToHexString(hash.Finish());
  return facts;
}

}  // namespace

absl::StatusOr<FileFacts> HashFile(const std::string& path,
                                   BeforeBytes before) {
  ASSIGN_OR_RETURN(const int file, OpenRegularFile(path));
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  return ReadThrough(file, path, before,
                     [](absl::string_view) { return absl::OkStatus(); });
}

absl::StatusOr<FileFacts> CopyFile(const std::string& from,
                                   const std::string& to, mode_t mode,
                                   BeforeBytes before) {
  ASSIGN_OR_RETURN(const int source, OpenRegularFile(from));
  const auto close_source = absl::MakeCleanup([source] { close(source); });
  const int target =
      open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (target < 0) return FileError("creating", to, errno);
  const auto close_target = absl::MakeCleanup([target] { close(target); });
  ASSIGN_OR_RETURN(
      FileFacts facts,
      ReadThrough(source, from, before, [&](absl::string_view piece) {
        return WriteAll(target, piece) ? absl::OkStatus()
                                       : FileError("writing", to, errno);
      }));
  if (fsync(target) != 0) return FileError("syncing", to, errno);
  // Best effort: whoever reads the file next should see what the disk holds.
  posix_fadvise(target, 0, 0, POSIX_FADV_DONTNEED);
  return facts;
}

absl::StatusOr<std::vector<std::string>> ListTree(
    const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> paths;
  fs::recursive_directory_iterator entry(directory, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    if (entry->is_symlink(error) || !entry->is_directory(error)) {
      paths.push_back(entry->path().lexically_relative(directory).string());
    }
    if (!error) entry.increment(error);
  }
  if (error) return FileError("listing", directory, error.value());
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::Status MakePrivateDirectory(const std::string& path) {
  if (mkdir(path.c_str(), S_IRWXU) == 0) return absl::OkStatus();
  return FileError("creating", path, errno);
}

absl::Status RemoveTree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return FileError("removing", path, error.value());
  return absl::OkStatus();
}

}  // namespace consilium
