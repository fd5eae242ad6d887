// What is measured. Each prints its rows.
#ifndef CONSILIUM_TESTS_BENCH_SCENES_H_
#define CONSILIUM_TESTS_BENCH_SCENES_H_

#include "tests/bench/figures.h"

namespace consilium {

// Durable updates of single records, and reads of them, over gRPC; against a
// bare server (bare_server.h).
void MeasureUpdates(const BenchOptions& options);
void MeasureGets(const BenchOptions& options);

// Loading records, from files by the command line and by calls of ApplyChange;
// against the same bytes in synced RocksDB batches.
void MeasureLoading(const BenchOptions& options);

// The first sync into an empty replica, and the one after a hundredth of the
// records were changed; against git with the same documents as files. Then how
// both grow with the number of records: BenchOptions::sync_scales.
void MeasureSync(const BenchOptions& options);

// Records that both sides edited in several fields.
void MeasureConcurrentEdits(const BenchOptions& options);

// How figures grow with the number of records: BenchOptions::scales.
void MeasureScale(const BenchOptions& options);

// How syncing and frontiers grow with the number of replicas that wrote:
// BenchOptions::replicas.
void MeasureReplicas(const BenchOptions& options);

// Pooling of 13 studies; against R's metafor, where it is installed.
void MeasureSynthesis(const BenchOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_SCENES_H_
