#include "storage/kv/errors.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "storage/kv/limits.h"

namespace consilium {
namespace {

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

absl::Status LimitExceeded(absl::string_view reason, absl::string_view subject,
                           size_t value, size_t limit, absl::string_view unit) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, reason,
      absl::StrCat(subject, " of ", value, " ", unit, " is over the limit of ",
                   limit, " ", unit),
      {{"value", absl::StrCat(value)}, {"limit", absl::StrCat(limit)}});
}

absl::Status OpenRefused(absl::string_view reason, absl::string_view directory,
                         absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message,
                   {{"directory", directory}});
}

}  // namespace

absl::Status KeyTooLarge(size_t size_bytes) {
  return LimitExceeded("KEY_TOO_LARGE", "a key", size_bytes, kKeySizeMaxBytes,
                       "bytes");
}

absl::Status ValueTooLarge(size_t size_bytes) {
  return LimitExceeded("VALUE_TOO_LARGE", "a value", size_bytes,
                       kValueSizeMaxBytes, "bytes");
}

absl::Status BatchTooLarge(size_t size_bytes) {
  return LimitExceeded("BATCH_TOO_LARGE", "a batch", size_bytes,
                       kBatchSizeMaxBytes, "bytes");
}

absl::Status TooManyKeys(size_t key_count) {
  return LimitExceeded("TOO_MANY_KEYS", "a read", key_count,
                       kMultiGetKeyCountMax, "keys");
}

absl::Status PartitionOutOfRange(uint32_t partition) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PARTITION_OUT_OF_RANGE",
                   absl::StrCat("partition ", partition,
                                " is over the limit of ", kPartitionNumberMax),
                   {{"value", absl::StrCat(partition)},
                    {"limit", absl::StrCat(kPartitionNumberMax)}});
}

absl::Status GuardNotMet(uint32_t partition, absl::string_view key) {
  const std::string printable = absl::CHexEscape(key);
  return MakeError(
      absl::StatusCode::kAborted, "GUARD_NOT_MET",
      absl::StrCat("row \"", printable, "\" of partition ", partition,
                   " was changed by another writer; read it and retry"),
      {{"partition", absl::StrCat(partition)}, {"key", printable}});
}

absl::Status DiskSpaceLow(absl::string_view path, uint64_t free_bytes,
                          uint64_t wanted_bytes) {
  return MakeError(absl::StatusCode::kResourceExhausted, "DISK_SPACE_LOW",
                   absl::StrCat("the disk of ", path, " has ",
                                free_bytes / kMebibyte, " MiB free and needs ",
                                (wanted_bytes + kMebibyte - 1) / kMebibyte,
                                " MiB to accept this write; reads go on"),
                   {{"path", path},
                    {"free_bytes", absl::StrCat(free_bytes)},
                    {"wanted_bytes", absl::StrCat(wanted_bytes)}});
}

absl::Status DiskTooFullToOpen(absl::string_view directory, uint64_t free_bytes,
                               uint64_t wanted_bytes) {
  return MakeError(
      absl::StatusCode::kResourceExhausted, "DISK_SPACE_LOW",
      absl::StrCat("the disk of ", directory, " has ", free_bytes / kMebibyte,
                   " MiB free, and the store in it needs ",
                   (wanted_bytes + kMebibyte - 1) / kMebibyte,
                   " MiB to be opened; nothing is lost: make room there and "
                   "start again"),
      {{"path", directory},
       {"free_bytes", absl::StrCat(free_bytes)},
       {"wanted_bytes", absl::StrCat(wanted_bytes)}});
}

absl::Status StoreMissing(absl::string_view directory) {
  return OpenRefused(
      "STORE_MISSING", directory,
      absl::StrCat("there is no store in ", directory,
                   "; create one first, or mount the disk it is on"));
}

absl::Status NotAStore(absl::string_view directory, absl::string_view why) {
  return OpenRefused("NOT_A_STORE", directory,
                     absl::StrCat(directory, " is not a store: ", why));
}

absl::Status StoreExists(absl::string_view directory, absl::string_view found) {
  return OpenRefused(
      "STORE_EXISTS", directory,
      absl::StrCat("will not create a store in ", directory,
                   ": it already holds ", found, "; name an empty directory"));
}

absl::Status StoreLocked(absl::string_view directory,
                         absl::string_view detail) {
  return OpenRefused(
      "STORE_LOCKED", directory,
      absl::StrCat("the store in ", directory,
                   " is open in another process; stop that one first (", detail,
                   ")"));
}

absl::Status StoreDamaged(absl::string_view directory, absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED",
                   absl::StrCat("the store in ", directory, " is damaged: ",
                                what, "; restore it from a backup or a peer"),
                   {{"directory", directory}});
}

absl::Status StoreStopped(const absl::Status& cause) {
  return MakeError(
      absl::StatusCode::kUnavailable, "STORE_STOPPED",
      absl::StrCat("the store stopped accepting writes and must be restarted: ",
                   cause.message()),
      {{"cause", cause.message()}});
}

absl::Status WriteFailed(const absl::Status& cause) {
  const absl::StatusCode code = cause.code() == absl::StatusCode::kDataLoss
                                    ? absl::StatusCode::kDataLoss
                                    : absl::StatusCode::kUnavailable;
  return MakeError(
      code, "WRITE_FAILED",
      absl::StrCat("a write failed and the store stopped; whether it took "
                   "effect shows after a restart: ",
                   cause.message()),
      {{"cause", cause.message()}});
}

absl::Status StorageIoFailed(absl::string_view what, absl::string_view detail) {
  return MakeError(absl::StatusCode::kUnavailable, "STORAGE_IO_FAILED",
                   absl::StrCat(what, ": ", detail), {{"operation", what}});
}

}  // namespace consilium
