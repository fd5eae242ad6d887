// The limits of this library.
#ifndef CONSILIUM_SERVER_RPC_LIMITS_H_
#define CONSILIUM_SERVER_RPC_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace consilium {

// A message in either direction. A sealed group of kGroupSizeMax fits with
// room to spare.
inline constexpr int kGrpcMessageSizeMax = 8 * 1024 * 1024;  // Bytes.

// Headers and trailers of a call; error details take most of it.
inline constexpr int kGrpcMetadataSizeMax = 16 * 1024;  // Bytes.

// Calls at once on one connection; more wait at the caller.
inline constexpr int kGrpcStreamsPerConnectionMax = 128;

// Memory that gRPC may hold for calls.
inline constexpr size_t kGrpcMemoryMax = size_t{512} << 20;  // Bytes.

inline constexpr absl::Duration kGrpcKeepaliveTime = absl::Seconds(60);
inline constexpr absl::Duration kGrpcKeepaliveTimeout = absl::Seconds(20);
inline constexpr absl::Duration kGrpcPingIntervalMin = absl::Seconds(20);

// What may be kept of answers to reads, to be given again.
inline constexpr size_t kAnswerCacheSizeMax = size_t{64} << 20;  // Bytes.

// Reads that take this long are logged though they end well.
inline constexpr absl::Duration kSlowCallMin = absl::Seconds(1);

// Threads for what must not hold up gRPC's own: scans, digests, answers.
inline constexpr int kWorkerThreadCount = 4;

// Calls that wait for such a thread.
inline constexpr size_t kWorkQueueMax = 1024;

// Records of one page, and what a request that does not say gets.
inline constexpr int32_t kPageSizeMax = 1000;
inline constexpr int32_t kPageSizeDefault = 100;

// A page ends when it holds this much, whatever was asked for. With its last
// entry it stays below the 4 MiB that gRPC clients take unless told otherwise.
inline constexpr size_t kPageBytesMax = 2 * 1024 * 1024;

// Records looked at for one page; a filter that matches few gives short pages.
inline constexpr int64_t kScannedPerPageMax = 20'000;

// Records of an index term counted, to choose between the terms of a filter.
inline constexpr int64_t kIndexCountMax = 1'000;

// What keeps a retracted record live, as one conflict names it.
inline constexpr int kObjectionsMax = 100;

// Paths of a record whose old and new values a review's difference tells, and
// bytes of each; longer ones are only named.
inline constexpr size_t kDescribedPathsMax = 3;
inline constexpr size_t kDescribedPathSizeMax = 200;

// Bytes of a rendered review in one message.
inline constexpr size_t kRenderedPartSize = 256 * 1024;

// Questions to the evidence whose answers are kept for their next pages.
inline constexpr size_t kEvidenceAnswersMax = 16;

// Records looked at between two looks whether the caller is still there.
inline constexpr int64_t kCancellationInterval = 256;

// Statements of one ApplyChange.
inline constexpr int kStatementsPerChangeMax = 10'000;

// Revisions that a watcher which had caught up may fall behind.
inline constexpr int64_t kWatchLagMax = 4'096;

// Changes that a watcher is sent in one step between two looks at the store.
inline constexpr int64_t kWatchChangesPerStep = 256;

// Batches of one push that were read and are not answered yet: one is written
// while the next is merged and the one behind it is read and checked.
inline constexpr size_t kMergesPerStreamMax = 3;

// Streams at once, of all callers.
inline constexpr size_t kStreamCountMax = 512;

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_LIMITS_H_
