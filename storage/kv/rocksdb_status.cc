#include "storage/kv/rocksdb_status.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "storage/kv/errors.h"

namespace consilium {

absl::Status FromRocksdb(const rocksdb::Status& status,
                         absl::string_view directory, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string detail = status.ToString();
  // A file that the store refers to and that is gone is damage like any other.
  if (status.IsCorruption() || status.IsPathNotFound()) {
    return StoreDamaged(directory, absl::StrCat(what, ": ", detail));
  }
  if (status.IsNoSpace()) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                     absl::StrCat(what, " in ", directory, ": ", detail),
                     {{"directory", directory}});
  }
  if (status.IsIOError() || status.IsBusy() || status.IsTryAgain() ||
      status.IsShutdownInProgress() || status.IsTimedOut()) {
    return StorageIoFailed(absl::StrCat(what, " in ", directory), detail);
  }
  return MakeError(absl::StatusCode::kInternal, "STORAGE_FAILED",
                   absl::StrCat(what, " in ", directory, ": ", detail),
                   {{"directory", directory}});
}

}  // namespace consilium
