#include "server/backup/write_backup.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/backup/backup_directory.h"
#include "server/backup/backup_files.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/store_content.h"
#include "server/backup/verify_backup.h"
#include "storage/kv/errors.h"
#include "storage/kv/file_io.h"
#include "storage/kv/rocksdb_store.h"
#include "storage/registry/snapshot.h"
#include "storage/schema/row_keys.h"

namespace consilium {
namespace {

using stored::v1::BackupFile;
using stored::v1::BackupManifest;
using stored::v1::BackupRegistry;

constexpr absl::Duration kFreeSpaceProbeInterval = absl::Milliseconds(100);

// Beside the store, so that its files can be linked.
std::string CheckpointPath(const std::string& data_directory) {
  return absl::StrCat(data_directory, "/backup-checkpoint");
}

absl::StatusOr<int64_t> SizeOf(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!error) return static_cast<int64_t>(size);
  return StorageIoFailed(absl::StrCat("looking at ", path), error.message());
}

uint64_t FreeBytesMin(const BackupSource& source, const std::string& directory,
                      const WriteBackupOptions& options) {
  if (options.free_bytes_min.has_value()) return *options.free_bytes_min;
  struct stat data, backup;
  const bool same_disk = stat(source.data_directory.c_str(), &data) == 0 &&
                         stat(directory.c_str(), &backup) == 0 &&
                         data.st_dev == backup.st_dev;
  return kBackupFreeBytesMin +
         (same_disk ? RocksdbStoreOptions().free_bytes_min : 0);
}

// One file to copy.
struct Source {
  std::string from;
  std::string path;  // In the backup.
  int64_t size_bytes = 0;
};

class Writer {
 public:
  Writer(const BackupSource& source, std::string staging,
         const WriteBackupOptions& options, const BackupWork& work)
      : source_(source),
        staging_(std::move(staging)),
        options_(options),
        work_(work),
        free_bytes_min_(FreeBytesMin(source, staging_, options)),
        free_space_(staging_, free_bytes_min_, kFreeSpaceProbeInterval,
                    options.free_space_probe) {}

  absl::Status Write(BackupManifest& manifest, Clock& clock) {
    const std::string checkpoint = CheckpointPath(source_.data_directory);
    RETURN_IF_ERROR(RemoveCheckpoint(source_.data_directory));
    const auto remove_checkpoint = absl::MakeCleanup(
        [&] { RemoveCheckpoint(source_.data_directory).IgnoreError(); });
    work_.on_progress(v1::BackupProgress::STAGE_HOLDING, 0, 0);
    RETURN_IF_ERROR(source_.store.CreateCheckpoint(checkpoint));
    SetTime(clock.Now(), manifest);
    ASSIGN_OR_RETURN(const std::vector<Source> sources,
                     FindSources(checkpoint));
    RETURN_IF_ERROR(AdmitAll(sources, manifest));
    RETURN_IF_ERROR(MakeDirectories());
    for (const Source& each : sources) RETURN_IF_ERROR(Copy(each, manifest));
    return SyncDirectories();
  }

 private:
  static void SetTime(absl::Time now, BackupManifest& manifest) {
    manifest.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
    manifest.mutable_create_time()->set_nanos(static_cast<int32_t>(
        (now - absl::FromUnixSeconds(absl::ToUnixSeconds(now))) /
        absl::Nanoseconds(1)));
  }

  absl::StatusOr<std::vector<Source>> FindSources(
      const std::string& checkpoint) const {
    std::vector<Source> sources;
    const auto add = [&](std::string from, std::string path) -> absl::Status {
      ASSIGN_OR_RETURN(const int64_t size, SizeOf(from));
      sources.push_back({std::move(from), std::move(path), size});
      return absl::OkStatus();
    };
    const std::string& data = source_.data_directory;
    RETURN_IF_ERROR(
        add(absl::StrCat(data, "/consilium.toml"), "consilium.toml"));
    if (options_.keys) {
      for (const char* key : kBackedUpKeys) {
        RETURN_IF_ERROR(add(absl::StrCat(data, "/", key), key));
      }
    }
    ASSIGN_OR_RETURN(const auto names, ListDirectory(checkpoint));
    for (const std::string& name : names) {
      RETURN_IF_ERROR(add(absl::StrCat(checkpoint, "/", name),
                          absl::StrCat("store/", name)));
    }
    return sources;
  }

  // All of it must fit before any of it is copied.
  absl::Status AdmitAll(const std::vector<Source>& sources,
                        BackupManifest& manifest) {
    for (const Source& each : sources) total_ += each.size_bytes;
    manifest.set_size_bytes(total_);
    ASSIGN_OR_RETURN(const uint64_t free, options_.free_space_probe(staging_));
    const uint64_t wanted = static_cast<uint64_t>(total_) + free_bytes_min_;
    if (free < wanted) return DiskSpaceLow(staging_, free, wanted);
    return absl::OkStatus();
  }

  absl::Status MakeDirectories() const {
    RETURN_IF_ERROR(MakePrivateDirectory(absl::StrCat(staging_, "/store")));
    if (!options_.keys) return absl::OkStatus();
    return MakePrivateDirectory(absl::StrCat(staging_, "/keys"));
  }

  absl::Status Copy(const Source& each, BackupManifest& manifest) {
    work_.on_progress(v1::BackupProgress::STAGE_COPYING, done_, total_);
    int64_t copied = 0;
    ASSIGN_OR_RETURN(
        const FileFacts facts,
        CopyFile(each.from, absl::StrCat(staging_, "/", each.path),
                 S_IRUSR | S_IWUSR, [&](uint64_t size_bytes) -> absl::Status {
                   RETURN_IF_ERROR(work_.check_alive());
                   work_.on_progress(v1::BackupProgress::STAGE_COPYING,
                                     done_ + copied, total_);
                   copied += static_cast<int64_t>(size_bytes);
                   return free_space_.Admit(size_bytes);
                 }));
    done_ += each.size_bytes;
    BackupFile& file = *manifest.add_files();
    file.set_path(each.path);
    file.set_size_bytes(static_cast<int64_t>(facts.size_bytes));
    file.set_sha256(facts.sha256);
    return absl::OkStatus();
  }

  absl::Status SyncDirectories() const {
    RETURN_IF_ERROR(SyncToDisk(absl::StrCat(staging_, "/store")));
    if (options_.keys) {
      RETURN_IF_ERROR(SyncToDisk(absl::StrCat(staging_, "/keys")));
    }
    return SyncToDisk(staging_);
  }

  const BackupSource& source_;
  const std::string staging_;
  const WriteBackupOptions& options_;
  const BackupWork& work_;
  const uint64_t free_bytes_min_;
  FreeSpaceGuard free_space_;
  int64_t done_ = 0;
  int64_t total_ = 0;
};

}  // namespace

absl::Status RemoveCheckpoint(const std::string& data_directory) {
  const std::string path = CheckpointPath(data_directory);
  RETURN_IF_ERROR(RemoveTree(path));
  return RemoveTree(absl::StrCat(path, ".tmp"));  // The database's own.
}

absl::StatusOr<BackupManifest> WriteBackup(const BackupSource& source,
                                           const std::string& directory,
                                           const std::string& name,
                                           Clock& clock,
                                           const WriteBackupOptions& options,
                                           const BackupWork& work) {
  const std::string staging = PartialPath(directory, name);
  const std::string target = absl::StrCat(directory, "/", name);
  RETURN_IF_ERROR(MakePrivateDirectory(staging));
  auto remove_staging =
      absl::MakeCleanup([&] { RemoveTree(staging).IgnoreError(); });
  BackupManifest manifest;
  manifest.set_format_version(kBackupFormatVersion);
  manifest.set_name(name);
  manifest.set_institution(source.institution);
  manifest.set_server_version(source.server_version);
  manifest.set_row_format_version(kRowFormatVersion);
  manifest.set_rule_version(kRuleVersion);
  manifest.set_holds_keys(options.keys);
  RETURN_IF_ERROR(
      Writer(source, staging, options, work).Write(manifest, clock));
  ASSIGN_OR_RETURN(
      const std::vector<BackupRegistry> content,
      ReadBackupContent(staging, manifest, ScratchPath(directory, name), work));
  *manifest.mutable_registries() = {content.begin(), content.end()};
  RETURN_IF_ERROR(work.check_alive());
  RETURN_IF_ERROR(WriteManifest(staging, manifest));
  if (std::rename(staging.c_str(), target.c_str()) != 0) {
    return StorageIoFailed(absl::StrCat("renaming ", staging),
                           std::generic_category().message(errno));
  }
  std::move(remove_staging).Cancel();
  RETURN_IF_ERROR(SyncToDisk(directory));
  return manifest;
}

}  // namespace consilium
