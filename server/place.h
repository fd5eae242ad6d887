// The file `place` of a data directory: where the directory stands, and which
// state of it the server left there last.
//
//   consilium-place 1
//   path /var/lib/consilium     canonical, of the directory
//   device 2049                 of the directory
//   inode 131077                of the directory
//   file 131090 1764412345.012  inode and time of birth of this very file; "-"
//                               where the file system has no such time
//   token 9f86d081884c7d65...   a token that the store may hold, or "none"
//
// The last two lines are not there in those of releases before. A file that was
// put back over this one has another inode or time of birth, or tells those of
// an earlier one; a store that was put back holds another token. Owner, mode
// and links may change, and a directory may be moved. Times of change are not
// looked at for that reason.
//
// Pure but for the file; thread-safe.
#ifndef CONSILIUM_SERVER_PLACE_H_
#define CONSILIUM_SERVER_PLACE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace consilium {

// What tells a file from another that has its name.
struct FileIdentity {
  uint64_t inode = 0;
  std::string birth_time;  // Empty where the file system has none.

  // Whether both may be the same file.
  bool Matches(const FileIdentity& other) const;
};

struct Place {
  std::string path;
  uint64_t device = 0;
  uint64_t inode = 0;
  // Of the file that said so; absent in those of releases before.
  std::optional<FileIdentity> file;
  // In hexadecimal; empty stands for a store that holds none.
  std::vector<std::string> tokens;

  // Where the directory `path`, which is canonical, stands now.
  //   FAILED_PRECONDITION  DIRECTORY_MISSING.
  static absl::StatusOr<Place> Of(const std::string& path);

  // Whether a directory that says it stands here is the one at `now`. Moving
  // it within a file system keeps the inode, rebooting may change the device; a
  // copy of the files changes the inode. A copy of the whole disk keeps all
  // three: that cannot be told.
  bool IsAlso(const Place& now) const;
};

// What a file `place` says, and which file it is itself.
struct NotedPlace {
  Place place;
  FileIdentity file;

  // Whether another file was put back over the one that the server wrote.
  bool WasPutBack() const {
    return place.file.has_value() && !place.file->Matches(file);
  }
};

//   NOT_FOUND  there is no such file.
//   DATA_LOSS  PLACE_DAMAGED.
absl::StatusOr<NotedPlace> ReadPlace(const std::string& file);

// Replaces the file, durably, by a new one: after a crash there is the old or
// the new. `place.file` is not looked at.
absl::Status WritePlace(const std::string& file, const Place& place);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PLACE_H_
