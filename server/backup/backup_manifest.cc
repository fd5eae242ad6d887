#include "server/backup/backup_manifest.h"

#include <google/protobuf/util/json_util.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "server/backup/backup_files.h"
#include "server/backup/errors.h"
#include "server/backup/limits.h"
#include "storage/kv/file_io.h"

namespace consilium {
namespace {

using stored::v1::BackupFile;
using stored::v1::BackupManifest;
using stored::v1::BackupRegistry;

// The line that `sha256sum manifest.json` writes.
std::string ChecksumLine(absl::string_view manifest) {
  return absl::StrCat(absl::BytesToHexString(Sha256({manifest})), "  ",
                      kManifestFile, "\n");
}

bool IsPlainName(absl::string_view name) {
  return !name.empty() && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

// Files are restored by these paths, so that none may lead out of the
// directory.
bool IsBackupPath(absl::string_view path) {
  if (path == "consilium.toml") return true;
  if (absl::ConsumePrefix(&path, "keys/")) {
    return IsPlainName(path) && absl::EndsWith(path, ".key");
  }
  return absl::ConsumePrefix(&path, "store/") && IsPlainName(path);
}

absl::Status CheckManifest(const std::string& directory,
                           const BackupManifest& manifest) {
  const auto damaged = [&](absl::string_view what) {
    return BackupDamaged(directory, kManifestFile, what);
  };
  if (manifest.files_size() > kBackupFileCountMax) {
    return damaged(
        absl::StrCat("names more than ", kBackupFileCountMax, " files"));
  }
  for (const BackupFile& file : manifest.files()) {
    if (!IsBackupPath(file.path()) || file.size_bytes() < 0) {
      return damaged("names a file that no backup has");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteManifest(const std::string& directory,
                           const BackupManifest& manifest) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string json;
  // Cannot fail: every field has a JSON form.
  const auto status =
      google::protobuf::util::MessageToJsonString(manifest, &json, options);
  if (!status.ok()) return absl::InternalError(status.ToString());
  RETURN_IF_ERROR(
      ReplaceFile(absl::StrCat(directory, "/", kManifestFile), json));
  return ReplaceFile(absl::StrCat(directory, "/", kManifestChecksumFile),
                     ChecksumLine(json));
}

std::optional<BackupManifest> ParseManifest(const std::string& json) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  BackupManifest manifest;
  if (!google::protobuf::util::JsonStringToMessage(json, &manifest, options)
           .ok()) {
    return std::nullopt;
  }
  return manifest;
}

absl::StatusOr<BackupManifest> ReadManifest(const std::string& directory) {
  struct stat facts;
  if (stat(directory.c_str(), &facts) != 0) {
    return NotABackup(directory, "it is not there");
  }
  if (!S_ISDIR(facts.st_mode)) {
    return NotABackup(directory, "it is no directory");
  }
  const auto json = ReadFileFrom(absl::StrCat(directory, "/", kManifestFile), 0,
                                 kManifestSizeMax);
  if (absl::IsNotFound(json.status())) {
    const auto has = [&](const char* name) {
      return stat(absl::StrCat(directory, "/", name).c_str(), &facts) == 0;
    };
    if (has("place") || has("lock")) {
      return NotABackup(directory, "it is a data directory");
    }
    if (has("store")) {
      return BackupDamaged(directory, kManifestFile, "is missing");
    }
    return NotABackup(directory, absl::StrCat("it has no ", kManifestFile));
  }
  RETURN_IF_ERROR(json.status());
  const auto checksum =
      ReadFile(absl::StrCat(directory, "/", kManifestChecksumFile));
  if (absl::IsNotFound(checksum.status())) {
    return BackupDamaged(directory, kManifestChecksumFile, "is missing");
  }
  RETURN_IF_ERROR(checksum.status());
  if (*checksum != ChecksumLine(*json)) {
    return BackupDamaged(directory, kManifestFile,
                         absl::StrCat("does not fit ", kManifestChecksumFile));
  }
  std::optional<BackupManifest> manifest = ParseManifest(*json);
  if (!manifest.has_value()) {
    return BackupDamaged(directory, kManifestFile, "is no manifest");
  }
  if (manifest->format_version() > kBackupFormatVersion) {
    return BackupNewer(directory, manifest->format_version(),
                       kBackupFormatVersion, manifest->server_version());
  }
  RETURN_IF_ERROR(CheckManifest(directory, *manifest));
  return *std::move(manifest);
}

absl::Status CheckFileList(const std::string& directory,
                           const BackupManifest& manifest) {
  std::map<std::string, const BackupFile*> wanted;
  for (const BackupFile& file : manifest.files()) wanted[file.path()] = &file;
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, ListTree(directory));
  for (const std::string& path : paths) {
    if (path == kManifestFile || path == kManifestChecksumFile) continue;
    const auto it = wanted.find(path);
    if (it == wanted.end()) {
      return BackupDamaged(directory, path, "does not belong to it");
    }
    struct stat facts;
    if (lstat(absl::StrCat(directory, "/", path).c_str(), &facts) != 0 ||
        !S_ISREG(facts.st_mode)) {
      return BackupDamaged(directory, path, "is no regular file");
    }
    if (facts.st_size != it->second->size_bytes()) {
      return BackupDamaged(
          directory, path,
          absl::StrCat("has ", facts.st_size, " bytes instead of ",
                       it->second->size_bytes()));
    }
    wanted.erase(it);
  }
  if (wanted.empty()) return absl::OkStatus();
  return BackupDamaged(directory, wanted.begin()->first, "is missing");
}

absl::Time CreateTimeOf(const BackupManifest& manifest) {
  return absl::FromUnixSeconds(manifest.create_time().seconds()) +
         absl::Nanoseconds(manifest.create_time().nanos());
}

v1::Backup ToBackup(const BackupManifest& manifest) {
  v1::Backup backup;
  backup.set_name(absl::StrCat("backups/", manifest.name()));
  backup.set_state(v1::Backup::STATE_WHOLE);
  *backup.mutable_create_time() = manifest.create_time();
  backup.set_institution(manifest.institution());
  backup.set_server_version(manifest.server_version());
  backup.set_size_bytes(manifest.size_bytes());
  backup.set_file_count(manifest.files_size());
  backup.set_holds_keys(manifest.holds_keys());
  for (const BackupRegistry& registry : manifest.registries()) {
    v1::BackedUpRegistry& added = *backup.add_registries();
    added.set_registry(registry.registry());
    added.set_replica(registry.replica());
    added.set_revision(registry.revision());
    added.set_frontier(registry.frontier());
    added.set_change_count(registry.change_count());
    added.set_digest(registry.digest());
    added.set_record_count(registry.record_count());
  }
  return backup;
}

}  // namespace consilium
