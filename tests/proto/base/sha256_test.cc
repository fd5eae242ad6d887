#include "proto/base/sha256.h"

#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/escaping.h"
#include "proto/base/big_endian.h"

namespace consilium {
namespace {

std::string HexOf(std::initializer_list<absl::string_view> parts) {
  return absl::BytesToHexString(Sha256(parts));
}

// FIPS 180-4 examples, NIST.
TEST(Sha256, HasThePublishedValues) {
  EXPECT_EQ(HexOf({}),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexOf({"abc"}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexOf({"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"}),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(HexOf({std::string(1'000'000, 'a')}),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, JoinsItsParts) {
  EXPECT_EQ(Sha256({"", "ab", "", "c", ""}), Sha256({"abc"}));
}

TEST(Sha256, MayWriteOverAPart) {
  std::string text(32, 'x');
  const std::string expected = Sha256({"y", text});
  Sha256Into({"y", text}, text.data());
  EXPECT_EQ(text, expected);
}

TEST(Sha256, WorksOnEveryThread) {
  std::string there;
  std::thread([&] { there = Sha256({"abc"}); }).join();
  EXPECT_EQ(there, Sha256({"abc"}));
}

TEST(BigEndian, WritesMostSignificantFirst) {
  std::string out;
  AppendBigEndian32(0x01020304, out);
  AppendBigEndian64(0x05060708090a0b0c, out);
  AppendLengthPrefixed("z", out);
  EXPECT_EQ(absl::BytesToHexString(out),
            "0102030405060708090a0b0c"
            "00000000000000017a");
}

}  // namespace
}  // namespace consilium
