#include "server/backup/verify_backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/backup/backup_files.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/errors.h"
#include "server/backup/limits.h"
#include "server/backup/store_content.h"
#include "storage/kv/errors.h"
#include "storage/kv/file_io.h"
#include "storage/kv/free_space.h"

namespace consilium {
namespace {

using stored::v1::BackupFile;
using stored::v1::BackupManifest;
using stored::v1::BackupRegistry;

constexpr absl::string_view kStorePrefix = "store/";

// Takes the files of one backup one by one.
class Reader {
 public:
  Reader(const std::string& directory, const BackupManifest& manifest,
         const BackupWork& work)
      : directory_(directory), work_(work) {
    for (const BackupFile& file : manifest.files()) total_ += file.size_bytes();
  }

  absl::Status Check(const BackupFile& file) {
    return Expect(file, HashFile(PathOf(file), BeforeBytesOf(file)));
  }

  absl::Status Copy(const BackupFile& file, const std::string& to) {
    return Expect(file, CopyFile(PathOf(file), to, S_IRUSR | S_IWUSR,
                                 BeforeBytesOf(file)));
  }

  // The database never writes to these files once they are there, so a link
  // is as good as a copy.
  absl::Status CheckAndLink(const BackupFile& file, const std::string& to) {
    if (!absl::EndsWith(file.path(), ".sst")) return Copy(file, to);
    if (link(PathOf(file).c_str(), to.c_str()) != 0) return Copy(file, to);
    return Check(file);
  }

 private:
  std::string PathOf(const BackupFile& file) const {
    return absl::StrCat(directory_, "/", file.path());
  }

  std::function<absl::Status(uint64_t)> BeforeBytesOf(const BackupFile& file) {
    const int64_t begin = done_;
    done_ += file.size_bytes();
    return [this, now = begin](uint64_t size_bytes) mutable {
      work_.on_progress(v1::BackupProgress::STAGE_RESTORING,
                        std::min(now, total_), total_);
      now += static_cast<int64_t>(size_bytes);
      return work_.check_alive();
    };
  }

  absl::Status Expect(const BackupFile& file,
                      const absl::StatusOr<FileFacts>& found) const {
    if (absl::IsNotFound(found.status())) {
      return BackupDamaged(directory_, file.path(), "is missing");
    }
    if (GetErrorReason(found.status()) == "NOT_A_FILE") {
      return BackupDamaged(directory_, file.path(), "is no regular file");
    }
    RETURN_IF_ERROR(found.status());
    if (found->size_bytes == static_cast<uint64_t>(file.size_bytes()) &&
        found->sha256 == file.sha256()) {
      return absl::OkStatus();
    }
    return BackupDamaged(directory_, file.path(), "does not fit its checksum");
  }

  const std::string& directory_;
  const BackupWork& work_;
  int64_t done_ = 0;
  int64_t total_ = 0;
};

// What the content of the store in `directory` says of a backup.
absl::Status AsBackupDamage(const std::string& directory,
                            const absl::Status& status) {
  if (GetErrorReason(status) != "VALUES_DIFFER") return status;
  return BackupDamaged(
      directory, "store",
      absl::StrCat("was altered before it was copied: ", status.message()));
}

std::vector<BackupRegistry> StatedContent(const BackupManifest& manifest) {
  return {manifest.registries().begin(), manifest.registries().end()};
}

}  // namespace

absl::StatusOr<std::vector<BackupRegistry>> ReadBackupContent(
    const std::string& directory, const BackupManifest& manifest,
    const std::string& scratch, const BackupWork& work) {
  RETURN_IF_ERROR(MakePrivateDirectory(scratch));
  const auto remove_scratch =
      absl::MakeCleanup([&] { RemoveTree(scratch).IgnoreError(); });
  Reader reader(directory, manifest, work);
  for (const BackupFile& file : manifest.files()) {
    if (!absl::StartsWith(file.path(), kStorePrefix)) {
      RETURN_IF_ERROR(reader.Check(file));
      continue;
    }
    RETURN_IF_ERROR(reader.CheckAndLink(
        file,
        absl::StrCat(scratch, "/", file.path().substr(kStorePrefix.size()))));
  }
  return ReadStoreContent(scratch, work);
}

absl::Status CheckBackupFiles(const std::string& directory,
                              const BackupManifest& manifest,
                              const BackupWork& work) {
  Reader reader(directory, manifest, work);
  for (const BackupFile& file : manifest.files()) {
    RETURN_IF_ERROR(reader.Check(file));
  }
  return absl::OkStatus();
}

absl::StatusOr<BackupManifest> VerifyBackup(const std::string& directory,
                                            const std::string& scratch,
                                            const BackupWork& work) {
  ASSIGN_OR_RETURN(BackupManifest manifest, ReadManifest(directory));
  RETURN_IF_ERROR(CheckFileList(directory, manifest));
  const auto found = ReadBackupContent(directory, manifest, scratch, work);
  RETURN_IF_ERROR(AsBackupDamage(directory, found.status()));
  RETURN_IF_ERROR(CompareContent(directory, StatedContent(manifest), *found));
  return manifest;
}

absl::Status CopyBackup(const std::string& directory,
                        const BackupManifest& manifest,
                        const std::string& target, const BackupWork& work) {
  RETURN_IF_ERROR(CheckFileList(directory, manifest));
  ASSIGN_OR_RETURN(const uint64_t free, ProbeFreeSpace(target));
  const uint64_t wanted =
      static_cast<uint64_t>(manifest.size_bytes()) + kBackupFreeBytesMin;
  if (free < wanted) return DiskSpaceLow(target, free, wanted);
  const std::string store = absl::StrCat(target, "/store");
  RETURN_IF_ERROR(MakePrivateDirectory(store));
  if (manifest.holds_keys()) {
    RETURN_IF_ERROR(MakePrivateDirectory(absl::StrCat(target, "/keys")));
  }
  Reader reader(directory, manifest, work);
  for (const BackupFile& file : manifest.files()) {
    RETURN_IF_ERROR(reader.Copy(file, absl::StrCat(target, "/", file.path())));
  }
  RETURN_IF_ERROR(SyncToDisk(store));
  if (manifest.holds_keys()) {
    RETURN_IF_ERROR(SyncToDisk(absl::StrCat(target, "/keys")));
  }
  const auto found = ReadStoreContent(store, work);
  RETURN_IF_ERROR(AsBackupDamage(directory, found.status()));
  return CompareContent(directory, StatedContent(manifest), *found);
}

}  // namespace consilium
