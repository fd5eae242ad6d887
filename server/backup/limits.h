// The limits of this library.
#ifndef CONSILIUM_SERVER_BACKUP_LIMITS_H_
#define CONSILIUM_SERVER_BACKUP_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace consilium {

// Backups of one directory, which list and prune read one by one.
inline constexpr size_t kBackupCountMax = 1'000;

// A manifest names some thousands of files at most.
inline constexpr size_t kManifestSizeMax = 16 * 1024 * 1024;  // Bytes.
inline constexpr int kBackupFileCountMax = 100'000;

// Read and written between two looks whether to go on.
inline constexpr size_t kCopyChunkSize = 1024 * 1024;  // Bytes.

// What a backup leaves free on the disk that it is written to. Where the data
// lies on the same disk, the store's own limit counts as well.
inline constexpr uint64_t kBackupFreeBytesMin = uint64_t{64} << 20;

// A store that is opened to be looked at needs little memory.
inline constexpr size_t kScratchCacheSize = size_t{16} << 20;  // Bytes.

// Time between two backups that a server makes by itself.
inline constexpr int64_t kBackupIntervalHoursMin = 1;
inline constexpr int64_t kBackupIntervalHoursMax = 24 * 366;

// After a scheduled backup failed, the next attempt.
inline constexpr absl::Duration kBackupRetryDelay = absl::Minutes(10);

// How often the schedule looks at the clock.
inline constexpr absl::Duration kBackupSchedulePeriod = absl::Seconds(30);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_LIMITS_H_
