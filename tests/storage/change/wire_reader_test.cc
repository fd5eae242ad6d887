#include "storage/change/wire_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace consilium {
namespace {

using Type = WireReader::Type;

// Bytes with zeros in them.
template <size_t size>
std::string Bytes(const char (&text)[size]) {
  return std::string(text, size - 1);
}

TEST(WireReader, ReadsFieldsInTurn) {
  const std::string bytes = Bytes(
      "\x08\xac\x02"  // 1: 300
      "\x12\x03"
      "abc"                                   // 2: "abc"
      "\x1d\x01\x02\x03\x04"                  // 3: 32 bits
      "\x21\x01\x02\x03\x04\x05\x06\x07\x08"  // 4: 64 bits
      "\x2a\x00");                            // 5: ""
  WireReader reader(bytes);
  ASSERT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Is(1, Type::kVarint));
  EXPECT_EQ(reader.varint(), 300u);
  ASSERT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Is(2, Type::kBytes));
  EXPECT_EQ(reader.bytes(), "abc");
  ASSERT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Is(3, Type::kFixed32));
  ASSERT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Is(4, Type::kFixed64));
  ASSERT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Is(5, Type::kBytes));
  EXPECT_EQ(reader.bytes(), "");
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(WireReader, StopsAtWhatIsNoMessage) {
  const std::string cases[] = {
      Bytes("\x08"),      // No value.
      Bytes("\x80"),      // Half a tag.
      Bytes("\x08\x80"),  // Half a value.
      Bytes("\x12\x05"
            "abc"),               // Fewer bytes than announced.
      Bytes("\x1d\x01\x02\x03"),  // Three of four bytes.
      Bytes("\x00\x01"),          // Field 0.
      Bytes("\x0b\x0c"),          // A group.
      Bytes("\x0e\x00"),          // No such type.
      Bytes("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
      Bytes("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),  // 65 bits.
      Bytes("\x88\x80\x80\x80\x80\x01\x00"),  // A field above 2^29 - 1.
  };
  for (const std::string& bytes : cases) {
    WireReader reader(bytes);
    EXPECT_FALSE(reader.Next());
    EXPECT_FALSE(reader.ok());
    EXPECT_FALSE(reader.Next());
  }
}

TEST(WireReader, TakesPackedNumbers) {
  absl::string_view packed = "\x01\xac\x02\x80";
  uint64_t value = 0;
  bool ok = true;
  ASSERT_TRUE(WireReader::TakePacked(packed, value, ok));
  EXPECT_EQ(value, 1u);
  ASSERT_TRUE(WireReader::TakePacked(packed, value, ok));
  EXPECT_EQ(value, 300u);
  EXPECT_FALSE(WireReader::TakePacked(packed, value, ok));
  EXPECT_FALSE(ok);
}

}  // namespace
}  // namespace consilium
