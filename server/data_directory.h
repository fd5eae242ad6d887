// The directory in which a server keeps everything:
//
//   consilium.toml   what the administrator says
//   keys/            secrets
//   store/           the database
//   place            where the directory stands; written last by Init
//   lock             held by the process that has it open
//
// A directory that was copied or restored stands in another place. Two servers
// that write as one replica would contradict each other for ever, so it opens
// only as a new replica.
#ifndef CONSILIUM_SERVER_DATA_DIRECTORY_H_
#define CONSILIUM_SERVER_DATA_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/auth/key_store.h"
#include "server/server_config.h"
#include "storage/kv/rocksdb_store.h"

namespace consilium {

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

  // Opens what Init made.
  //   FAILED_PRECONDITION  DIRECTORY_MISSING, DIRECTORY_OF_OTHER_USER,
  //                        DIRECTORY_EMPTY, DIRECTORY_INCOMPLETE,
  //                        DIRECTORY_LOCKED, DIRECTORY_COPIED; those of keys
  //                        and store.
  //   DATA_LOSS            something in it is damaged.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(
      const std::string& path, bool new_replica,
      const RocksdbStoreOptions& store = {});

  ~DataDirectory();

  // Canonical.
  const std::string& path() const { return path_; }
  const ServerConfig& config() const { return config_; }
  KeyStore& keys() { return *keys_; }
  KeyValueStore& store() { return *store_; }

  // Notes that the directory belongs where it stands: to be called once its
  // registries have become new replicas.
  absl::Status ConfirmPlace();

 private:
  explicit DataDirectory(std::string path) : path_(std::move(path)) {}

  absl::Status Lock();
  absl::Status CheckPlace(bool new_replica);

  const std::string path_;  // Canonical.
  int lock_ = -1;
  ServerConfig config_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<RocksdbStore> store_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_DATA_DIRECTORY_H_
