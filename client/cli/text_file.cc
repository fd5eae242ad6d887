#include "client/cli/text_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/errors.h"
#include "client/cli/limits.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

namespace fs = std::filesystem;

constexpr size_t kReadSize = size_t{64} << 10;  // Bytes.

absl::Status TooLarge(const std::string& path, absl::string_view found,
                      size_t size_max) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, "FILE_TOO_LARGE",
      absl::StrCat(path, ": ", found, "; want at most ", size_max,
                   " bytes. Split it: a folder of files is applied as one"),
      {{"file", path}, {"maximum", absl::StrCat(size_max)}});
}

absl::StatusOr<std::string> ReadStream(const std::string& path,
                                       std::istream& in, size_t size_max) {
  // Grows with what is there: files are many and small.
  std::string text;
  char buffer[kReadSize];
  while (in && text.size() <= size_max) {
    in.read(buffer, sizeof(buffer));
    text.append(buffer, static_cast<size_t>(in.gcount()));
  }
  if (in.bad()) {
    return UsageError(
        absl::StrCat(path, ": cannot be read: ", std::strerror(errno)));
  }
  if (text.size() > size_max) {
    return TooLarge(path, absl::StrCat("has more than ", size_max, " bytes"),
                    size_max);
  }
  return text;
}

bool HoldsEvidence(const fs::path& path) {
  const std::string name = path.filename().string();
  return absl::EndsWithIgnoreCase(name, ".yaml") ||
         absl::EndsWithIgnoreCase(name, ".yml") ||
         absl::EndsWithIgnoreCase(name, ".json");
}

bool IsHidden(const fs::path& path) {
  return absl::StartsWith(path.filename().string(), ".");
}

absl::Status CannotRead(const std::string& path, const std::error_code& error) {
  return UsageError(absl::StrCat(path, ": cannot be read: ", error.message()));
}

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path,
                                         std::istream& in, size_t size_max) {
  if (path == "-") return ReadStream("standard input", in, size_max);
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    return UsageError(absl::StrCat(path, ": there is no such file"));
  }
  if (fs::is_directory(status)) {
    return UsageError(absl::StrCat(path, ": is a directory; want a file"));
  }
  if (fs::is_regular_file(status)) {
    const uintmax_t size = fs::file_size(path, error);
    if (!error && size > size_max) {
      return TooLarge(path, absl::StrCat("has ", size, " bytes"), size_max);
    }
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return UsageError(
        absl::StrCat(path, ": cannot be read: ", std::strerror(errno)));
  }
  return ReadStream(path, file, size_max);
}

absl::StatusOr<std::vector<std::string>> FindEvidenceFiles(
    const std::string& path) {
  if (path == "-") return std::vector<std::string>{path};
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    return UsageError(absl::StrCat(path, ": there is no such file or folder"));
  }
  if (!fs::is_directory(status)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  fs::recursive_directory_iterator entry(path, error);
  if (error) return CannotRead(path, error);
  while (entry != fs::recursive_directory_iterator()) {
    if (IsHidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (HoldsEvidence(entry->path()) && !entry->is_directory(error)) {
      files.push_back(entry->path().string());
    }
    if (files.size() > kEvidenceFilesMax) {
      return MakeError(
          absl::StatusCode::kInvalidArgument, "TOO_MANY_FILES",
          absl::StrCat(path, ": holds more than ", kEvidenceFilesMax,
                       " files; apply its folders one by one"),
          {{"folder", path}});
    }
    entry.increment(error);
    if (error) return CannotRead(path, error);
  }
  if (files.empty()) {
    return UsageError(
        absl::StrCat(path, ": holds no .yaml, .yml or .json file"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace consilium
