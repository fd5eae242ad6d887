#include "client/cli/display_text.h"

#include <gtest/gtest.h>

#include <string>

namespace consilium {
namespace {

TEST(DisplayTextTest, MeasuresColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("Müller"), 6);
  EXPECT_EQ(DisplayWidth("Mu\xCC\x88ller"), 6);  // A combining diaeresis.
  EXPECT_EQ(DisplayWidth("肺癌"), 4);
  EXPECT_EQ(DisplayWidth("\xff"), 1);
}

TEST(DisplayTextTest, PadsToColumns) {
  EXPECT_EQ(PadRight("肺", 4), "肺  ");
  EXPECT_EQ(PadLeft("é", 3), "  é");
  EXPECT_EQ(PadRight("too long", 3), "too long");
}

TEST(DisplayTextTest, CutsBetweenCharacters) {
  EXPECT_EQ(CutToWidth("osimertinib", 20), "osimertinib");
  EXPECT_EQ(CutToWidth("osimertinib", 5), "osim…");
  EXPECT_EQ(CutToWidth("肺癌肺癌", 4), "肺…");
  EXPECT_EQ(CutToWidth("abc", 1), "…");
  EXPECT_EQ(CutToWidth("abc", 0), "");
}

TEST(DisplayTextTest, MakesControlsVisible) {
  EXPECT_EQ(VisibleText("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(VisibleText("a\nb\tc\rd"), "a b c d");
  EXPECT_EQ(VisibleText("a\nb", KeepLines::kYes), "a\nb");
  EXPECT_EQ(VisibleText("\xff"), "\\xff");
  EXPECT_EQ(VisibleText(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(VisibleText("\xE2\x80\xAE"
                        "evil"),
            "\\xe2\\x80\\xaeevil");
  EXPECT_EQ(VisibleText("é 肺 ±"), "é 肺 ±");
}

TEST(DisplayText, WhatOughtToHaveNoLinesShowsThemEscaped) {
  EXPECT_EQ(VisibleText("../../x\n\t", KeepLines::kEscaped),
            "../../x\\x0a\\x09");
}

}  // namespace
}  // namespace consilium
