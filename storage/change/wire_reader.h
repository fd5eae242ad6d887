// Reads an encoded protobuf message field by field, without copying and
// without building the message: what bounds the memory that bytes from afar
// can claim.
//
// One thread. Views into the bytes given, which must outlive it.
#ifndef CONSILIUM_STORAGE_CHANGE_WIRE_READER_H_
#define CONSILIUM_STORAGE_CHANGE_WIRE_READER_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace consilium {

class WireReader {
 public:
  enum class Type : uint8_t {
    kVarint = 0,
    kFixed64 = 1,
    kBytes = 2,
    kFixed32 = 5,
  };

  explicit WireReader(absl::string_view bytes) : rest_(bytes) {}

  // Moves to the next field, which field(), type() and the value then tell.
  // False at the end, and where the bytes are no message: ok() tells which.
  // Groups are no part of our formats.
  bool Next() {
    if (rest_.empty() || !ok_) return false;
    uint64_t tag = 0;
    ok_ = ReadVarint(tag) && tag >> 3 != 0 && tag >> 3 <= kFieldMax &&
          ReadValue(static_cast<Type>(tag & 7));
    field_ = static_cast<int32_t>(tag >> 3);
    return ok_;
  }

  bool ok() const { return ok_; }
  int32_t field() const { return field_; }
  Type type() const { return type_; }
  bool Is(int32_t field, Type type) const {
    return field_ == field && type_ == type;
  }

  uint64_t varint() const { return varint_; }         // Of kVarint.
  absl::string_view bytes() const { return bytes_; }  // Of kBytes.

  // Takes the varints of a packed field one by one. False when `packed` is
  // empty or malformed; `ok` is false in the latter case.
  static bool TakePacked(absl::string_view& packed, uint64_t& value, bool& ok) {
    if (packed.empty()) return false;
    WireReader reader(packed);
    ok = reader.ReadVarint(value);
    packed = reader.rest_;
    return ok;
  }

 private:
  static constexpr uint64_t kFieldMax = (uint64_t{1} << 29) - 1;

  bool ReadVarint(uint64_t& value) {
    value = 0;
    for (size_t i = 0; i < rest_.size() && i < 10; ++i) {
      const auto byte = static_cast<uint8_t>(rest_[i]);
      if (i == 9 && byte > 1) return false;  // More than 64 bits.
      value |= uint64_t{byte & 0x7fu} << (7 * i);
      if (byte < 0x80) {
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

  bool ReadValue(Type type) {
    type_ = type;
    switch (type) {
      case Type::kVarint:
        return ReadVarint(varint_);
      case Type::kBytes: {
        uint64_t size = 0;
        return ReadVarint(size) && Take(size);
      }
      case Type::kFixed64:
        return Take(8);
      case Type::kFixed32:
        return Take(4);
    }
    return false;
  }

  bool Take(uint64_t size) {
    if (size > rest_.size()) return false;
    bytes_ = rest_.substr(0, static_cast<size_t>(size));
    rest_.remove_prefix(static_cast<size_t>(size));
    return true;
  }

  absl::string_view rest_;
  absl::string_view bytes_;
  uint64_t varint_ = 0;
  int32_t field_ = 0;
  Type type_ = Type::kVarint;
  bool ok_ = true;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_WIRE_READER_H_
