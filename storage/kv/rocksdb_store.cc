#include "storage/kv/rocksdb_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "rocksdb/convenience.h"
#include "rocksdb/db.h"
#include "rocksdb/utilities/checkpoint.h"
#include "rocksdb/write_batch.h"
#include "storage/kv/check_arguments.h"
#include "storage/kv/errors.h"
#include "storage/kv/file_io.h"
#include "storage/kv/log_ends.h"
#include "storage/kv/log_sequence_check.h"
#include "storage/kv/rocksdb_options.h"
#include "storage/kv/rocksdb_rows.h"
#include "storage/kv/rocksdb_status.h"
#include "storage/kv/store_seal.h"
#include "storage/kv/store_watch.h"

namespace consilium {
namespace {

// Room in an encoded batch for what surrounds each key and value.
constexpr size_t kOperationOverheadBytes = 12;

// Larger batches give their memory back: loads of whole registries, not the
// batches of a sync.
constexpr size_t kKeptBatchSizeMaxBytes = size_t{8} << 20;

// Holds the lock file of a store that is not open yet, so that looking at its
// files races with nobody.
class DirectoryLock {
 public:
  static absl::StatusOr<DirectoryLock> Take(const std::string& directory) {
    rocksdb::FileLock* lock = nullptr;
    const rocksdb::Status status = rocksdb::Env::Default()->LockFile(
        absl::StrCat(directory, "/LOCK"), &lock);
    if (!status.ok()) return StoreLocked(directory, status.ToString());
    return DirectoryLock(lock);
  }

  DirectoryLock(DirectoryLock&& other) noexcept
      : lock_(std::exchange(other.lock_, nullptr)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock() {
    if (lock_ == nullptr) return;
    rocksdb::Env::Default()->UnlockFile(lock_).PermitUncheckedError();
  }

 private:
  explicit DirectoryLock(rocksdb::FileLock* lock) : lock_(lock) {}

  rocksdb::FileLock* lock_;
};

// True for files that only a store with rows, or one that had some, has.
bool IsDataFile(absl::string_view name) {
  return absl::EndsWith(name, ".sst") || absl::EndsWith(name, ".log") ||
         absl::StartsWith(name, "MANIFEST-");
}

// What an interrupted Create leaves behind, and what a fresh disk holds.
bool MayStayInNewStore(absl::string_view name) {
  return name == "LOCK" || name == "LOG" || name == "IDENTITY" ||
         name == "lost+found" || absl::StartsWith(name, "LOG.old.") ||
         absl::EndsWith(name, ".dbtmp") || name == "MANIFEST-000001";
}

// Makes `directory` unless it is there, readable for its owner alone.
absl::Status MakeDirectory(const std::string& directory) {
  if (mkdir(directory.c_str(), 0700) == 0) {
    const auto parent = std::filesystem::absolute(directory).parent_path();
    return SyncToDisk(parent.string());
  }
  if (errno == EEXIST) return absl::OkStatus();
  return StorageIoFailed(absl::StrCat("creating ", directory),
                         std::strerror(errno));
}

absl::Status CheckIsDirectory(const std::string& directory) {
  std::error_code error;
  const auto status = std::filesystem::status(directory, error);
  if (!std::filesystem::exists(status)) return StoreMissing(directory);
  if (!std::filesystem::is_directory(status)) {
    return NotAStore(directory, "it is not a directory");
  }
  return absl::OkStatus();
}

absl::Status CheckMayCreate(const std::string& directory) {
  ASSIGN_OR_RETURN(const auto names, ListDirectory(directory));
  const auto kept = std::find(names.begin(), names.end(), "CURRENT");
  if (kept != names.end()) return StoreExists(directory, "a store");
  for (const std::string& name : names) {
    if (!MayStayInNewStore(name)) return StoreExists(directory, name);
  }
  return absl::OkStatus();
}

absl::Status CheckMayOpen(const std::string& directory) {
  RETURN_IF_ERROR(CheckIsDirectory(directory));
  ASSIGN_OR_RETURN(const auto names, ListDirectory(directory));
  if (names.empty()) return StoreMissing(directory);
  if (std::find(names.begin(), names.end(), "CURRENT") != names.end()) {
    return absl::OkStatus();
  }
  if (std::any_of(names.begin(), names.end(), IsDataFile)) {
    return StoreDamaged(directory, "CURRENT is missing");
  }
  return NotAStore(directory, "it holds other files");
}

// Finds damage that the database would take for the traces of a crash.
absl::Status CheckFiles(const std::string& directory) {
  ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(directory));
  RETURN_IF_ERROR(CheckSeal(directory));
  return CheckLogEnds(directory);
}

rocksdb::WriteBatch MakeBatch(size_t size_bytes) {
  return rocksdb::WriteBatch(size_bytes, /*max_bytes=*/0,
                             kProtectionBytesPerKey, /*default_cf_ts_sz=*/0);
}

// An empty batch with room for `size_bytes`, valid until the thread's next
// call. One of common size keeps its memory: fresh memory of some megabytes
// has to be mapped page by page, which takes longer than filling it.
rocksdb::WriteBatch& EmptyBatch(size_t size_bytes) {
  thread_local rocksdb::WriteBatch batch = MakeBatch(0);
  thread_local size_t room_bytes = 0;
  if (size_bytes > room_bytes || room_bytes > kKeptBatchSizeMaxBytes) {
    batch = MakeBatch(size_bytes);
    room_bytes = size_bytes;
  } else {
    batch.Clear();
  }
  return batch;
}

// The encoded batch, valid until the thread encodes another.
rocksdb::WriteBatch& Encode(Partition partition, const WriteBatch& batch) {
  rocksdb::WriteBatch& encoded = EmptyBatch(
      batch.size_bytes() + batch.operation_count() * kOperationOverheadBytes +
      kOperationOverheadBytes);
  char prefix[kPartitionPrefixSizeBytes];
  EncodePartition(partition, prefix);
  batch.VisitOperations([&](const WriteBatch::Operation& operation) {
    const std::array<rocksdb::Slice, 2> key = {
        rocksdb::Slice(prefix, sizeof(prefix)),
        rocksdb::Slice(operation.key.data(), operation.key.size())};
    const rocksdb::SliceParts key_parts(key.data(), key.size());
    // Neither can fail: the limits keep sizes far below what overflows.
    if (operation.is_delete) {
      encoded.Delete(key_parts).PermitUncheckedError();
      return;
    }
    const rocksdb::Slice value(operation.value.data(), operation.value.size());
    encoded.Put(key_parts, rocksdb::SliceParts(&value, 1))
        .PermitUncheckedError();
  });
  return encoded;
}

class RocksdbSnapshot final : public KeyValueSnapshot {
 public:
  explicit RocksdbSnapshot(const RocksdbRows& rows) : rows_(rows) {}
  ~RocksdbSnapshot() override {
    rows_.database.ReleaseSnapshot(rows_.snapshot);
  }

  absl::StatusOr<std::optional<std::string>> Get(
      absl::string_view key) const override {
    return rows_.Get(key);
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const absl::string_view> keys) const override {
    return rows_.MultiGet(keys);
  }

  std::unique_ptr<RowIterator> Scan(const ScanRange& range) const override {
    return rows_.Scan(range);
  }

 private:
  const RocksdbRows rows_;
};

// What the logs hold is written out when a store is opened, and the database
// ends the process when the disk is full by then.
absl::Status CheckRoomToOpen(const std::string& directory,
                             const RocksdbStoreOptions& options) {
  uint64_t wanted = kOpenRoomBytes;
  std::error_code error;
  for (const auto& file :
       std::filesystem::directory_iterator(directory, error)) {
    if (file.path().extension() != ".log") continue;
    const uintmax_t size = file.file_size(error);
    if (!error) wanted += size;
  }
  wanted = std::min(wanted, options.free_bytes_min);
  ASSIGN_OR_RETURN(const uint64_t free, options.free_space_probe(directory));
  if (free >= wanted) return absl::OkStatus();
  return DiskTooFullToOpen(directory, free, wanted);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksdbStore>> RocksdbStore::Create(
    const std::string& directory, const RocksdbStoreOptions& options) {
  RETURN_IF_ERROR(MakeDirectory(directory));
  RETURN_IF_ERROR(CheckIsDirectory(directory));
  RETURN_IF_ERROR(CheckMayCreate(directory));
  return OpenDatabase(directory, options, /*create=*/true);
}

absl::StatusOr<std::unique_ptr<RocksdbStore>> RocksdbStore::Open(
    const std::string& directory, const RocksdbStoreOptions& options) {
  RETURN_IF_ERROR(CheckMayOpen(directory));
  RETURN_IF_ERROR(CheckFiles(directory));
  RETURN_IF_ERROR(CheckRoomToOpen(directory, options));
  return OpenDatabase(directory, options, /*create=*/false);
}

absl::StatusOr<std::unique_ptr<RocksdbStore>> RocksdbStore::OpenDatabase(
    const std::string& directory, const RocksdbStoreOptions& options,
    bool create) {
  const auto watch = std::make_shared<StoreWatch>(directory);
  LogSequenceCheck sequence_check;
  rocksdb::Options database_options = MakeRocksdbOptions(options);
  database_options.create_if_missing = create;
  database_options.error_if_exists = create;
  database_options.listeners.push_back(watch);
  database_options.wal_filter = &sequence_check;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(database_options, directory, &opened);
  std::unique_ptr<rocksdb::DB> database(opened);
  if (!sequence_check.hole().empty()) {
    return StoreDamaged(directory, sequence_check.hole());
  }
  if (!status.ok()) return FromRocksdb(status, directory, "opening the store");
  RETURN_IF_ERROR(watch->Seal());
  return std::unique_ptr<RocksdbStore>(
      new RocksdbStore(directory, options, watch, std::move(database)));
}

RocksdbStore::RocksdbStore(std::string directory,
                           const RocksdbStoreOptions& options,
                           std::shared_ptr<StoreWatch> watch,
                           std::unique_ptr<rocksdb::DB> database)
    : directory_(std::move(directory)),
      on_synced_write_(options.on_synced_write),
      watch_(std::move(watch)),
      database_(std::move(database)),
      free_space_(directory_, options.free_bytes_min,
                  options.free_space_probe_interval, options.free_space_probe) {
}

RocksdbStore::~RocksdbStore() {
  // Failures below lose nothing: the logs hold every commit. Where the disk is
  // too full for a write none is tried: a flush that meets its end half way
  // ends the process too, and the logs are read at the next start.
  if (AdmitWrite(0).ok()) Flush().IgnoreError();
  rocksdb::CancelAllBackgroundWork(database_.get(), /*wait=*/true);
  if (watch_->HasFailedFile()) {
    // To close a file that failed ends the process where the database was built
    // with its assertions. The process is about to end anyway, and then says
    // why.
    static_cast<void>(database_.release());
    return;
  }
  if (watch_->Health().ok()) watch_->Seal().IgnoreError();
  database_->Close().PermitUncheckedError();
}

absl::Status RocksdbStore::Commit(Partition partition,
                                  const WriteBatch& batch) {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(batch.CheckLimits());
  RETURN_IF_ERROR(AdmitWrite(batch.size_bytes()));
  rocksdb::WriteBatch& encoded = Encode(partition, batch);
  const std::optional<Guard>& guard = batch.guard();
  const CommitGate::Pass pass(gate_, partition,
                              guard.has_value() ? CommitGate::Passage::kAlone
                                                : CommitGate::Passage::kShared);
  if (guard.has_value()) RETURN_IF_ERROR(CheckGuard(partition, *guard));
  if (batch.empty()) return absl::OkStatus();
  return EndWrite(SyncedWrite(encoded));
}

rocksdb::Status RocksdbStore::SyncedWrite(rocksdb::WriteBatch& batch) {
  if (!on_synced_write_) return database_->Write(MakeWriteOptions(), &batch);
  const auto start = std::chrono::steady_clock::now();
  rocksdb::Status status = database_->Write(MakeWriteOptions(), &batch);
  on_synced_write_(absl::FromChrono(std::chrono::steady_clock::now() - start));
  return status;
}

absl::Status RocksdbStore::AdmitWrite(uint64_t size_bytes) {
  RETURN_IF_ERROR(watch_->Health());
  return free_space_.Admit(size_bytes);
}

absl::Status RocksdbStore::CheckGuard(Partition partition,
                                      const Guard& guard) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> found,
                   Get(partition, guard.key));
  if (found == guard.expected) return absl::OkStatus();
  return GuardNotMet(static_cast<uint32_t>(partition), guard.key);
}

absl::Status RocksdbStore::EndWrite(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const absl::Status cause = FromRocksdb(status, directory_, "writing");
  // A background error stops the database before it stops us. Then nothing of
  // this write was attempted, but telling the two apart is not worth a risk.
  watch_->Stop(cause);
  return WriteFailed(cause);
}

absl::StatusOr<std::optional<std::string>> RocksdbStore::Get(
    Partition partition, absl::string_view key) const {
  return RocksdbRows{*database_, directory_, partition}.Get(key);
}

absl::StatusOr<std::vector<std::optional<std::string>>> RocksdbStore::MultiGet(
    Partition partition, absl::Span<const absl::string_view> keys) const {
  // A batch of rows must come from one state.
  ASSIGN_OR_RETURN(const auto snapshot, NewSnapshot(partition));
  return snapshot->MultiGet(keys);
}

std::unique_ptr<RowIterator> RocksdbStore::Scan(Partition partition,
                                                const ScanRange& range) const {
  return RocksdbRows{*database_, directory_, partition}.Scan(range);
}

absl::StatusOr<std::unique_ptr<KeyValueSnapshot>> RocksdbStore::NewSnapshot(
    Partition partition) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  return std::make_unique<RocksdbSnapshot>(
      RocksdbRows{*database_, directory_, partition, database_->GetSnapshot()});
}

absl::Status RocksdbStore::DropPartition(Partition partition) {
  RETURN_IF_ERROR(CheckPartition(partition));
  RETURN_IF_ERROR(AdmitWrite(0));
  const CommitGate::Pass pass(gate_, partition, CommitGate::Passage::kAlone);
  return EndWrite(database_->DeleteRange(
      MakeWriteOptions(), database_->DefaultColumnFamily(),
      LowerBound(partition, {}), UpperBound(partition, {})));
}

absl::StatusOr<uint64_t> RocksdbStore::ApproximateSizeBytes(
    Partition partition) const {
  RETURN_IF_ERROR(CheckPartition(partition));
  const std::string begin = LowerBound(partition, {});
  const std::string end = UpperBound(partition, {});
  const rocksdb::Range range(begin, end);
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  uint64_t size_bytes = 0;
  const rocksdb::Status status = database_->GetApproximateSizes(
      options, database_->DefaultColumnFamily(), &range, 1, &size_bytes);
  if (!status.ok()) return FromRocksdb(status, directory_, "measuring");
  return size_bytes;
}

absl::Status RocksdbStore::Health() const { return watch_->Health(); }

absl::Status RocksdbStore::VerifyIntegrity() const {
  return FromRocksdb(database_->VerifyFileChecksums(MakeReadOptions()),
                     directory_, "verifying");
}

absl::Status RocksdbStore::CreateCheckpoint(const std::string& directory) {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(database_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  const std::string target = std::filesystem::absolute(directory).string();
  if (std::filesystem::exists(target)) return StoreExists(target, "something");
  RETURN_IF_ERROR(AdmitWrite(0));
  if (status.ok()) status = checkpoint->CreateCheckpoint(target);
  if (!status.ok()) return FromRocksdb(status, directory_, "copying");
  return WriteSeal(target);
}

absl::Status RocksdbStore::Flush() {
  return FromRocksdb(database_->Flush(rocksdb::FlushOptions()), directory_,
                     "flushing");
}

}  // namespace consilium
