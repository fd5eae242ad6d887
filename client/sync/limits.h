// The limits of moving changes.
#ifndef CONSILIUM_CLIENT_SYNC_LIMITS_H_
#define CONSILIUM_CLIENT_SYNC_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace consilium {

// Batches sent and not yet answered, in each direction. With the one that is
// being read, this bounds the memory of a sync.
inline constexpr int kBatchesInFlightMax = 3;

// A transfer in which nothing moves for so long is given up.
inline constexpr absl::Duration kStallTimeout = absl::Minutes(5);

// Telling a frontier and the digest at another, which folds records.
inline constexpr absl::Duration kFrontierDeadline = absl::Seconds(60);

// Attempts of one sync while a server is unavailable, the first included. A
// later attempt goes on where the earlier one was cut.
inline constexpr int kSyncAttemptsMax = 3;

// Waits between attempts while watching, and after a failed scheduled sync.
inline constexpr absl::Duration kSyncRetryDelayMin = absl::Seconds(1);
inline constexpr absl::Duration kSyncRetryDelayMax = absl::Minutes(1);

// How often a scheduled peer may be synced.
inline constexpr absl::Duration kSyncIntervalMin = absl::Seconds(1);

// Peers that one server syncs with on a schedule.
inline constexpr size_t kScheduledPeersMax = 64;

// The version of bundles that this release writes, and the only one that it
// reads. It is in files: never change what one means.
inline constexpr uint32_t kBundleVersion = 1;

// One section of a bundle: a batch of one group of 4 MiB that does not
// compress, with room to spare.
inline constexpr size_t kBundleSectionSizeMax = 8 * 1024 * 1024;  // Bytes.

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_LIMITS_H_
