// The one place where RocksDB's errors become ours.
#ifndef CONSILIUM_STORAGE_KV_ROCKSDB_STATUS_H_
#define CONSILIUM_STORAGE_KV_ROCKSDB_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/status.h"

namespace consilium {

// `status` of doing `what` ("reading a row") to the store in `directory`.
//   DATA_LOSS           bytes are damaged or a file is gone.
//   RESOURCE_EXHAUSTED  the disk is full.
//   UNAVAILABLE         the operating system refused, or the store stopped.
//   INTERNAL            anything else: a mistake of ours.
absl::Status FromRocksdb(const rocksdb::Status& status,
                         absl::string_view directory, absl::string_view what);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_ROCKSDB_STATUS_H_
