// Reads a backup as a restore would.
#ifndef CONSILIUM_SERVER_BACKUP_VERIFY_BACKUP_H_
#define CONSILIUM_SERVER_BACKUP_VERIFY_BACKUP_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consilium/stored/v1/backup.pb.h"
#include "server/backup/backup_work.h"

namespace consilium {

// The keys that a backup holds, in the order of their paths.
inline constexpr const char* kBackedUpKeys[] = {"keys/institution.key",
                                                "keys/page-token.key"};

// Compares every file of the backup in `directory` with its checksum, restores
// the store to `scratch`, which must not exist and is removed again, and
// recomputes what its registries hold.
//   DATA_LOSS  BACKUP_DAMAGED, or what opening and reading the store says.
absl::StatusOr<std::vector<stored::v1::BackupRegistry>> ReadBackupContent(
    const std::string& directory, const stored::v1::BackupManifest& manifest,
    const std::string& scratch, const BackupWork& work);

// Compares every file of the backup in `directory` with its checksum, and
// nothing else.
//   DATA_LOSS  BACKUP_DAMAGED.
absl::Status CheckBackupFiles(const std::string& directory,
                              const stored::v1::BackupManifest& manifest,
                              const BackupWork& work);

// Verifies the backup in `directory`: manifest, files, digests against the
// manifest, and values against the changes that state them. `scratch` as above.
//   INVALID_ARGUMENT     NOT_A_BACKUP.
//   FAILED_PRECONDITION  BACKUP_NEWER.
//   DATA_LOSS            BACKUP_DAMAGED.
absl::StatusOr<stored::v1::BackupManifest> VerifyBackup(
    const std::string& directory, const std::string& scratch,
    const BackupWork& work);

// Copies every file of the backup in `directory` into `target`, an empty
// directory, comparing it with its checksum, and the digests of the store
// there with the manifest. What it leaves in `target` when it fails is for the
// caller to remove.
//   DATA_LOSS           BACKUP_DAMAGED.
//   RESOURCE_EXHAUSTED  too little room.
absl::Status CopyBackup(const std::string& directory,
                        const stored::v1::BackupManifest& manifest,
                        const std::string& target, const BackupWork& work);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_VERIFY_BACKUP_H_
