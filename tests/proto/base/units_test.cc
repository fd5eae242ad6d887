#include "proto/base/units.h"

#include "gtest/gtest.h"
#include "proto/base/country.h"

namespace consilium {
namespace {

TEST(UnitsTest, NamesAreFoundInAnyCase) {
  const struct {
    const char* word;
    const char* unit;
  } kCases[] = {{"Gy", "Gy"},        {"gy", "Gy"},     {"Grays", "Gy"},
                {"CGY", "cGy"},      {"weeks", "wk"},  {"Months", "mo"},
                {"%", "%"},          {"percent", "%"}, {"mg/day", "mg/d"},
                {"\xC2\xB5g", "ug"}, {"furlong", ""},  {"", ""},
                {"minutes", "min"},  {"min", "min"},   {"Seconds", "s"}};
  for (const auto& each : kCases) {
    EXPECT_EQ(UnitCalled(each.word), each.unit) << each.word;
  }
}

TEST(UnitsTest, UnitsOfOneKindConvert) {
  EXPECT_EQ(UnitFactor("cGy", "Gy"), 0.01);
  EXPECT_EQ(UnitFactor("a", "mo"), 12);
  EXPECT_EQ(UnitFactor("g", "mg"), 1000);
  EXPECT_DOUBLE_EQ(UnitFactor("h", "min").value_or(0), 60);
  EXPECT_DOUBLE_EQ(UnitFactor("s", "min").value_or(0), 1.0 / 60);
  EXPECT_EQ(UnitFactor("furlong", "furlong"), 1);
  EXPECT_EQ(UnitFactor("mg", "mg/d"), std::nullopt);
  EXPECT_EQ(UnitFactor("furlong", "Gy"), std::nullopt);
  EXPECT_EQ(UnitFactor("", "Gy"), std::nullopt);
}

TEST(UnitsTest, ATextIsSplitAfterItsNumber) {
  const struct {
    const char* text;
    bool starts_with_number;
    const char* number;
    const char* unit;
  } kCases[] = {{"54 Gy", true, "54", "Gy"},
                {"54Gy", true, "54", "Gy"},
                {"-1.5e3 mo", true, "-1.5e3", "mo"},
                {"54", true, "54", ""},
                {"5 each", true, "5", "each"},
                {"many", false, "", "many"},
                {"", false, "", ""}};
  for (const auto& each : kCases) {
    absl::string_view number, unit;
    EXPECT_EQ(SplitUnit(each.text, number, unit), each.starts_with_number);
    EXPECT_EQ(number, each.number) << each.text;
    EXPECT_EQ(unit, each.unit) << each.text;
  }
}

TEST(UnitsTest, ASlipOfAUnitIsFound) {
  EXPECT_EQ(SuggestUnit("moths"), "months");
  EXPECT_EQ(SuggestUnit("Grey"), "gray");
  EXPECT_EQ(SuggestUnit("x"), "");
}

TEST(CountryTest, NamesAndAbbreviationsHaveCodes) {
  EXPECT_EQ(CountryCodeOf("China"), "CN");
  EXPECT_EQ(CountryCodeOf("south korea"), "KR");
  EXPECT_EQ(CountryCodeOf("UK"), "GB");
  EXPECT_EQ(CountryCodeOf("Atlantis"), "");
  EXPECT_TRUE(IsCountryCode("KR"));
  EXPECT_FALSE(IsCountryCode("XX"));
}

}  // namespace
}  // namespace consilium
