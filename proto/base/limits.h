// The limits of this library and of what every layer shares.
#ifndef CONSILIUM_PROTO_BASE_LIMITS_H_
#define CONSILIUM_PROTO_BASE_LIMITS_H_

#include <cstddef>

namespace consilium {

// A record, encoded, with its sources.
inline constexpr size_t kRecordSizeMax = 256 * 1024;  // Bytes.

// The value of one assignment, encoded; also the source beside it.
inline constexpr size_t kValueSizeMax = 64 * 1024;  // Bytes.

// The id of a record, without its collection.
inline constexpr size_t kIdSizeMax = 100;  // Bytes.

// The name of a record, relative to its registry.
inline constexpr size_t kRecordNameSizeMax =
    400;  // Bytes; rows are keyed by it.

// The id of a registry; it also names a directory and a DNS label.
inline constexpr size_t kRegistryIdSizeMax = 63;  // Bytes.

// The key of a keyed element.
inline constexpr size_t kElementKeySizeMax =
    512;  // Bytes; rows are keyed by it.

// A file of records in their text form.
inline constexpr size_t kTextFileSizeMax = 16 * 1024 * 1024;  // Bytes.

// How deep text may nest.
inline constexpr int kTextDepthMax = 64;  // Mappings and sequences.

// Keys of one mapping in a text; no message has as many fields.
inline constexpr size_t kTextKeysMax = 1000;

// How deep an encoded message may nest; what protobuf itself allows.
inline constexpr int kMessageDepthMax = 100;

// Problems reported for one file, or violations for one record. Past it the
// rest are counted, not listed.
inline constexpr size_t kProblemsMax = 200;

// The message of an error as it travels.
inline constexpr size_t kStatusMessageSizeMax = 1024;  // Bytes.

// The details of an error as they travel: they are sent in HTTP/2 trailers,
// which peers commonly bound to 8 KiB, and grow by a third in base64.
inline constexpr size_t kStatusDetailsSizeMax = 5 * 1024;  // Bytes.

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_LIMITS_H_
