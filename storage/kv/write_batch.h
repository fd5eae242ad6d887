// Writes that take effect together or not at all.
#ifndef CONSILIUM_STORAGE_KV_WRITE_BATCH_H_
#define CONSILIUM_STORAGE_KV_WRITE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// What must be true of one row when a batch commits. This is compare-and-set:
// writers that guard the same row (a head row) and change it order themselves.
struct Guard {
  std::string key;
  // The bytes the row must hold; nullopt when it must be absent.
  std::optional<std::string> expected;
};

// An ordered list of puts and deletes for one partition, with at most one
// guard. Later operations on a key override earlier ones. Keys and values are
// arbitrary bytes, copied in. Limits (limits.h) are checked by the commit.
//
// Thread-compatible. Copyable and movable.
class WriteBatch {
 public:
  struct Operation {
    bool is_delete = false;
    absl::string_view key;
    absl::string_view value;  // Empty for a delete.
  };

  void Put(absl::string_view key, absl::string_view value);

  // Deleting an absent row is no error.
  void Delete(absl::string_view key);

  // Replaces the guard. The guarded row need not be written by the batch.
  void SetGuard(Guard guard) { guard_ = std::move(guard); }

  // A place between two operations.
  class Mark {
    friend class WriteBatch;
    size_t bytes_size = 0;
    size_t operation_count = 0;
    size_t size_bytes = 0;
    size_t key_size_largest = 0;
    size_t value_size_largest = 0;
  };

  // The place behind the last operation.
  Mark End() const { return end_; }

  // Takes back the operations behind `mark`, which End gave and nothing took
  // back since. Keeps the memory, and the guard.
  void CutTo(const Mark& mark);

  // Back to an empty batch; keeps the memory.
  void Clear();

  // Makes room for `size_bytes` of keys and values.
  void Reserve(size_t size_bytes) { bytes_.reserve(size_bytes); }

  bool empty() const { return end_.operation_count == 0; }
  size_t operation_count() const { return end_.operation_count; }
  // Keys and values together.
  size_t size_bytes() const { return end_.size_bytes; }
  const std::optional<Guard>& guard() const { return guard_; }

  // Calls `visit` for each operation in order. The views live as long as the
  // batch stays unchanged.
  void VisitOperations(
      absl::FunctionRef<void(const Operation& operation)> visit) const;

  // INVALID_ARGUMENT naming the first limit (limits.h) that the batch exceeds.
  absl::Status CheckLimits() const;

 private:
  void Count(size_t key_size, size_t value_size);

  // Operations one after another: a header with the kind and both sizes, the
  // key, the value.
  std::string bytes_;
  Mark end_;
  std::optional<Guard> guard_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_WRITE_BATCH_H_
