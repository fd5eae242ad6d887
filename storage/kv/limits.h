// What a key-value store accepts. Every implementation keeps to the same
// limits, so that data can move from one to another.
#ifndef CONSILIUM_STORAGE_KV_LIMITS_H_
#define CONSILIUM_STORAGE_KV_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace consilium {

// One B-tree page of a relational database still holds two of these.
inline constexpr size_t kKeySizeMaxBytes = 1024;

// A sealed group (4 MiB) and its framing fit into one row.
inline constexpr size_t kValueSizeMaxBytes = size_t{8} << 20;

// Keys and values of one batch together, with the rows derived from them.
inline constexpr size_t kBatchSizeMaxBytes = size_t{64} << 20;

// Keys that one MultiGet may name.
inline constexpr size_t kMultiGetKeyCountMax = 100'000;

// The largest partition number: what a signed 32-bit column can hold.
inline constexpr uint32_t kPartitionNumberMax = 0x7fffffff;

// What must be free to open a store, besides the size of its logs.
inline constexpr uint64_t kOpenRoomBytes = uint64_t{8} << 20;

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_LIMITS_H_
