#include "storage/kv/rocksdb_rows.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "proto/base/status_macros.h"
#include "storage/kv/check_arguments.h"
#include "storage/kv/failed_scan.h"
#include "storage/kv/rocksdb_options.h"
#include "storage/kv/rocksdb_status.h"

namespace consilium {
namespace {

constexpr absl::string_view kReading = "reading";

// Rows that one call into the database looks up together.
constexpr size_t kMultiGetChunkSize = 256;

absl::string_view ToView(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

// A whole key on the stack.
class StoredKey {
 public:
  StoredKey(Partition partition, absl::string_view key)
      : size_(kPartitionPrefixSizeBytes + key.size()) {
    EncodePartition(partition, bytes_);
    std::copy(key.begin(), key.end(), bytes_ + kPartitionPrefixSizeBytes);
  }

  rocksdb::Slice slice() const { return rocksdb::Slice(bytes_, size_); }

 private:
  char bytes_[kPartitionPrefixSizeBytes + kKeySizeMaxBytes];
  const size_t size_;
};

class RocksdbIterator final : public RowIterator {
 public:
  RocksdbIterator(const RocksdbRows& rows, const ScanRange& range)
      : directory_(rows.directory),
        partition_(rows.partition),
        reverse_(range.reverse),
        lower_(LowerBound(rows.partition, range.begin)),
        upper_(UpperBound(rows.partition, range.end)),
        lower_slice_(lower_),
        upper_slice_(upper_) {
    if (lower_ >= upper_) return;
    rocksdb::ReadOptions options = MakeReadOptions();
    options.snapshot = rows.snapshot;
    options.iterate_lower_bound = &lower_slice_;
    options.iterate_upper_bound = &upper_slice_;
    iterator_.reset(rows.database.NewIterator(options));
    if (reverse_) {
      iterator_->SeekToLast();
    } else {
      iterator_->Seek(lower_slice_);
    }
  }

  bool Valid() const override {
    return iterator_ != nullptr && iterator_->Valid();
  }

  void Next() override {
    if (reverse_) {
      iterator_->Prev();
    } else {
      iterator_->Next();
    }
  }

  void Seek(absl::string_view key) override {
    if (iterator_ == nullptr) return;
    const std::string target = LowerBound(partition_, key);
    if (!reverse_) {
      iterator_->Seek(std::max(target, lower_));
    } else if (target >= upper_) {
      iterator_->SeekToLast();
    } else {
      iterator_->SeekForPrev(target);
    }
  }

  absl::string_view key() const override {
    return ToView(iterator_->key()).substr(kPartitionPrefixSizeBytes);
  }

  absl::string_view value() const override {
    return ToView(iterator_->value());
  }

  absl::Status status() const override {
    if (iterator_ == nullptr) return absl::OkStatus();
    return FromRocksdb(iterator_->status(), directory_, "scanning");
  }

 private:
  const std::string& directory_;
  const Partition partition_;
  const bool reverse_;
  const std::string lower_;
  const std::string upper_;
  const rocksdb::Slice lower_slice_;
  const rocksdb::Slice upper_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;  // Null for an empty range.
};

}  // namespace

void EncodePartition(Partition partition, char* to) {
  const auto number = static_cast<uint32_t>(partition);
  to[0] = static_cast<char>(number >> 24);
  to[1] = static_cast<char>(number >> 16);
  to[2] = static_cast<char>(number >> 8);
  to[3] = static_cast<char>(number);
}

std::string LowerBound(Partition partition, absl::string_view bound) {
  std::string bytes(kPartitionPrefixSizeBytes + bound.size(), '\0');
  EncodePartition(partition, bytes.data());
  std::copy(bound.begin(), bound.end(),
            bytes.begin() + kPartitionPrefixSizeBytes);
  return bytes;
}

std::string UpperBound(Partition partition, absl::string_view bound) {
  if (!bound.empty()) return LowerBound(partition, bound);
  // Cannot wrap: the largest partition number leaves a bit unused.
  return LowerBound(Partition{static_cast<uint32_t>(partition) + 1}, {});
}

absl::StatusOr<std::optional<std::string>> RocksdbRows::Get(
    absl::string_view key) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(CheckKey(key));
  rocksdb::ReadOptions options = MakeReadOptions();
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      database.Get(options, database.DefaultColumnFamily(),
                   StoredKey(partition, key).slice(), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocksdb(status, directory, kReading);
  return std::string(value.data(), value.size());
}

absl::StatusOr<std::vector<std::optional<std::string>>> RocksdbRows::MultiGet(
    absl::Span<const absl::string_view> keys) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(CheckKeys(keys));
  rocksdb::ReadOptions options = MakeReadOptions();
  options.snapshot = snapshot;
  std::vector<std::optional<std::string>> found(keys.size());
  const size_t chunk_size = std::min(keys.size(), kMultiGetChunkSize);
  std::string bytes;
  std::vector<rocksdb::Slice> slices(chunk_size);
  std::vector<rocksdb::PinnableSlice> values(chunk_size);
  std::vector<rocksdb::Status> statuses(chunk_size);
  for (size_t start = 0; start < keys.size(); start += chunk_size) {
    const auto chunk = keys.subspan(start, chunk_size);
    bytes.clear();
    size_t size = 0;
    for (const absl::string_view key : chunk) {
      size += kPartitionPrefixSizeBytes + key.size();
    }
    bytes.reserve(size);  // The slices below point into it.
    for (size_t i = 0; i < chunk.size(); ++i) {
      const size_t at = bytes.size();
      bytes.append(kPartitionPrefixSizeBytes, '\0');
      EncodePartition(partition, bytes.data() + at);
      bytes.append(chunk[i].data(), chunk[i].size());
      slices[i] = rocksdb::Slice(bytes.data() + at, bytes.size() - at);
      values[i].Reset();
    }
    database.MultiGet(options, database.DefaultColumnFamily(), chunk.size(),
                      slices.data(), values.data(), statuses.data());
    for (size_t i = 0; i < chunk.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      if (!statuses[i].ok()) {
        return FromRocksdb(statuses[i], directory, kReading);
      }
      found[start + i].emplace(values[i].data(), values[i].size());
    }
  }
  return found;
}

std::unique_ptr<RowIterator> RocksdbRows::Scan(const ScanRange& range) const {
  absl::Status checked = CheckPartition(partition);
  if (!checked.ok()) return std::make_unique<FailedScan>(std::move(checked));
  return std::make_unique<RocksdbIterator>(*this, range);
}

}  // namespace consilium
