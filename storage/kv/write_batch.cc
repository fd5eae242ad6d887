#include "storage/kv/write_batch.h"

#include <algorithm>
#include <cstring>

#include "storage/kv/errors.h"
#include "storage/kv/limits.h"

namespace consilium {
namespace {

constexpr uint32_t kDeleteMark = 0xffffffff;

// Lies before each key; only ever in memory.
struct OperationHeader {
  uint32_t key_size = 0;
  uint32_t value_size = 0;  // kDeleteMark for a delete.
};

// A size the header cannot hold is far over every limit already; the commit
// refuses the batch.
uint32_t Clamp(size_t size) {
  return static_cast<uint32_t>(std::min<size_t>(size, kDeleteMark - 1));
}

void AppendOperation(OperationHeader header, absl::string_view key,
                     absl::string_view value, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(&header), sizeof(header));
  bytes.append(key.data(), header.key_size);
  if (header.value_size != kDeleteMark) {
    bytes.append(value.data(), header.value_size);
  }
}

}  // namespace

void WriteBatch::Put(absl::string_view key, absl::string_view value) {
  AppendOperation({Clamp(key.size()), Clamp(value.size())}, key, value, bytes_);
  ++operation_count_;
  size_bytes_ += key.size() + value.size();
  key_size_largest_ = std::max(key_size_largest_, key.size());
  value_size_largest_ = std::max(value_size_largest_, value.size());
}

void WriteBatch::Delete(absl::string_view key) {
  AppendOperation({Clamp(key.size()), kDeleteMark}, key, {}, bytes_);
  ++operation_count_;
  size_bytes_ += key.size();
  key_size_largest_ = std::max(key_size_largest_, key.size());
}

void WriteBatch::Append(const WriteBatch& other) {
  bytes_.append(other.bytes_);
  operation_count_ += other.operation_count_;
  size_bytes_ += other.size_bytes_;
  key_size_largest_ = std::max(key_size_largest_, other.key_size_largest_);
  value_size_largest_ =
      std::max(value_size_largest_, other.value_size_largest_);
}

void WriteBatch::Clear() {
  bytes_.clear();
  operation_count_ = 0;
  size_bytes_ = 0;
  key_size_largest_ = 0;
  value_size_largest_ = 0;
  guard_.reset();
}

void WriteBatch::VisitOperations(
    absl::FunctionRef<void(const Operation& operation)> visit) const {
  const char* at = bytes_.data();
  const char* const end = at + bytes_.size();
  while (at != end) {
    OperationHeader header;
    std::memcpy(&header, at, sizeof(header));
    at += sizeof(header);
    Operation operation;
    operation.is_delete = header.value_size == kDeleteMark;
    operation.key = absl::string_view(at, header.key_size);
    at += header.key_size;
    if (!operation.is_delete) {
      operation.value = absl::string_view(at, header.value_size);
      at += header.value_size;
    }
    visit(operation);
  }
}

absl::Status WriteBatch::CheckLimits() const {
  if (key_size_largest_ > kKeySizeMaxBytes) {
    return KeyTooLarge(key_size_largest_);
  }
  if (value_size_largest_ > kValueSizeMaxBytes) {
    return ValueTooLarge(value_size_largest_);
  }
  if (size_bytes_ > kBatchSizeMaxBytes) return BatchTooLarge(size_bytes_);
  if (guard_.has_value() && guard_->key.size() > kKeySizeMaxBytes) {
    return KeyTooLarge(guard_->key.size());
  }
  return absl::OkStatus();
}

}  // namespace consilium
