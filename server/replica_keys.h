// The signing keys of a server's replicas, kept with its other secrets.
#ifndef CONSILIUM_SERVER_REPLICA_KEYS_H_
#define CONSILIUM_SERVER_REPLICA_KEYS_H_

#include "server/auth/key_store.h"
#include "storage/change/signing_key.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

// Thread-safe.
class ReplicaKeys final : public ReplicaKeyStore {
 public:
  // `keys` must outlive it.
  explicit ReplicaKeys(KeyStore& keys) : keys_(keys) {}

  absl::StatusOr<SigningKey> Create() override;
  //   NOT_FOUND  KEY_NOT_FOUND.
  //   DATA_LOSS  KEY_DAMAGED; KEY_OF_OTHER_REPLICA: what lies there is the key
  //              of another, as which nobody must write here.
  absl::StatusOr<SigningKey> Find(const ReplicaId& replica) const override;

 private:
  KeyStore& keys_;
};

// A signing key that `keys` holds.
absl::StatusOr<SigningKey> ReadSigningKey(const KeyStore& keys,
                                          absl::string_view name);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REPLICA_KEYS_H_
