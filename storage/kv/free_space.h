// Refuses writes while there is still room to stop in good order. A database
// that meets a full disk half way through a write may not come back without a
// restart; one that stops in time goes on by itself.
#ifndef CONSILIUM_STORAGE_KV_FREE_SPACE_H_
#define CONSILIUM_STORAGE_KV_FREE_SPACE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "proto/base/mutex.h"

namespace consilium {

// The bytes that this process may still use on the disk of `path`.
using FreeSpaceProbe =
    std::function<absl::StatusOr<uint64_t>(const std::string& path)>;

// Asks the operating system. UNAVAILABLE when it does not say.
absl::StatusOr<uint64_t> ProbeFreeSpace(const std::string& path);

// Thread-safe.
class FreeSpaceGuard {
 public:
  // `free_bytes_min` must stay free at all times. A probe is trusted for
  // `probe_interval`, less what was admitted since.
  FreeSpaceGuard(std::string path, uint64_t free_bytes_min,
                 absl::Duration probe_interval, FreeSpaceProbe probe);

  // OK when `bytes` may be written.
  //   RESOURCE_EXHAUSTED  too little would stay free. Ask again at any time.
  absl::Status Admit(uint64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::string path_;
  const uint64_t free_bytes_min_;
  const absl::Duration probe_interval_;
  const FreeSpaceProbe probe_;

  // Held while probing, so that one caller asks for all.
  Mutex mutex_;
  bool fresh_ ABSL_GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point probed_ ABSL_GUARDED_BY(mutex_);
  uint64_t free_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_FREE_SPACE_H_
