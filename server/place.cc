#include "server/place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/write_all.h"
#include "storage/kv/errors.h"
#include "storage/kv/file_io.h"

namespace consilium {
namespace {

constexpr absl::string_view kFirstLine = "consilium-place 1";
constexpr absl::string_view kNoBirthTime = "-";
constexpr absl::string_view kNoToken = "none";
// A path has 4 KiB at most.
constexpr size_t kFileSizeMax = 16 << 10;

absl::Status IoFailed(absl::string_view verb, const std::string& file) {
  return StorageIoFailed(absl::StrCat(verb, " ", file), std::strerror(errno));
}

absl::Status FileMissing(const std::string& file) {
  return MakeError(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                   absl::StrCat("there is no file ", file), {{"path", file}});
}

absl::StatusOr<FileIdentity> IdentityOf(int descriptor,
                                        const std::string& file) {
  struct statx facts;
  if (statx(descriptor, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &facts) !=
      0) {
    return IoFailed("looking at", file);
  }
  FileIdentity identity{facts.stx_ino, ""};
  if ((facts.stx_mask & STATX_BTIME) != 0) {
    identity.birth_time = absl::StrFormat("%d.%09d", facts.stx_btime.tv_sec,
                                          facts.stx_btime.tv_nsec);
  }
  return identity;
}

std::string Encode(const Place& place, const FileIdentity& file) {
  std::string text = absl::StrCat(
      kFirstLine, "\npath ", place.path, "\ndevice ", place.device, "\ninode ",
      place.inode, "\nfile ", file.inode, " ",
      file.birth_time.empty() ? kNoBirthTime : file.birth_time, "\n");
  for (const std::string& token : place.tokens) {
    absl::StrAppend(&text, "token ", token.empty() ? kNoToken : token, "\n");
  }
  return text;
}

// Reads one line behind those that every release wrote.
bool DecodeLater(absl::string_view line, Place& place) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  if (words[0] == "file" && words.size() == 3) {
    FileIdentity& file = place.file.emplace();
    if (words[2] != kNoBirthTime) file.birth_time = words[2];
    return absl::SimpleAtoi(words[1], &file.inode);
  }
  if (words[0] == "token" && words.size() == 2) {
    place.tokens.push_back(words[1] == kNoToken ? "" : words[1]);
    return true;
  }
  return false;
}

bool Decode(absl::string_view text, Place& place) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  // A file that was cut short ends within a line.
  if (!lines.back().empty()) return false;
  lines.pop_back();
  const auto field = [&](size_t i, absl::string_view name,
                         absl::string_view& value) {
    const std::string prefix = absl::StrCat(name, " ");
    if (i >= lines.size() || lines[i].rfind(prefix, 0) != 0) return false;
    value = absl::string_view(lines[i]).substr(prefix.size());
    return true;
  };
  absl::string_view path, device, inode;
  if (lines.empty() || lines[0] != kFirstLine || !field(1, "path", path) ||
      !field(2, "device", device) || !field(3, "inode", inode) ||
      !absl::SimpleAtoi(device, &place.device) ||
      !absl::SimpleAtoi(inode, &place.inode)) {
    return false;
  }
  place.path = std::string(path);
  if (!std::all_of(
          lines.begin() + 4, lines.end(),
          [&](const std::string& line) { return DecodeLater(line, place); })) {
    return false;
  }
  return place.file.has_value() == !place.tokens.empty();
}

}  // namespace

bool FileIdentity::Matches(const FileIdentity& other) const {
  if (inode != other.inode) return false;
  return birth_time.empty() || other.birth_time.empty() ||
         birth_time == other.birth_time;
}

absl::StatusOr<Place> Place::Of(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "DIRECTORY_MISSING",
        absl::StrCat("cannot look at ", path, ": ", std::strerror(errno)),
        {{"path", path}});
  }
  Place place;
  place.path = path;
  place.device = facts.st_dev;
  place.inode = facts.st_ino;
  return place;
}

bool Place::IsAlso(const Place& now) const {
  return inode == now.inode && (device == now.device || path == now.path);
}

absl::StatusOr<NotedPlace> ReadPlace(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return errno == ENOENT ? FileMissing(file) : IoFailed("opening", file);
  }
  const auto close_file = absl::MakeCleanup([&] { close(descriptor); });
  // Of the open file both, since a server may replace it meanwhile.
  char text[kFileSizeMax];
  const ssize_t size = pread(descriptor, text, sizeof(text), 0);
  if (size < 0) return IoFailed("reading", file);
  NotedPlace noted;
  ASSIGN_OR_RETURN(noted.file, IdentityOf(descriptor, file));
  if (Decode({text, static_cast<size_t>(size)}, noted.place)) return noted;
  return MakeError(absl::StatusCode::kDataLoss, "PLACE_DAMAGED",
                   absl::StrCat(file,
                                " is damaged; if this directory was never "
                                "copied, open it with --new-replica once"),
                   {{"path", file}});
}

absl::Status WritePlace(const std::string& file, const Place& place) {
  const std::string temporary = absl::StrCat(file, ".new");
  const int descriptor =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return IoFailed("creating", temporary);
  {
    const auto close_file = absl::MakeCleanup([&] { close(descriptor); });
    ASSIGN_OR_RETURN(const FileIdentity identity,
                     IdentityOf(descriptor, temporary));
    if (!WriteAll(descriptor, Encode(place, identity))) {
      return IoFailed("writing", temporary);
    }
    if (fsync(descriptor) != 0) return IoFailed("syncing", temporary);
  }
  if (rename(temporary.c_str(), file.c_str()) != 0) {
    return IoFailed("replacing", file);
  }
  return SyncToDisk(std::filesystem::path(file).parent_path().string());
}

}  // namespace consilium
