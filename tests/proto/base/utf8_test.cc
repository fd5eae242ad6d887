#include "proto/base/utf8.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

TEST(Utf8Test, TellsTextFromBytes) {
  for (const char* text :
       {"", "a", "é", "试验", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  for (const char* bytes :
       {"\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF", "\xE8\xAF"}) {
    EXPECT_FALSE(IsValidUtf8(bytes)) << CleanUtf8(bytes);
  }
  EXPECT_EQ(ValidUtf8PrefixSize("aé\xFFz"), 3u);
}

TEST(Utf8Test, MakesBytesVisible) {
  EXPECT_EQ(CleanUtf8("é\xFF\x80z"), "é\\xff\\x80z");
  EXPECT_EQ(Quote("a\nb\x01"), "\"a\\nb\\x01\"");
}

TEST(Utf8Test, CutsBetweenCharacters) {
  EXPECT_EQ(ShortenUtf8("ééé", 6), "ééé");
  EXPECT_EQ(ShortenUtf8("ééé", 5), "éé...");
  EXPECT_EQ(ShortenUtf8("ééé", 1), "...");
}

}  // namespace
}  // namespace consilium
