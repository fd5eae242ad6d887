// The limits of this library.
#ifndef CONSILIUM_SERVER_EVIDENCE_LIMITS_H_
#define CONSILIUM_SERVER_EVIDENCE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace consilium {

// Versions whose evidence is kept built, over all registries.
inline constexpr size_t kEvidenceVersionsMax = 4;

// Memory that evidence kept built may hold, about. What was used last is kept
// whatever its size.
inline constexpr size_t kEvidenceCacheSizeMax = size_t{1} << 30;  // Bytes.

// Blocks of memory that hold the messages of evidence; the first are smaller.
inline constexpr size_t kEvidenceBlockSize = size_t{1} << 20;  // Bytes.

// Records read between two looks whether the caller is still there, and in one
// view of the store.
inline constexpr int64_t kEvidenceCancellationInterval = 256;
inline constexpr int64_t kEvidenceRecordsPerView = 20'000;

// How long a call that waits for another to build does not look whether its
// caller is still there.
inline constexpr absl::Duration kEvidenceWaitInterval = absl::Milliseconds(100);

// Other values of a record in conflict that rows tell of; of more, the paths
// alone.
inline constexpr size_t kEvidenceVariantsPerRecordMax = 64;

// Trials that share a word of their titles and are compared for it; a word
// that more share says too little.
inline constexpr size_t kTrialsPerTitleWordMax = 200;

// Values of a field that an answer lists when no row has the one asked for.
inline constexpr size_t kValuesListedMax = 12;

// Parts of a filter, each of which is left out in turn to see what remains.
inline constexpr size_t kPartsLeftOutMax = 8;

// Candidates for duplicates in one answer.
inline constexpr size_t kDuplicateCandidatesMax = 1'000;

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_LIMITS_H_
