// The directory in which a server keeps everything:
//
//   consilium.toml   what the administrator says
//   keys/            secrets
//   store/           the database
//   place            where the directory stands, and of which start its store
//                    is; written last by Init, and replaced by every start
//                    and every stop
//   unfinished       only while Init or Restore make the directory
//   restored         only until the directory is opened: it was made from a
//                    backup, whose manifest this is
//   lock             held by the process that has it open
//
// A directory that was copied or restored stands in another place. Two servers
// that write as one replica would contradict each other for ever, so it opens
// only as a new replica. So does one that was restored, without being asked,
// and one that has lost its `place`. So does one in which earlier files were
// put back, all of them or only the store: what was written since may have
// reached peers. A copy of the whole disk, such as a cloned machine or a
// snapshot of a volume, stands in the same place for all that can be told:
// whoever makes one must say --new-replica.
#ifndef CONSILIUM_SERVER_DATA_DIRECTORY_H_
#define CONSILIUM_SERVER_DATA_DIRECTORY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/backup.pb.h"
#include "server/auth/key_store.h"
#include "server/backup/backup_work.h"
#include "server/server_config.h"
#include "storage/kv/rocksdb_store.h"

namespace consilium {

// The command that serves the data directory `path`, as examples have it.
std::string ServeCommand(absl::string_view path);

// The same for one that opens only as new replicas.
std::string ServeNewReplicaCommand(absl::string_view path);

// One thread.
class DataDirectory {
 public:
  // Makes `path`, which must be missing or empty, the directory of a new
  // server.
  //   INVALID_ARGUMENT     the institution is no id.
  //   FAILED_PRECONDITION  DIRECTORY_NOT_EMPTY, DIRECTORY_OF_OTHER_USER,
  //                        PARENT_MISSING.
  static absl::Status Init(const std::string& path,
                           absl::string_view institution);

  // Makes `path`, which must be missing or empty, from the backup in
  // `backup`, and compares what it holds then with what the backup states.
  // Leaves nothing behind when it fails. `keys` is a directory with the keys
  // for a backup that holds none; else empty.
  //   INVALID_ARGUMENT     NOT_A_BACKUP; `keys` is given or not, and must
  //                        not or must be; or it holds no key, or the key of
  //                        another institution.
  //   FAILED_PRECONDITION  DIRECTORY_NOT_EMPTY, PARENT_MISSING, BACKUP_NEWER.
  //   DATA_LOSS            BACKUP_DAMAGED.
  //   RESOURCE_EXHAUSTED   too little room.
  static absl::StatusOr<stored::v1::BackupManifest> Restore(
      const std::string& backup, const std::string& keys,
      const std::string& path, const BackupWork& work);

  // Opens what Init or Restore made.
  //   FAILED_PRECONDITION  DIRECTORY_MISSING, DIRECTORY_OF_OTHER_USER,
  //                        DIRECTORY_EMPTY, DIRECTORY_INCOMPLETE,
  //                        DIRECTORY_LOCKED; DIRECTORY_COPIED,
  //                        DIRECTORY_PUT_BACK and PLACE_MISSING unless
  //                        `new_replica`; those of keys and store.
  //   DATA_LOSS            something in it is damaged.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(
      const std::string& path, bool new_replica,
      const RocksdbStoreOptions& store = {});

  ~DataDirectory();

  // Canonical.
  const std::string& path() const { return path_; }
  // The backup that the directory was made from, when it opens for the first
  // time since: then its registries become new replicas.
  const std::optional<stored::v1::BackupManifest>& restored() const {
    return restored_;
  }
  const ServerConfig& config() const { return config_; }
  // The file that it was read from, and its text.
  std::string config_file() const;
  const std::string& config_text() const { return config_text_; }
  KeyStore& keys() { return *keys_; }
  KeyValueStore& store() { return *store_; }

  // Notes that the directory belongs where it stands, and that its store is of
  // this start: to be called once its registries have become new replicas, and
  // before anything else is written; and again when it ends. A store without
  // room keeps the start that it is of.
  absl::Status ConfirmPlace();

 private:
  explicit DataDirectory(std::string path) : path_(std::move(path)) {}

  absl::Status Lock();
  absl::Status CheckPlace(bool new_replica);
  // Whether the store is of a start that the place names.
  absl::Status CheckStart(bool new_replica) const;
  // What a directory without its place is.
  absl::Status CheckWithoutPlace(bool new_replica) const;
  absl::Status ReadRestored();

  const std::string path_;  // Canonical.
  int lock_ = -1;
  std::vector<std::string> tokens_;  // That the place names.
  std::optional<stored::v1::BackupManifest> restored_;
  std::string config_text_;
  ServerConfig config_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<RocksdbStore> store_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_DATA_DIRECTORY_H_
