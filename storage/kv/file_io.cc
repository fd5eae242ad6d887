#include "storage/kv/file_io.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/write_all.h"
#include "storage/kv/errors.h"

namespace consilium {
namespace {

absl::Status FileError(absl::string_view verb, const std::string& path,
                       int error) {
  const std::string what = absl::StrCat(verb, " ", path);
  if (error != ENOENT) return StorageIoFailed(what, std::strerror(error));
  return MakeError(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                   absl::StrCat(what, ": no such file"), {{"path", path}});
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  return ReadFileFrom(path, 0);
}

absl::StatusOr<std::string> ReadFileFrom(const std::string& path,
                                         uint64_t offset, uint64_t size_max) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError("opening", path, errno);
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  std::string contents;
  char buffer[1 << 16];
  while (contents.size() < size_max) {
    const size_t wanted =
        std::min<uint64_t>(sizeof(buffer), size_max - contents.size());
    const ssize_t count = pread(file, buffer, wanted,
                                static_cast<off_t>(offset + contents.size()));
    if (count == 0) break;
    if (count > 0) {
      contents.append(buffer, static_cast<size_t>(count));
    } else if (errno != EINTR) {
      return FileError("reading", path, errno);
    }
  }
  return contents;
}

absl::StatusOr<std::vector<std::string>> ListDirectory(
    const std::string& directory) {
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  std::vector<std::string> names;
  while (!error && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  if (error) return FileError("listing", directory, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status SyncToDisk(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError("opening", path, errno);
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  if (fsync(file) != 0) return FileError("syncing", path, errno);
  return absl::OkStatus();
}

absl::Status ReplaceFile(const std::string& path, absl::string_view contents) {
  const std::string temporary = absl::StrCat(path, ".new");
  const int file =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return FileError("creating", temporary, errno);
  {
    const auto close_file = absl::MakeCleanup([file] { close(file); });
    if (!WriteAll(file, contents)) {
      return FileError("writing", temporary, errno);
    }
    if (fsync(file) != 0) return FileError("syncing", temporary, errno);
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    return FileError("replacing", path, errno);
  }
  return SyncToDisk(std::filesystem::path(path).parent_path().string());
}

}  // namespace consilium
