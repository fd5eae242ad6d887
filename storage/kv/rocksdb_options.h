// How we run RocksDB: every choice that durability or speed rests on.
#ifndef CONSILIUM_STORAGE_KV_ROCKSDB_OPTIONS_H_
#define CONSILIUM_STORAGE_KV_ROCKSDB_OPTIONS_H_

#include "rocksdb/options.h"
#include "storage/kv/rocksdb_store.h"

namespace consilium {

rocksdb::Options MakeRocksdbOptions(const RocksdbStoreOptions& options);

// Synced, logged, and covered by a checksum from here to the disk.
rocksdb::WriteOptions MakeWriteOptions();

rocksdb::ReadOptions MakeReadOptions();

// Bytes of checksum that every write carries in memory.
inline constexpr size_t kProtectionBytesPerKey = 8;

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_ROCKSDB_OPTIONS_H_
