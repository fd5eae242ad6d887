// Which of the backups in a directory are those of one server.
//
// Several servers may keep theirs in one directory: those of other
// institutions, and a server that was restored from one of the backups, whose
// settings came along. That one writes as new replicas, which tells the two
// apart.
#ifndef CONSILIUM_SERVER_BACKUP_BACKUP_OWNER_H_
#define CONSILIUM_SERVER_BACKUP_BACKUP_OWNER_H_

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "consilium/stored/v1/backup.pb.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

class BackupOwner {
 public:
  // The server of `institution` that writes as `replicas`, in hexadecimal, one
  // for each of its registries.
  BackupOwner(std::string institution,
              absl::flat_hash_set<std::string> replicas)
      : institution_(std::move(institution)), replicas_(std::move(replicas)) {}

  // The server of `institution` whose registries are in `store`.
  //   DATA_LOSS  a row is damaged.
  static absl::StatusOr<BackupOwner> Of(std::string institution,
                                        const KeyValueStore& store);

  // Whether that server made the backup of that manifest: it holds a registry
  // that was written as one of the replicas. One without registries may be of
  // any server of the institution, and holds nothing to be lost.
  bool Made(const stored::v1::BackupManifest& manifest) const;

  // Whether another server of the institution made it, or this one before it
  // became new replicas.
  bool IsOfOtherReplica(const stored::v1::BackupManifest& manifest) const {
    return manifest.institution() == institution_ && !Made(manifest);
  }

 private:
  std::string institution_;
  absl::flat_hash_set<std::string> replicas_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_BACKUP_OWNER_H_
