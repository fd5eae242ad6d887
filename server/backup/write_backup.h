// Makes a backup of a store that is in use.
//
// The store is held as of one moment by a checkpoint, which costs links and no
// room; every file is then copied, so that no backup shares a byte with the
// data or with another backup: one damaged file spoils one backup. What was
// copied is read again, restored to a scratch directory, and every digest is
// recomputed there. Only then is the manifest written and the backup given its
// name, so that half a backup is never taken for a whole one.
#ifndef CONSILIUM_SERVER_BACKUP_WRITE_BACKUP_H_
#define CONSILIUM_SERVER_BACKUP_WRITE_BACKUP_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "consilium/stored/v1/backup.pb.h"
#include "proto/base/clock.h"
#include "server/backup/backup_work.h"
#include "server/backup/limits.h"
#include "storage/kv/free_space.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

// What is backed up.
struct BackupSource {
  KeyValueStore& store;
  std::string data_directory;  // Holds consilium.toml and keys/.
  std::string institution;
  std::string server_version;
};

struct WriteBackupOptions {
  // Whether the keys of the institution and of page tokens are copied.
  bool keys = true;
  // What stays free on the disk of the backup. Absent: kBackupFreeBytesMin,
  // and on the disk of the data what the store itself needs to go on writing.
  std::optional<uint64_t> free_bytes_min;
  FreeSpaceProbe free_space_probe = ProbeFreeSpace;
};

// Makes the backup `name` in `directory`, which CheckBackupDirectory accepted.
// Leaves nothing behind when it fails.
//   RESOURCE_EXHAUSTED  too little room, before or during the copy.
//   DATA_LOSS           the data is damaged; this is what backups must not
//                       keep to themselves.
absl::StatusOr<stored::v1::BackupManifest> WriteBackup(
    const BackupSource& source, const std::string& directory,
    const std::string& name, Clock& clock, const WriteBackupOptions& options,
    const BackupWork& work);

// Removes what a backup that was cut short by a crash left in the data
// directory.
absl::Status RemoveCheckpoint(const std::string& data_directory);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_WRITE_BACKUP_H_
