// What the registries of a store hold, recomputed from their records.
#ifndef CONSILIUM_SERVER_BACKUP_STORE_CONTENT_H_
#define CONSILIUM_SERVER_BACKUP_STORE_CONTENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "consilium/stored/v1/backup.pb.h"
#include "server/backup/backup_work.h"

namespace consilium {

// Opens the store in `directory`, which nobody else has open, reads every
// record of every registry, and closes it.
//   DATA_LOSS            names what is damaged.
//   FAILED_PRECONDITION  a newer release wrote it.
absl::StatusOr<std::vector<stored::v1::BackupRegistry>> ReadStoreContent(
    const std::string& directory, const BackupWork& work);

// OK when a backup that states `stated` holds `found`; DATA_LOSS names the
// registry and what differs. `path` is for the message.
absl::Status CompareContent(
    const std::string& path,
    const std::vector<stored::v1::BackupRegistry>& stated,
    const std::vector<stored::v1::BackupRegistry>& found);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_STORE_CONTENT_H_
