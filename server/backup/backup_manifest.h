// One backup: a directory that holds
//
//   manifest.json     what it is; a stored.v1.BackupManifest as ProtoJSON
//   manifest.sha256   the checksum of manifest.json, as sha256sum writes it
//   consilium.toml    what the administrator said
//   store/            the database
//   keys/             the keys of the institution and of page tokens, unless
//                     they were left out; never those of replicas
//
// Every backup is whole by itself and shares nothing with others.
#ifndef CONSILIUM_SERVER_BACKUP_BACKUP_MANIFEST_H_
#define CONSILIUM_SERVER_BACKUP_BACKUP_MANIFEST_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consilium/stored/v1/backup.pb.h"
#include "consilium/v1/backup_service.pb.h"

namespace consilium {

inline constexpr int kBackupFormatVersion = 1;

inline constexpr char kManifestFile[] = "manifest.json";
inline constexpr char kManifestChecksumFile[] = "manifest.sha256";

// Writes the manifest and its checksum into `directory`, durably.
absl::Status WriteManifest(const std::string& directory,
                           const stored::v1::BackupManifest& manifest);

// The manifest that `json` is; nullopt when it is none. Formats of later
// releases are read as far as they are known.
std::optional<stored::v1::BackupManifest> ParseManifest(
    const std::string& json);

// Reads the manifest of the backup in `directory`.
//   INVALID_ARGUMENT     NOT_A_BACKUP.
//   FAILED_PRECONDITION  BACKUP_NEWER.
//   DATA_LOSS            BACKUP_DAMAGED: the manifest does not fit its
//                        checksum, or names files that no backup has.
absl::StatusOr<stored::v1::BackupManifest> ReadManifest(
    const std::string& directory);

// Looks whether the files of the backup in `directory` are those that the
// manifest names, with their sizes and no others. Reads none of them.
//   DATA_LOSS  BACKUP_DAMAGED: names the first that differs.
absl::Status CheckFileList(const std::string& directory,
                           const stored::v1::BackupManifest& manifest);

absl::Time CreateTimeOf(const stored::v1::BackupManifest& manifest);

// What the API says of a backup.
v1::Backup ToBackup(const stored::v1::BackupManifest& manifest);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_BACKUP_MANIFEST_H_
