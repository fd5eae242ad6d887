// The limits of a registry. Those on a change are part of the change format:
// they bind authors, and every replica judges them alike.
#ifndef CONSILIUM_STORAGE_REGISTRY_LIMITS_H_
#define CONSILIUM_STORAGE_REGISTRY_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace consilium {

// Visible values of one path; for authors, since a merge never refuses for the
// state that results.
inline constexpr size_t kSiblingsMax = 64;

// Requests that wait for the committer.
inline constexpr size_t kCommitQueueMax = 4096;

// Changes whose claimed times a registry keeps at hand: some 3 MiB.
inline constexpr size_t kClaimedTimesMax = 64 * 1024;

// Rows of records that the committer keeps at hand.
inline constexpr size_t kRecentRecordsSizeMax = size_t{16} << 20;  // Bytes.

// Rows of a commit whose memory is kept for the next; those of a full batch of
// a first sync fit.
inline constexpr size_t kRowMemorySizeMax = size_t{8} << 20;  // Bytes.

// Records of a commit that are worth a thread of their own.
inline constexpr size_t kRecordsPerThreadMin = 128;

// Replicas of which a registry has changes set aside.
inline constexpr size_t kSetAsideReplicasMax = 4096;

// Places in which a registry notes when its records were last touched: 256 KiB.
inline constexpr size_t kTouchedPlaces = 32 * 1024;

// Records of a digest that lies back between two looks whether its caller is
// still there.
inline constexpr int64_t kDigestCheckInterval = 64;

// Local changes under one seal.
inline constexpr size_t kGroupChangesMax = 1024;

// Local changes that pay for a seal and a write of their own while more wait.
inline constexpr size_t kGroupChangesWanted = 16;

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_LIMITS_H_
