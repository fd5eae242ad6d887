// Copies and hashes the files of a backup.
//
// Errors: UNAVAILABLE names the file and why the system refused;
// RESOURCE_EXHAUSTED when the disk is full.
#ifndef CONSILIUM_SERVER_BACKUP_BACKUP_FILES_H_
#define CONSILIUM_SERVER_BACKUP_BACKUP_FILES_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

// Called before each piece of a file is read; an error ends the work.
using BeforeBytes = absl::FunctionRef<absl::Status(uint64_t size_bytes)>;

struct FileFacts {
  uint64_t size_bytes = 0;
  std::string sha256;  // Lower-case hex.
};

// Reads a regular file.
//   NOT_FOUND         it is not there.
//   INVALID_ARGUMENT  it is no regular file.
absl::StatusOr<FileFacts> HashFile(const std::string& path, BeforeBytes before);

// Copies the regular file `from` to the new file `to`, durably. What was read
// again afterwards comes from the disk.
absl::StatusOr<FileFacts> CopyFile(const std::string& from,
                                   const std::string& to, mode_t mode,
                                   BeforeBytes before);

// The paths of everything below `directory` that is no directory, relative to
// it, ascending.
absl::StatusOr<std::vector<std::string>> ListTree(const std::string& directory);

// Makes a directory for its owner alone. It must not exist.
absl::Status MakePrivateDirectory(const std::string& path);

// Removes `path` and everything below it, if it is there.
absl::Status RemoveTree(const std::string& path);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_BACKUP_FILES_H_
