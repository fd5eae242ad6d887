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
  Count(key.size(), value.size());
}

void WriteBatch::Delete(absl::string_view key) {
  AppendOperation({Clamp(key.size()), kDeleteMark}, key, {}, bytes_);
  Count(key.size(), 0);
}

void WriteBatch::Count(size_t key_size, size_t value_size) {
  end_.bytes_size = bytes_.size();
  ++end_.operation_count;
  end_.size_bytes += key_size + value_size;
  end_.key_size_largest = std::max(end_.key_size_largest, key_size);
  end_.value_size_largest = std::max(end_.value_size_largest, value_size);
}

void WriteBatch::CutTo(const Mark& mark) {
  bytes_.resize(mark.bytes_size);
  end_ = mark;
}

void WriteBatch::Clear() {
  CutTo(Mark());
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
  if (end_.key_size_largest > kKeySizeMaxBytes) {
    return KeyTooLarge(end_.key_size_largest);
  }
  if (end_.value_size_largest > kValueSizeMaxBytes) {
    return ValueTooLarge(end_.value_size_largest);
  }
  if (end_.size_bytes > kBatchSizeMaxBytes) {
    return BatchTooLarge(end_.size_bytes);
  }
  if (guard_.has_value() && guard_->key.size() > kKeySizeMaxBytes) {
    return KeyTooLarge(guard_->key.size());
  }
  return absl::OkStatus();
}

}  // namespace consilium
