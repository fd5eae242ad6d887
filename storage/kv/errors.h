// The failures of key-value stores, and the reasons (ErrorInfo) they carry.
#ifndef CONSILIUM_STORAGE_KV_ERRORS_H_
#define CONSILIUM_STORAGE_KV_ERRORS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// INVALID_ARGUMENT, with the limit from limits.h: KEY_TOO_LARGE,
// VALUE_TOO_LARGE, BATCH_TOO_LARGE, TOO_MANY_KEYS, PARTITION_OUT_OF_RANGE.
absl::Status KeyTooLarge(size_t size_bytes);
absl::Status ValueTooLarge(size_t size_bytes);
absl::Status BatchTooLarge(size_t size_bytes);
absl::Status TooManyKeys(size_t key_count);
absl::Status PartitionOutOfRange(uint32_t partition);

// ABORTED, GUARD_NOT_MET: the row `key` is not what the batch expected.
absl::Status GuardNotMet(uint32_t partition, absl::string_view key);

// RESOURCE_EXHAUSTED, DISK_SPACE_LOW: writing would leave less than the room
// that must stay free.
absl::Status DiskSpaceLow(absl::string_view path, uint64_t free_bytes,
                          uint64_t wanted_bytes);

// RESOURCE_EXHAUSTED, DISK_SPACE_LOW: opening would not come to its end.
absl::Status DiskTooFullToOpen(absl::string_view directory, uint64_t free_bytes,
                               uint64_t wanted_bytes);

// FAILED_PRECONDITION, from opening or creating a store in `directory`:
// STORE_MISSING, NOT_A_STORE, STORE_EXISTS, STORE_LOCKED.
absl::Status StoreMissing(absl::string_view directory);
absl::Status NotAStore(absl::string_view directory, absl::string_view why);
absl::Status StoreExists(absl::string_view directory, absl::string_view found);
absl::Status StoreLocked(absl::string_view directory, absl::string_view detail);

// DATA_LOSS, STORE_DAMAGED: what was found in `directory` and cannot be.
absl::Status StoreDamaged(absl::string_view directory, absl::string_view what);

// UNAVAILABLE, STORE_STOPPED: an earlier write failed with `cause`; nothing of
// this call was done.
absl::Status StoreStopped(const absl::Status& cause);

// UNAVAILABLE or DATA_LOSS, WRITE_FAILED: this write failed with `cause`.
// Whether it took effect, whole, shows when the store is opened again.
absl::Status WriteFailed(const absl::Status& cause);

// UNAVAILABLE, STORAGE_IO_FAILED: the operating system refused `what`.
absl::Status StorageIoFailed(absl::string_view what, absl::string_view detail);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_ERRORS_H_
