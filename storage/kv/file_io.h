// The few file operations that a store needs beside its database.
#ifndef CONSILIUM_STORAGE_KV_FILE_IO_H_
#define CONSILIUM_STORAGE_KV_FILE_IO_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

// All of these fail with UNAVAILABLE naming the file, and NOT_FOUND when it
// does not exist.

absl::StatusOr<std::string> ReadFile(const std::string& path);

// The bytes from `offset` on, at most `size_max` of them.
absl::StatusOr<std::string> ReadFileFrom(
    const std::string& path, uint64_t offset,
    uint64_t size_max = std::numeric_limits<uint64_t>::max());

// The names in `directory`, sorted, without "." and "..".
absl::StatusOr<std::vector<std::string>> ListDirectory(
    const std::string& directory);

// Makes the contents of a file, or the entries of a directory, durable.
absl::Status SyncToDisk(const std::string& path);

// Replaces the file with `contents`, durably: after a crash it holds the old
// contents or the new.
absl::Status ReplaceFile(const std::string& path, absl::string_view contents);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_FILE_IO_H_
