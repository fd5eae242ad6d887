// A key-value store that holds commits back: what queues meanwhile is seen to
// be taken together.
#ifndef CONSILIUM_TESTS_SUPPORT_GATED_STORE_H_
#define CONSILIUM_TESTS_SUPPORT_GATED_STORE_H_

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "storage/kv/key_value_store.h"

namespace consilium {

// A store whose commits wait until they are let go.
class GatedStore final : public KeyValueStore {
 public:
  explicit GatedStore(KeyValueStore& store) : store_(store) {}

  // From now on commits wait. Call while none runs.
  void Close() {
    open_ = std::promise<void>();
    gate_ = open_.get_future().share();
  }
  // Returns when a commit waits.
  void AwaitCommit() { arrived_.acquire(); }
  void Open() { open_.set_value(); }

  absl::Status Commit(Partition partition, const WriteBatch& batch) override {
    if (gate_.valid()) {
      arrived_.release();
      gate_.wait();
    }
    return store_.Commit(partition, batch);
  }
  absl::StatusOr<std::optional<std::string>> Get(
      Partition partition, absl::string_view key) const override {
    return store_.Get(partition, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Partition partition,
      absl::Span<const absl::string_view> keys) const override {
    return store_.MultiGet(partition, keys);
  }
  std::unique_ptr<RowIterator> Scan(Partition partition,
                                    const ScanRange& range) const override {
    return store_.Scan(partition, range);
  }
  absl::StatusOr<std::unique_ptr<KeyValueSnapshot>> NewSnapshot(
      Partition partition) const override {
    return store_.NewSnapshot(partition);
  }
  absl::Status DropPartition(Partition partition) override {
    return store_.DropPartition(partition);
  }
  absl::StatusOr<uint64_t> ApproximateSizeBytes(
      Partition partition) const override {
    return store_.ApproximateSizeBytes(partition);
  }
  absl::Status Health() const override { return store_.Health(); }
  absl::Status VerifyIntegrity() const override {
    return store_.VerifyIntegrity();
  }
  absl::Status CreateCheckpoint(const std::string& directory) override {
    return store_.CreateCheckpoint(directory);
  }

 private:
  KeyValueStore& store_;
  std::promise<void> open_;
  std::shared_future<void> gate_;
  std::counting_semaphore<> arrived_{0};
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_GATED_STORE_H_
