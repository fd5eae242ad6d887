#include "storage/kv/free_space.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "storage/kv/errors.h"

namespace consilium {

absl::StatusOr<uint64_t> ProbeFreeSpace(const std::string& path) {
  struct statvfs found;
  if (statvfs(path.c_str(), &found) != 0) {
    return StorageIoFailed(absl::StrCat("asking for the free space of ", path),
                           std::strerror(errno));
  }
  return uint64_t{found.f_bavail} * found.f_frsize;
}

FreeSpaceGuard::FreeSpaceGuard(std::string path, uint64_t free_bytes_min,
                               absl::Duration probe_interval,
                               FreeSpaceProbe probe)
    : path_(std::move(path)),
      free_bytes_min_(free_bytes_min),
      probe_interval_(probe_interval),
      probe_(std::move(probe)) {}

absl::Status FreeSpaceGuard::Admit(uint64_t bytes) {
  const uint64_t wanted = free_bytes_min_ + bytes;
  const auto now = std::chrono::steady_clock::now();
  MutexLock lock(mutex_);
  if (!fresh_ || free_bytes_ < wanted ||
      absl::FromChrono(now - probed_) >= probe_interval_) {
    fresh_ = false;
    ASSIGN_OR_RETURN(free_bytes_, probe_(path_));
    probed_ = now;
    fresh_ = true;
  }
  if (free_bytes_ < wanted) return DiskSpaceLow(path_, free_bytes_, wanted);
  free_bytes_ -= bytes;
  return absl::OkStatus();
}

}  // namespace consilium
