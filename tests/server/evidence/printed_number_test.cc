// The digits that a report prints are found in its words.
#include "server/evidence/printed_number.h"

#include "gtest/gtest.h"

namespace consilium {
namespace {

TEST(PrintedNumberTest, ANumberHasTheDigitsThatArePrinted) {
  EXPECT_EQ(PrintedNumber("was 40.0% and 9.0 months", 40, "%"), "40.0");
  EXPECT_EQ(PrintedNumber("was 40.0% and 9.0 months", 9, "mo"), "9.0");
  EXPECT_EQ(PrintedNumber("(17.6 months vs 25.5 months)", 17.6, "mo"), "17.6");
  EXPECT_EQ(PrintedNumber("HR=.50", 0.5, ""), ".50");
  EXPECT_EQ(PrintedNumber("ended at 5.", 5, ""), "5");
}

TEST(PrintedNumberTest, AShareIsTheNumberBeforeItsSign) {
  EXPECT_EQ(PrintedNumber("30 patients, 30.0 %", 30, "%"), "30.0");
  EXPECT_EQ(PrintedNumber("59% and 30", 30, "%"), "30");
}

TEST(PrintedNumberTest, WhatTheWordsDoNotTellIsLeftOut) {
  EXPECT_EQ(PrintedNumber("the PFS was good", 9, "mo"), "");
  EXPECT_EQ(PrintedNumber("9 or 9.0 months", 9, "mo"), "");
  // Parts of words and of other numbers are no numbers.
  EXPECT_EQ(PrintedNumber("EGFR19 in IFCT0803, version 1.9.2", 19, ""), "");
  EXPECT_EQ(PrintedNumber("16.7", 7, ""), "");
  EXPECT_EQ(PrintedNumber("", 0, ""), "");
}

TEST(PrintedNumberTest, WordsMayLackANumber) {
  EXPECT_TRUE(LacksNumber("Hazard Ratio (HR) 0.30 (95% 0.23 to 0.41)", 0.29));
  EXPECT_FALSE(LacksNumber("Hazard Ratio (HR) 0.30 (95% 0.23 to 0.41)", 0.3));
  EXPECT_FALSE(LacksNumber("Difference -12.50", -12.5));
  EXPECT_FALSE(LacksNumber("1,234.5 (spread 25.3)", 1234.5));
  EXPECT_FALSE(LacksNumber("1.2e-3", 0.0012));
  EXPECT_FALSE(LacksNumber("", 1));
  EXPECT_FALSE(LacksNumber("NA", 1));
}

TEST(PrintedNumberTest, APStandsBehindAPAndAComparator) {
  EXPECT_EQ(PrintedP("(HR=0.44, P<0.001)", 0.001), "0.001");
  EXPECT_EQ(PrintedP("P = 0.200", 0.2), "0.200");
  EXPECT_EQ(PrintedP("p-value: p ≤ 0.050", 0.05), "0.050");
  EXPECT_EQ(PrintedP("P value = 0.030", 0.03), "0.030");
  EXPECT_EQ(PrintedP("HR = 0.200", 0.2), "");
  EXPECT_EQ(PrintedP("step = 0.200", 0.2), "");
}

}  // namespace
}  // namespace consilium
