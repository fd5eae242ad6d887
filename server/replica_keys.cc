#include "server/replica_keys.h"

#include <string>

#include "proto/base/status_macros.h"

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
  return ReadSigningKey(keys_, ReplicaKeyName(replica.ToHex()));
}

}  // namespace consilium
