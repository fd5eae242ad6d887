// CRC-32C, the checksum that the database's own files use.
#ifndef CONSILIUM_STORAGE_KV_CRC32C_H_
#define CONSILIUM_STORAGE_KV_CRC32C_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace consilium {

uint32_t Crc32c(absl::string_view bytes);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_CRC32C_H_
