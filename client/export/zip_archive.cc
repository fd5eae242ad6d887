#include "client/export/zip_archive.h"

#include <zip.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

// DOS dates know no time zone, so that they are the same everywhere.
constexpr zip_uint16_t kDosTime = 0;
constexpr zip_uint16_t kDosDate = ((2000 - 1980) << 9) | (1 << 5) | 1;

absl::Status CannotWriteArchive(absl::string_view what) {
  return MakeError(absl::StatusCode::kInternal, "ARCHIVE_NOT_WRITTEN",
                   absl::StrCat("the archive cannot be written: ", what));
}

absl::Status AddFile(zip_t* archive, const ArchiveFile& file) {
  zip_source_t* const source =
      zip_source_buffer(archive, file.bytes.data(), file.bytes.size(), 0);
  if (source == nullptr) return CannotWriteArchive(zip_strerror(archive));
  const zip_int64_t index =
      zip_file_add(archive, file.path.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return CannotWriteArchive(zip_strerror(archive));
  }
  if (zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), kDosTime,
                           kDosDate, 0) != 0) {
    return CannotWriteArchive(zip_strerror(archive));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadBack(zip_source_t* written) {
  zip_stat_t stat;
  if (zip_source_stat(written, &stat) != 0 || zip_source_open(written) != 0) {
    return CannotWriteArchive(zip_error_strerror(zip_source_error(written)));
  }
  std::string bytes(stat.size, '\0');
  const zip_int64_t read = zip_source_read(written, bytes.data(), bytes.size());
  zip_source_close(written);
  if (read != static_cast<zip_int64_t>(bytes.size())) {
    return CannotWriteArchive("it cannot be read back");
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> ZipBytes(const std::vector<ArchiveFile>& files) {
  zip_error_t error;
  zip_error_init(&error);
  const absl::Cleanup fini = [&] { zip_error_fini(&error); };
  zip_source_t* const written = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (written == nullptr) return CannotWriteArchive(zip_error_strerror(&error));
  const absl::Cleanup free = [&] { zip_source_free(written); };
  zip_source_keep(written);  // Closing the archive gives up one reference.
  zip_t* const archive = zip_open_from_source(written, ZIP_TRUNCATE, &error);
  if (archive == nullptr) {
    zip_source_free(written);
    return CannotWriteArchive(zip_error_strerror(&error));
  }
  for (const ArchiveFile& file : files) {
    const absl::Status added = AddFile(archive, file);
    if (!added.ok()) {
      zip_discard(archive);
      return added;
    }
  }
  if (zip_close(archive) != 0) {
    const absl::Status status = CannotWriteArchive(zip_strerror(archive));
    zip_discard(archive);
    return status;
  }
  return ReadBack(written);
}

}  // namespace consilium
