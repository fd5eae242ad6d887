// Metrics of what lies on the disk: commits, synced writes, registries, room.
#ifndef CONSILIUM_SERVER_HTTP_STORAGE_METRICS_H_
#define CONSILIUM_SERVER_HTTP_STORAGE_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "proto/base/mutex.h"
#include "server/http/metrics.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/commit_observer.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

// Measures commits and synced writes as they happen. Thread-safe.
class StorageMetrics final : public CommitObserver {
 public:
  // `instruments` must outlive it.
  explicit StorageMetrics(prometheus::Registry& instruments);

  void OnCommit(const CommitReport& report) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  void OnSyncedWrite(absl::Duration duration);

 private:
  struct Commits {
    prometheus::Counter& count;
    prometheus::Counter& changes;
    prometheus::Histogram& seconds;
    prometheus::Histogram& group_size;
  };

  Commits& CommitsOf(const CommitReport& report)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  prometheus::Family<prometheus::Counter>& counts_;
  prometheus::Family<prometheus::Counter>& changes_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  prometheus::Family<prometheus::Histogram>& group_sizes_;
  prometheus::Histogram& sync_seconds_;

  Mutex mutex_;
  std::map<std::pair<std::string, CommitReport::Kind>, Commits> commits_
      ABSL_GUARDED_BY(mutex_);
};

// What every registry holds: kept numbers, no scan.
void CollectRegistries(const RegistryCatalog& catalog, MetricSamples& samples);

// The disk under `directory`, and whether `store` takes writes. Below
// `free_bytes_min` it does not.
void CollectStore(const KeyValueStore& store, const std::string& directory,
                  uint64_t free_bytes_min, MetricSamples& samples);

// OK when `directory` has room for writes.
//   RESOURCE_EXHAUSTED  says how much is free and how much is wanted.
absl::Status CheckRoom(const std::string& directory, uint64_t free_bytes_min);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_STORAGE_METRICS_H_
