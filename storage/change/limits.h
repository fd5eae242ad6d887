// The limits on changes, groups and batches. Those on a change are part of the
// format: every replica applies the same ones, so a new value is a new
// kChangeFormatVersion. proto/base/limits.h has those on values, names and
// keys, which are part of it too.
#ifndef CONSILIUM_STORAGE_CHANGE_LIMITS_H_
#define CONSILIUM_STORAGE_CHANGE_LIMITS_H_

#include <cstddef>

namespace consilium {

inline constexpr size_t kAssignmentsPerChangeMax = 50'000;

// Dots that one assignment supersedes. Far above the siblings that authors may
// make, because a merge may leave any number and adjudication names them all.
inline constexpr size_t kSupersededPerAssignmentMax = 10'000;

// Dots that one retraction covers.
inline constexpr size_t kCoveredPerRecordMax = 50'000;

// Superseded and covered dots of a change together.
inline constexpr size_t kDotsPerChangeMax = 500'000;

// Replicas that the dots of a change, or a frontier, may name.
inline constexpr size_t kReplicasMax = 4'096;

inline constexpr size_t kAuthorSizeMax = 256;           // Bytes.
inline constexpr size_t kChangeMessageSizeMax = 8'192;  // Bytes.

// The random part of a change's header. Never change it.
inline constexpr size_t kSaltSizeBytes = 16;

// An encoded header. Holds a frontier of kReplicasMax and all the rest.
inline constexpr size_t kHeaderSizeMax = 512 * 1024;  // Bytes.

// An encoded sealed group: what is admitted whole or not at all.
inline constexpr size_t kGroupSizeMax = 4 * 1024 * 1024;  // Bytes.

inline constexpr size_t kChangesPerGroupMax = 10'000;

// The encoded groups of one step of a sync, unless it is one group.
inline constexpr size_t kBatchSizeMax = 1024 * 1024;  // Bytes.

// The letters of a frontier token.
inline constexpr size_t kFrontierTokenSizeMax = 512 * 1024;  // Bytes.

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_LIMITS_H_
