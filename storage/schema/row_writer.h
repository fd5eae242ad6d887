// Writes the value of a row field by field, as its message would encode
// itself, without building the message.
//
//   RowWriter row;
//   row.Bytes(1, header);
//   row.Varint(3, revision);
//   batch.Put(key, std::move(row).Seal(key));
//
// Fields come ascending. Numbers that are 0 and bytes that are empty are left
// out, as proto3 does; an element of a list and a field with presence are not:
// those take Element. One thread.
#ifndef CONSILIUM_STORAGE_SCHEMA_ROW_WRITER_H_
#define CONSILIUM_STORAGE_SCHEMA_ROW_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "storage/schema/row_value.h"

namespace consilium {

class RowWriter {
 public:
  void Reserve(size_t size_bytes) { bytes_.reserve(size_bytes); }

  void Varint(int32_t field, int64_t value) {
    if (value == 0) return;
    Tag(field, kVarint);
    AppendVarint(static_cast<uint64_t>(value));
  }

  void Bytes(int32_t field, absl::string_view value) {
    if (!value.empty()) Element(field, value);
  }

  // An element of a list, a field with presence, or an encoded message.
  void Element(int32_t field, absl::string_view value) {
    Tag(field, kLengthDelimited);
    AppendVarint(value.size());
    bytes_.append(value.data(), value.size());
  }

  // What was written; Clear begins anew and keeps the memory.
  absl::string_view bytes() const { return bytes_; }
  void Clear() { bytes_.clear(); }

  // The value of the row `key` that holds what was written.
  std::string Seal(absl::string_view key) && {
    return SealRow(key, std::move(bytes_));
  }

 private:
  static constexpr uint64_t kVarint = 0;
  static constexpr uint64_t kLengthDelimited = 2;

  void Tag(int32_t field, uint64_t type) {
    AppendVarint(static_cast<uint64_t>(field) << 3 | type);
  }

  void AppendVarint(uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
  }

  std::string bytes_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_SCHEMA_ROW_WRITER_H_
