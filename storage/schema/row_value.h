// The value of a row: an encoded message, and a checksum of key and message,
// so that damage and rows that changed places are found on reading.
//
//   message bytes, CRC-32 (ISO-HDLC) of key and message (4 bytes, big-endian)
//
// Pure; thread-safe.
#ifndef CONSILIUM_STORAGE_SCHEMA_ROW_VALUE_H_
#define CONSILIUM_STORAGE_SCHEMA_ROW_VALUE_H_

#include <google/protobuf/message_lite.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// The value of the row `key` that holds `message`.
std::string EncodeRow(absl::string_view key,
                      const google::protobuf::MessageLite& message);

// The same of a message that is encoded already.
std::string SealRow(absl::string_view key, std::string message);

// Reads what EncodeRow wrote into `message`.
//   DATA_LOSS  names the key.
absl::Status DecodeRow(absl::string_view key, absl::string_view value,
                       google::protobuf::MessageLite& message);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_SCHEMA_ROW_VALUE_H_
