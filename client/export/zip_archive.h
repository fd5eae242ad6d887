// Files in one ZIP archive.
#ifndef CONSILIUM_CLIENT_EXPORT_ZIP_ARCHIVE_H_
#define CONSILIUM_CLIENT_EXPORT_ZIP_ARCHIVE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace consilium {

struct ArchiveFile {
  std::string path;  // Relative, with "/".
  std::string bytes;
};

// `files` in their order, all of 1 January 2000: the same files give the same
// bytes.
//   INTERNAL  the library cannot write.
absl::StatusOr<std::string> ZipBytes(const std::vector<ArchiveFile>& files);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_ZIP_ARCHIVE_H_
