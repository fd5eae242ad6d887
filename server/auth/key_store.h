// The secrets of a server, one small file each: DIR/NAME.key, readable by its
// owner alone. A file is
//
//   consilium-key 1 SECRET CHECK
//
// in lower-case hex, where CHECK is the first 4 bytes of the secret's SHA-256.
#ifndef CONSILIUM_SERVER_AUTH_KEY_STORE_H_
#define CONSILIUM_SERVER_AUTH_KEY_STORE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

inline constexpr absl::string_view kInstitutionKey = "institution";
inline constexpr absl::string_view kPageTokenKey = "page-token";

// The name of a replica's key.
std::string ReplicaKeyName(absl::string_view replica_hex);

// Thread-safe.
class KeyStore {
 public:
  // Makes `directory`, for its owner alone. It must not exist.
  static absl::StatusOr<KeyStore> Create(const std::string& directory);

  //   FAILED_PRECONDITION  KEYS_MISSING, KEYS_EXPOSED: others can enter.
  static absl::StatusOr<KeyStore> Open(const std::string& directory);

  // The secret called `name`.
  //   NOT_FOUND            KEY_NOT_FOUND.
  //   FAILED_PRECONDITION  KEYS_EXPOSED: others can read it.
  //   DATA_LOSS            KEY_DAMAGED.
  absl::StatusOr<std::string> Read(absl::string_view name) const;

  // Keeps `secret`, durably and whole, or not at all.
  //   ALREADY_EXISTS  KEY_EXISTS: a key is never written over.
  absl::Status Write(absl::string_view name, absl::string_view secret);

  const std::string& directory() const { return directory_; }
  // The file that holds the secret called `name`.
  std::string PathOf(absl::string_view name) const;

 private:
  explicit KeyStore(std::string directory) : directory_(std::move(directory)) {}

  std::string directory_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_AUTH_KEY_STORE_H_
