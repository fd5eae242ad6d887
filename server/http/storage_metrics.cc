#include "server/http/storage_metrics.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "proto/base/status_macros.h"
#include "storage/kv/errors.h"
#include "storage/kv/free_space.h"
#include "storage/registry/limits.h"

namespace consilium {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildHistogram;
using prometheus::Labels;

// Changes of one commit: powers of two up to what a group holds.
const std::vector<double>& GroupSizeBounds() {
  static const auto& bounds = *[] {
    auto* made = new std::vector<double>;
    for (size_t size = 1; size <= kGroupChangesMax; size *= 2) {
      made->push_back(static_cast<double>(size));
    }
    return made;
  }();
  return bounds;
}

double Seconds(absl::Duration duration) {
  // The clock may have been set back.
  return std::max(0.0, absl::ToDoubleSeconds(duration));
}

void CollectRegistry(const RegistryStore& store, const std::string& name,
                     MetricSamples& samples) {
  const auto head = store.head();
  const Labels labels = {{"registry", name}};
  const auto gauge = [&](const char* metric, const char* help, auto value) {
    samples.Gauge(metric, help, labels, static_cast<double>(value));
  };
  gauge("consilium_revision", "Commits that this replica applied.",
        head->revision);
  gauge("consilium_conflicts_open", "Fields in conflict.", head->conflicts);
  gauge("consilium_agreements",
        "Fields for which institutions entered the same value.",
        head->agreements);
  gauge("consilium_replicas", "Replicas whose changes are held.",
        head->replicas.size());
  int64_t changes = 0;
  for (const auto& [id, replica] : head->replicas) changes += replica.sequence;
  gauge("consilium_changes", "Changes held, of all replicas.", changes);
  gauge("consilium_commit_queue_length",
        "Writes and batches that wait for the committer.",
        store.queue_length());
  gauge("consilium_watchers", "Streams that follow the registry.",
        store.watcher_count());
  gauge("consilium_storage_bytes",
        "About how many bytes of the store the registry takes.",
        store.SizeBytes());
  for (const auto& [collection, count] : head->counts) {
    samples.Gauge("consilium_records",
                  "Records that are not retracted, by kind.",
                  {{"registry", name}, {"collection", collection}},
                  static_cast<double>(count.live));
  }
}

}  // namespace

StorageMetrics::StorageMetrics(prometheus::Registry& instruments)
    : counts_(BuildCounter()
                  .Name("consilium_commits_total")
                  .Help("Durable commits, of local changes or merged ones.")
                  .Register(instruments)),
      changes_(BuildCounter()
                   .Name("consilium_committed_changes_total")
                   .Help("Changes in durable commits, local or merged.")
                   .Register(instruments)),
      seconds_(BuildHistogram()
                   .Name("consilium_commit_seconds")
                   .Help("From taking changes off the queue until they were "
                         "durable.")
                   .Register(instruments)),
      group_sizes_(BuildHistogram()
                       .Name("consilium_commit_group_size")
                       .Help("Changes that one commit made durable.")
                       .Register(instruments)),
      sync_seconds_(BuildHistogram()
                        .Name("consilium_store_fsync_seconds")
                        .Help("Synced writes of the store: one append to its "
                              "log and one fsync.")
                        .Register(instruments)
                        .Add({}, LatencyBounds())) {}

StorageMetrics::Commits& StorageMetrics::CommitsOf(const CommitReport& report) {
  const auto key = std::make_pair(std::string(report.registry), report.kind);
  const auto found = commits_.find(key);
  if (found != commits_.end()) return found->second;
  const Labels labels = {
      {"registry", key.first},
      {"kind", report.kind == CommitReport::Kind::kLocal ? "local" : "merge"}};
  return commits_
      .emplace(key, Commits{counts_.Add(labels), changes_.Add(labels),
                            seconds_.Add(labels, LatencyBounds()),
                            group_sizes_.Add(labels, GroupSizeBounds())})
      .first->second;
}

void StorageMetrics::OnCommit(const CommitReport& report) {
  MutexLock lock(mutex_);
  Commits& commits = CommitsOf(report);
  const auto changes = static_cast<double>(report.change_count);
  commits.count.Increment();
  commits.changes.Increment(changes);
  commits.seconds.Observe(Seconds(report.duration));
  commits.group_size.Observe(changes);
}

void StorageMetrics::OnSyncedWrite(absl::Duration duration) {
  sync_seconds_.Observe(Seconds(duration));
}

void CollectRegistries(const RegistryCatalog& catalog, MetricSamples& samples) {
  for (const std::string& name : catalog.Names()) {
    const auto store = catalog.Find(name);
    if (store.ok()) CollectRegistry(**store, name, samples);
  }
}

void CollectStore(const KeyValueStore& store, const std::string& directory,
                  uint64_t free_bytes_min, MetricSamples& samples) {
  const bool writable =
      store.Health().ok() && CheckRoom(directory, free_bytes_min).ok();
  samples.Gauge("consilium_store_writable",
                "1 while the store takes writes, 0 when it refuses them.", {},
                writable ? 1 : 0);
  samples.Gauge("consilium_disk_free_bytes_min",
                "Bytes that must stay free; below, writes are refused.", {},
                static_cast<double>(free_bytes_min));
  struct statvfs disk;
  if (statvfs(directory.c_str(), &disk) != 0) return;
  const auto block_bytes = static_cast<double>(disk.f_frsize);
  samples.Gauge("consilium_disk_free_bytes",
                "Bytes that the server may still use on the disk of its data.",
                {}, static_cast<double>(disk.f_bavail) * block_bytes);
  samples.Gauge("consilium_disk_size_bytes", "Size of the disk of its data.",
                {}, static_cast<double>(disk.f_blocks) * block_bytes);
}

absl::Status CheckRoom(const std::string& directory, uint64_t free_bytes_min) {
  ASSIGN_OR_RETURN(const uint64_t free_bytes, ProbeFreeSpace(directory));
  if (free_bytes >= free_bytes_min) return absl::OkStatus();
  return DiskSpaceLow(directory, free_bytes, free_bytes_min);
}

}  // namespace consilium
