#include "storage/change/signing_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/big_endian.h"
#include "proto/base/sha256.h"
#include "storage/change/errors.h"

namespace consilium {
namespace {

constexpr char kReplicaTag[] = "consilium replica v1";
constexpr char kSealTag[] = "consilium seal v1";
constexpr char kCertificateTag[] = "consilium certificate v1";

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeDigestContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextPointer = std::unique_ptr<EVP_MD_CTX, FreeDigestContext>;

// OpenSSL without Ed25519 or a random source leaves nothing safe to do.
[[noreturn]] void EndProcess(const char* message) {
  std::fputs(message, stderr);
  std::abort();
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// `tag` with the zero byte that ends it.
template <size_t size>
std::string Tagged(const char (&tag)[size]) {
  return std::string(tag, size);
}

}  // namespace

struct SigningKey::Handle {
  KeyPointer key;
};

SigningKey::SigningKey(std::unique_ptr<Handle> handle)
    : handle_(std::move(handle)), public_key_(kPublicKeySizeBytes, '\0') {
  size_t size = public_key_.size();
  if (EVP_PKEY_get_raw_public_key(
          handle_->key.get(),
          reinterpret_cast<unsigned char*>(public_key_.data()), &size) != 1 ||
      size != kPublicKeySizeBytes) {
    EndProcess("OpenSSL does not give an Ed25519 public key\n");
  }
}

SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::Generate() {
  unsigned char secret[kSecretKeySizeBytes];
  if (RAND_priv_bytes(secret, sizeof(secret)) != 1) {
    EndProcess("OpenSSL has no random bytes\n");
  }
  auto key = FromSecret(
      absl::string_view(reinterpret_cast<const char*>(secret), sizeof(secret)));
  OPENSSL_cleanse(secret, sizeof(secret));
  return *std::move(key);
}

absl::StatusOr<SigningKey> SigningKey::FromSecret(absl::string_view secret) {
  if (secret.size() != kSecretKeySizeBytes) {
    return KeyInvalid(absl::StrCat("a signing key has ", kSecretKeySizeBytes,
                                   " bytes, not ", secret.size()));
  }
  auto handle = std::make_unique<Handle>();
  handle->key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                                 Bytes(secret), secret.size()));
  if (handle->key == nullptr) EndProcess("OpenSSL has no Ed25519\n");
  return SigningKey(std::move(handle));
}

std::string SigningKey::secret() const {
  std::string secret(kSecretKeySizeBytes, '\0');
  size_t size = secret.size();
  if (EVP_PKEY_get_raw_private_key(
          handle_->key.get(), reinterpret_cast<unsigned char*>(secret.data()),
          &size) != 1) {
    EndProcess("OpenSSL does not give an Ed25519 private key\n");
  }
  return secret;
}

std::string SigningKey::Sign(absl::string_view message) const {
  std::string signature(kSignatureSizeBytes, '\0');
  size_t size = signature.size();
  const ContextPointer context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                         handle_->key.get()) != 1 ||
      EVP_DigestSign(context.get(),
                     reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(message), message.size()) != 1 ||
      size != kSignatureSizeBytes) {
    EndProcess("OpenSSL does not sign with Ed25519\n");
  }
  return signature;
}

bool VerifySignature(absl::string_view public_key, absl::string_view message,
                     absl::string_view signature) {
  if (public_key.size() != kPublicKeySizeBytes ||
      signature.size() != kSignatureSizeBytes) {
    return false;
  }
  const KeyPointer key(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  const ContextPointer context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                              key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                          Bytes(message), message.size()) == 1;
}

ReplicaId ReplicaIdFor(absl::string_view public_key) {
  const std::string hash =
      Sha256({absl::string_view(kReplicaTag, sizeof(kReplicaTag)), public_key});
  return *ReplicaId::FromBytes(
      absl::string_view(hash).substr(0, ReplicaId::kSizeBytes));
}

std::string SealMessage(absl::string_view registry_id, const Dot& dot,
                        absl::string_view header_hash) {
  std::string message = Tagged(kSealTag);
  AppendLengthPrefixed(registry_id, message);
  absl::StrAppend(&message, dot.replica.bytes());
  AppendBigEndian64(static_cast<uint64_t>(dot.sequence), message);
  absl::StrAppend(&message, header_hash);
  return message;
}

std::string CertificateMessage(absl::string_view registry_id,
                               absl::string_view institution,
                               absl::string_view replica_key) {
  std::string message = Tagged(kCertificateTag);
  AppendLengthPrefixed(registry_id, message);
  AppendLengthPrefixed(institution, message);
  AppendLengthPrefixed(replica_key, message);
  return message;
}

stored::v1::ReplicaOpening MakeOpening(absl::string_view registry_id,
                                       absl::string_view institution,
                                       const SigningKey& institution_key,
                                       const SigningKey& replica_key) {
  stored::v1::ReplicaOpening opening;
  opening.set_institution(std::string(institution));
  opening.set_replica_key(replica_key.public_key());
  opening.set_institution_key(institution_key.public_key());
  opening.set_certificate(institution_key.Sign(
      CertificateMessage(registry_id, institution, replica_key.public_key())));
  return opening;
}

}  // namespace consilium
