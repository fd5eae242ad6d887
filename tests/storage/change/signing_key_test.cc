#include "storage/change/signing_key.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "proto/base/errors.h"
#include "tests/storage/change/sample_changes.h"
#include "tests/storage/digest/vectors.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

// RFC 8032, section 7.1, tests 1 to 3.
struct PublishedCase {
  const char* secret;
  const char* public_key;
  const char* message;
  const char* signature;
};
const PublishedCase kPublishedCases[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb882159"
     "0"
     "a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43"
     "e"
     "15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538"
     "d"
     "16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(SigningKey, SignsAsPublished) {
  for (const PublishedCase& c : kPublishedCases) {
    ASSERT_OK_AND_ASSIGN(
        const SigningKey key,
        SigningKey::FromSecret(absl::HexStringToBytes(c.secret)));
    const std::string message = absl::HexStringToBytes(c.message);
    EXPECT_EQ(absl::BytesToHexString(key.public_key()), c.public_key);
    EXPECT_EQ(absl::BytesToHexString(key.secret()), c.secret);
    EXPECT_EQ(absl::BytesToHexString(key.Sign(message)), c.signature);
    EXPECT_TRUE(VerifySignature(key.public_key(), message,
                                absl::HexStringToBytes(c.signature)));
  }
}

TEST(SigningKey, RefusesEveryChangedBit) {
  const SigningKey key = KeyOf('k');
  const std::string message = "message";
  const std::string signature = key.Sign(message);
  for (size_t bit = 0; bit < 8 * signature.size(); bit += 5) {
    std::string changed = signature;
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(VerifySignature(key.public_key(), message, changed)) << bit;
  }
  EXPECT_FALSE(VerifySignature(key.public_key(), "Message", signature));
  EXPECT_FALSE(VerifySignature(KeyOf('l').public_key(), message, signature));
}

TEST(SigningKey, MalformedKeysAndSignaturesAreWrong) {
  const SigningKey key = KeyOf('k');
  const std::string signature = key.Sign("m");
  EXPECT_FALSE(VerifySignature("", "m", signature));
  EXPECT_FALSE(VerifySignature(key.public_key() + "x", "m", signature));
  EXPECT_FALSE(VerifySignature(key.public_key(), "m", ""));
  EXPECT_FALSE(VerifySignature(key.public_key(), "m", signature + "x"));
  EXPECT_FALSE(VerifySignature(std::string(32, '\xff'), "m", signature));
}

TEST(SigningKey, RefusesSecretsOfAnotherLength) {
  for (const size_t size : {size_t{0}, size_t{31}, size_t{33}, size_t{64}}) {
    const auto key = SigningKey::FromSecret(std::string(size, 'x'));
    EXPECT_THAT(key, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(GetErrorReason(key.status()), "KEY_INVALID");
  }
}

TEST(SigningKey, GeneratesAnotherKeyEachTime) {
  const SigningKey a = SigningKey::Generate();
  const SigningKey b = SigningKey::Generate();
  EXPECT_NE(a.public_key(), b.public_key());
  EXPECT_TRUE(VerifySignature(a.public_key(), "m", a.Sign("m")));
}

TEST(SigningKey, SignsThePublishedMessages) {
  const Vector messages = ReadVectors()["messages"];
  const Vector seal = messages["seal"];
  EXPECT_EQ(absl::BytesToHexString(
                SealMessage(seal["registry"].bytes(),
                            {*ReplicaId::FromBytes(seal["replica"].bytes()),
                             seal["sequence"].number()},
                            seal["header_hash"].bytes())),
            seal["message"].text());
  const Vector certificate = messages["certificate"];
  EXPECT_EQ(
      absl::BytesToHexString(CertificateMessage(
          certificate["registry"].bytes(), certificate["institution"].text(),
          certificate["replica_key"].bytes())),
      certificate["message"].text());
  const Vector replica_id = messages["replica_id"];
  EXPECT_EQ(ReplicaIdFor(replica_id["key"].bytes()).ToHex(),
            replica_id["id"].text());
}

}  // namespace
}  // namespace consilium
