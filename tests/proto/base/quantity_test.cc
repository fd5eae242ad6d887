#include "proto/base/quantity.h"

#include <google/protobuf/util/message_differencer.h>

#include "consilium/v1/common.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

TEST(QuantityTest, TextAndBack) {
  const struct {
    const char* text;
    const char* fields;  // As protobuf's short debug form.
    const char* written;
  } kCases[] = {
      {"250 mg", "value: 250 unit: \"mg\"", "250 mg"},
      {"250mg", "value: 250 unit: \"mg\"", "250 mg"},
      {" 2.5e3  mg/m2 ", "value: 2500 unit: \"mg/m2\"", "2500 mg/m2"},
      {"34 %", "value: 34 unit: \"%\"", "34 %"},
      {"-1", "value: -1", "-1"},
      {"25..40 Gy", "unit: \"Gy\" low: 25 high: 40", "25..40 Gy"},
      {"1.5..2.5 Gy", "unit: \"Gy\" low: 1.5 high: 2.5", "1.5..2.5 Gy"},
      {"..34 %", "unit: \"%\" high: 34", "<= 34 %"},
      {"3.. mo", "unit: \"mo\" low: 3", ">= 3 mo"},
      {"<= 34 %", "unit: \"%\" high: 34", "<= 34 %"},
      {">= 3 mo", "unit: \"mo\" low: 3", ">= 3 mo"},
      {"≥3 mo", "unit: \"mo\" low: 3", ">= 3 mo"},
      {"> 3 mo", "unit: \"mo\" low: 3 low_excluded: true", "> 3 mo"},
      {"<3 mo", "unit: \"mo\" high: 3 high_excluded: true", "< 3 mo"},
      {"5 {fraction}", "value: 5 unit: \"{fraction}\"", "5 {fraction}"},
  };
  for (const auto& test : kCases) {
    v1::Quantity quantity;
    ASSERT_TRUE(QuantityFromText(test.text, quantity)) << test.text;
    EXPECT_EQ(quantity.ShortDebugString(), test.fields) << test.text;
    EXPECT_EQ(QuantityToText(quantity), test.written);
    v1::Quantity again;
    ASSERT_TRUE(QuantityFromText(test.written, again)) << test.written;
    EXPECT_TRUE(
        google::protobuf::util::MessageDifferencer::Equals(quantity, again));
  }
}

TEST(QuantityTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "mg", "mg 250", "1 2 mg", "1..2..3 mg", "..", "250 mg daily",
        "NaN mg", "1e999 mg", "--1", "1,5 mg", ">", "0x10 mg"}) {
    v1::Quantity quantity;
    EXPECT_FALSE(QuantityFromText(text, quantity)) << text;
  }
}

TEST(QuantityTest, WhatTextCannotHoldIsNotWrittenAsText) {
  v1::Quantity nothing;
  EXPECT_EQ(QuantityToText(nothing), std::nullopt);
  v1::Quantity both;
  both.set_value(1);
  both.set_low(0);
  EXPECT_EQ(QuantityToText(both), std::nullopt);
  v1::Quantity half_open;
  half_open.set_low(1);
  half_open.set_high(2);
  half_open.set_low_excluded(true);
  EXPECT_EQ(QuantityToText(half_open), std::nullopt);
  v1::Quantity odd_unit;
  odd_unit.set_value(1);
  odd_unit.set_unit("per day");
  EXPECT_EQ(QuantityToText(odd_unit), std::nullopt);
}

TEST(QuantityTest, YearsBecomeMonths) {
  const struct {
    double years;
    double months;
  } kCases[] = {{2, 24}, {0.5, 6}, {0.1, 1.2}, {1.0 / 3, 4}};
  for (const auto& test : kCases) {
    v1::Quantity quantity;
    quantity.set_value(test.years);
    quantity.set_unit("a");
    EXPECT_TRUE(YearsToMonths(quantity));
    EXPECT_EQ(quantity.value(), test.months);
    EXPECT_EQ(quantity.unit(), "mo");
    EXPECT_FALSE(YearsToMonths(quantity));
  }
}

}  // namespace
}  // namespace consilium
