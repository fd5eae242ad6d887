#include "storage/schema/row_value.h"

#include <zlib.h>

#include <cstdint>
#include <utility>

#include "storage/schema/errors.h"

namespace consilium {
namespace {

constexpr size_t kChecksumSizeBytes = 4;

uint32_t Checksum(absl::string_view key, absl::string_view message) {
  uLong crc = crc32(0, reinterpret_cast<const Bytef*>(key.data()),
                    static_cast<uInt>(key.size()));
  crc = crc32(crc, reinterpret_cast<const Bytef*>(message.data()),
              static_cast<uInt>(message.size()));
  return static_cast<uint32_t>(crc);
}

uint32_t ReadChecksum(absl::string_view bytes) {
  uint32_t value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

}  // namespace

std::string EncodeRow(absl::string_view key,
                      const google::protobuf::MessageLite& message) {
  std::string value;
  message.AppendToString(&value);
  return SealRow(key, std::move(value));
}

std::string SealRow(absl::string_view key, std::string message) {
  const uint32_t checksum = Checksum(key, message);
  for (int shift = 24; shift >= 0; shift -= 8) {
    message.push_back(static_cast<char>(checksum >> shift));
  }
  return message;
}

absl::Status DecodeRow(absl::string_view key, absl::string_view value,
                       google::protobuf::MessageLite& message) {
  if (value.size() < kChecksumSizeBytes) return DamagedRow(key);
  const absl::string_view bytes =
      value.substr(0, value.size() - kChecksumSizeBytes);
  if (ReadChecksum(value.substr(bytes.size())) != Checksum(key, bytes) ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DamagedRow(key);
  }
  return absl::OkStatus();
}

}  // namespace consilium
