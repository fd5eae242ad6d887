// Text that a command reads from a file, or from standard input.
#ifndef CONSILIUM_CLIENT_CLI_TEXT_FILE_H_
#define CONSILIUM_CLIENT_CLI_TEXT_FILE_H_

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/limits.h"

namespace consilium {

// The text of the file at `path`; of `in` when that is "-".
//   INVALID_ARGUMENT  USAGE: it is not there or cannot be read. FILE_TOO_LARGE:
//                     above `size_max` bytes; nothing of it was read.
absl::StatusOr<std::string> ReadTextFile(const std::string& path,
                                         std::istream& in,
                                         size_t size_max = kTextFileSizeMax);

// `path` itself when it is a file or "-"; the files with evidence under it
// when it is a directory, by name, hidden ones left out.
//   INVALID_ARGUMENT  USAGE: it is not there, or the directory has none.
//                     TOO_MANY_FILES: more than kEvidenceFilesMax.
absl::StatusOr<std::vector<std::string>> FindEvidenceFiles(
    const std::string& path);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_TEXT_FILE_H_
