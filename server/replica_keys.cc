#include "server/replica_keys.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/data_directory.h"

namespace consilium {

absl::StatusOr<SigningKey> ReadSigningKey(const KeyStore& keys,
                                          absl::string_view name) {
  ASSIGN_OR_RETURN(const std::string secret, keys.Read(name));
  return SigningKey::FromSecret(secret);
}

absl::StatusOr<SigningKey> ReplicaKeys::Create() {
  SigningKey key = SigningKey::Generate();
  const std::string replica = ReplicaIdFor(key.public_key()).ToHex();
  RETURN_IF_ERROR(keys_.Write(ReplicaKeyName(replica), key.secret()));
  return key;
}

absl::StatusOr<SigningKey> ReplicaKeys::Find(const ReplicaId& replica) const {
  const std::string name = ReplicaKeyName(replica.ToHex());
  ASSIGN_OR_RETURN(SigningKey key, ReadSigningKey(keys_, name));
  if (ReplicaIdFor(key.public_key()) == replica) return key;
  const std::string file = keys_.PathOf(name);
  const std::filesystem::path data =
      std::filesystem::path(keys_.directory()).parent_path();
  return MakeError(
      absl::StatusCode::kDataLoss, "KEY_OF_OTHER_REPLICA",
      absl::StrCat(file, " is the key of another replica, ",
                   ReplicaIdFor(key.public_key()).ToHex(),
                   "; put the right one back, or go on as a new replica: ",
                   ServeNewReplicaCommand(data.string())),
      {{"path", file}});
}

}  // namespace consilium
