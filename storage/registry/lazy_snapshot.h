// A snapshot that is taken when the first row is read: many a view of a record
// that was just committed reads none.
#ifndef CONSILIUM_STORAGE_REGISTRY_LAZY_SNAPSHOT_H_
#define CONSILIUM_STORAGE_REGISTRY_LAZY_SNAPSHOT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/base/status_macros.h"
#include "storage/kv/failed_scan.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

// One thread, unlike other snapshots. Whoever reads it must do with rows that
// were written after it was made.
class LazySnapshot final : public KeyValueSnapshot {
 public:
  // `store` must outlive the snapshot.
  LazySnapshot(const KeyValueStore& store, Partition partition)
      : store_(store), partition_(partition) {}

  absl::StatusOr<std::optional<std::string>> Get(
      absl::string_view key) const override {
    RETURN_IF_ERROR(Take());
    return snapshot_->Get(key);
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const absl::string_view> keys) const override {
    RETURN_IF_ERROR(Take());
    return snapshot_->MultiGet(keys);
  }

  std::unique_ptr<RowIterator> Scan(const ScanRange& range) const override {
    absl::Status taken = Take();
    if (!taken.ok()) return std::make_unique<FailedScan>(std::move(taken));
    return snapshot_->Scan(range);
  }

 private:
  absl::Status Take() const {
    if (snapshot_ != nullptr) return absl::OkStatus();
    ASSIGN_OR_RETURN(snapshot_, store_.NewSnapshot(partition_));
    return absl::OkStatus();
  }

  const KeyValueStore& store_;
  const Partition partition_;
  mutable std::unique_ptr<KeyValueSnapshot> snapshot_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_LAZY_SNAPSHOT_H_
