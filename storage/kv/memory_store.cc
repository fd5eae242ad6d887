#include "storage/kv/memory_store.h"

#include <utility>

#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/kv/check_arguments.h"
#include "storage/kv/errors.h"
#include "storage/kv/failed_scan.h"

namespace consilium {
namespace {

std::optional<std::string> ValueOf(const PersistentTree::Row* row) {
  if (row == nullptr) return std::nullopt;
  return row->value;
}

class TreeIterator final : public RowIterator {
 public:
  TreeIterator(PersistentTree::State state, const ScanRange& range)
      : range_(range), cursor_(std::move(state), range.reverse) {
    SeekToStart();
  }

  bool Valid() const override {
    if (!cursor_.Valid()) return false;
    const std::string& key = cursor_.row().key;
    return range_.reverse ? key >= range_.begin
                          : range_.end.empty() || key < range_.end;
  }

  void Next() override { cursor_.Next(); }

  void Seek(absl::string_view key) override {
    const bool before_start = range_.reverse
                                  ? !range_.end.empty() && key >= range_.end
                                  : key < range_.begin;
    if (before_start) {
      SeekToStart();
    } else {
      cursor_.Seek(key, /*or_equal=*/true);
    }
  }

  absl::string_view key() const override { return cursor_.row().key; }
  absl::string_view value() const override { return cursor_.row().value; }
  absl::Status status() const override { return absl::OkStatus(); }

 private:
  void SeekToStart() {
    if (!range_.reverse) {
      cursor_.Seek(range_.begin, /*or_equal=*/true);
    } else if (range_.end.empty()) {
      cursor_.SeekToStart();
    } else {
      cursor_.Seek(range_.end, /*or_equal=*/false);
    }
  }

  const ScanRange range_;
  TreeCursor cursor_;
};

class MemorySnapshot final : public KeyValueSnapshot {
 public:
  explicit MemorySnapshot(PersistentTree::State state)
      : state_(std::move(state)) {}

  absl::StatusOr<std::optional<std::string>> Get(
      absl::string_view key) const override {
    RETURN_IF_ERROR(CheckKey(key));
    return ValueOf(PersistentTree::Find(state_, key));
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const absl::string_view> keys) const override {
    RETURN_IF_ERROR(CheckKeys(keys));
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    for (const absl::string_view key : keys) {
      values.push_back(ValueOf(PersistentTree::Find(state_, key)));
    }
    return values;
  }

  std::unique_ptr<RowIterator> Scan(const ScanRange& range) const override {
    return std::make_unique<TreeIterator>(state_, range);
  }

 private:
  const PersistentTree::State state_;
};

}  // namespace

absl::Status MemoryStore::Commit(Partition partition, const WriteBatch& batch) {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(batch.CheckLimits());
  MutexLock lock(mutex_);
  PersistentTree& tree = trees_[partition];
  if (const std::optional<Guard>& guard = batch.guard(); guard.has_value()) {
    if (ValueOf(tree.Find(guard->key)) != guard->expected) {
      return GuardNotMet(static_cast<uint32_t>(partition), guard->key);
    }
  }
  batch.VisitOperations([&tree](const WriteBatch::Operation& operation) {
    if (operation.is_delete) {
      tree.Delete(operation.key);
    } else {
      tree.Put(operation.key, operation.value);
    }
  });
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> MemoryStore::Get(
    Partition partition, absl::string_view key) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(CheckKey(key));
  MutexLock lock(mutex_);
  const auto tree = trees_.find(partition);
  if (tree == trees_.end()) return std::nullopt;
  return ValueOf(tree->second.Find(key));
}

absl::StatusOr<std::vector<std::optional<std::string>>> MemoryStore::MultiGet(
    Partition partition, absl::Span<const absl::string_view> keys) const {
  ASSIGN_OR_RETURN(const auto snapshot, NewSnapshot(partition));
  return snapshot->MultiGet(keys);
}

std::unique_ptr<RowIterator> MemoryStore::Scan(Partition partition,
                                               const ScanRange& range) const {
  absl::Status checked = CheckPartition(partition);
  if (!checked.ok()) return std::make_unique<FailedScan>(std::move(checked));
  return std::make_unique<TreeIterator>(TakeState(partition), range);
}

absl::StatusOr<std::unique_ptr<KeyValueSnapshot>> MemoryStore::NewSnapshot(
    Partition partition) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  return std::make_unique<MemorySnapshot>(TakeState(partition));
}

absl::Status MemoryStore::DropPartition(Partition partition) {
  RETURN_IF_ERROR(CheckPartition(partition));
  MutexLock lock(mutex_);
  trees_.erase(partition);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> MemoryStore::ApproximateSizeBytes(
    Partition partition) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  MutexLock lock(mutex_);
  const auto tree = trees_.find(partition);
  return tree == trees_.end() ? 0 : tree->second.size_bytes();
}

absl::Status MemoryStore::CreateCheckpoint(const std::string& directory) {
  return MakeError(absl::StatusCode::kUnimplemented, "CHECKPOINT_UNSUPPORTED",
                   "a store in memory has no copies on disk",
                   {{"directory", directory}});
}

std::unique_ptr<MemoryStore> MemoryStore::Clone() const {
  auto clone = std::make_unique<MemoryStore>();
  MutexLock lock(mutex_);
  for (auto& [partition, tree] : trees_) {
    // Marks the nodes as shared for both sides: the copy below has the same,
    // newer edition.
    tree.TakeState();
    MutexLock clone_lock(clone->mutex_);
    clone->trees_.emplace(partition, tree);
  }
  return clone;
}

PersistentTree::State MemoryStore::TakeState(Partition partition) const {
  MutexLock lock(mutex_);
  const auto tree = trees_.find(partition);
  if (tree == trees_.end()) return nullptr;
  return tree->second.TakeState();
}

}  // namespace consilium
