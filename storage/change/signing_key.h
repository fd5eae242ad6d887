// Ed25519 keys of institutions and replicas, and what they sign.
//
// Every signature covers a domain tag, so that one made for one purpose is
// worthless for another. Thread-compatible; signing and verifying are const.
#ifndef CONSILIUM_STORAGE_CHANGE_SIGNING_KEY_H_
#define CONSILIUM_STORAGE_CHANGE_SIGNING_KEY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/dot.h"

namespace consilium {

inline constexpr size_t kPublicKeySizeBytes = 32;
inline constexpr size_t kSecretKeySizeBytes = 32;
inline constexpr size_t kSignatureSizeBytes = 64;

// A private key with its public half.
class SigningKey {
 public:
  // A fresh key from the system's random source.
  static SigningKey Generate();

  // From the 32 bytes that secret() gave. INVALID_ARGUMENT for another length.
  static absl::StatusOr<SigningKey> FromSecret(absl::string_view secret);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  const std::string& public_key() const { return public_key_; }
  std::string secret() const;

  // 64 bytes over `message`, which begins with a domain tag.
  std::string Sign(absl::string_view message) const;

 private:
  struct Handle;
  explicit SigningKey(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
  std::string public_key_;
};

// Whether `signature` is `public_key`'s over `message`. Malformed keys and
// signatures are simply wrong.
bool VerifySignature(absl::string_view public_key, absl::string_view message,
                     absl::string_view signature);

// Id of the replica with `public_key`: the first 16 bytes of
// SHA-256("consilium replica v1" 0x00 key).
ReplicaId ReplicaIdFor(absl::string_view public_key);

// The message that a seal signs:
//   "consilium seal v1" 0x00 str(registry id) replica (16 bytes)
//   sequence (8 bytes) header hash (32 bytes)
// where str(x) is the length of x in 8 bytes and then x; integers are
// big-endian. The id of a registry is the hash of its genesis header also
// where the seal covers the genesis change itself.
std::string SealMessage(absl::string_view registry_id, const Dot& dot,
                        absl::string_view header_hash);

// The message that an institution signs for one of its replicas:
//   "consilium certificate v1" 0x00 str(registry id) str(institution)
//   str(replica key)
// In the genesis change, where the registry has no id yet, `registry_id` is
// the genesis nonce.
std::string CertificateMessage(absl::string_view registry_id,
                               absl::string_view institution,
                               absl::string_view replica_key);

// An opening for `replica`, certified by `institution_key`.
stored::v1::ReplicaOpening MakeOpening(absl::string_view registry_id,
                                       absl::string_view institution,
                                       const SigningKey& institution_key,
                                       const SigningKey& replica_key);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_SIGNING_KEY_H_
