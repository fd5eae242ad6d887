// Single values as registries and citations print them.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/import/ctgov_values.h"
#include "client/import/intervention_text.h"
#include "client/import/registry_numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ImportValuesTest, NumbersAreWholeTexts) {
  EXPECT_EQ(NumberOf("0.62"), 0.62);
  EXPECT_EQ(NumberOf(" .5 "), 0.5);
  EXPECT_EQ(NumberOf("-3"), -3);
  EXPECT_EQ(NumberOf("1,234.5"), 1234.5);
  for (const char* text : {"", "NA", "1,23", "12 months", "1e999", "nan"}) {
    EXPECT_EQ(NumberOf(text), std::nullopt) << text;
  }
}

TEST(ImportValuesTest, PValuesKeepTheirBound) {
  struct Case {
    const char* text;
    v1::Comparator comparator;
    double value;
  };
  for (const auto& [text, comparator, value] :
       {Case{"<0.0001", v1::COMPARATOR_LESS, 0.0001},
        Case{"=0.247", v1::COMPARATOR_EQUAL, 0.247},
        Case{"0.036", v1::COMPARATOR_EQUAL, 0.036},
        Case{"p < .05", v1::COMPARATOR_LESS, 0.05},
        Case{"P-value = 0.5", v1::COMPARATOR_EQUAL, 0.5},
        Case{">0.9999", v1::COMPARATOR_GREATER, 0.9999},
        Case{"0.03 (nominal)", v1::COMPARATOR_EQUAL, 0.03}}) {
    const auto p = PValueOf(text);
    ASSERT_TRUE(p.has_value()) << text;
    EXPECT_EQ(p->comparator(), comparator) << text;
    EXPECT_EQ(p->value(), value) << text;
  }
  for (const char* text : {"NS", "0,03", "1.5", "0.03 to 0.05", ""}) {
    EXPECT_FALSE(PValueOf(text).has_value()) << text;
  }
}

TEST(ImportValuesTest, TimesAreNamedOnce) {
  for (const auto& [text, value, unit] :
       {std::tuple("At 12 months", 12, "mo"), std::tuple("Week 8", 8, "wk"),
        std::tuple("2-year survival rate", 2, "a"),
        std::tuple("Overall survival at 24 months", 24, "mo")}) {
    const auto time = LandmarkOf(text);
    ASSERT_TRUE(time.has_value()) << text;
    EXPECT_EQ(time->value(), value) << text;
    EXPECT_EQ(time->unit(), unit) << text;
  }
  for (const char* text :
       {"Cycle 1 Day 15", "Aged 65 years", ">= 65 years", "0 to 6 months",
        "12 months: 24 months", "Baseline", "at 6 months and at 12 months"}) {
    EXPECT_FALSE(LandmarkOf(text).has_value()) << text;
  }
}

TEST(ImportValuesTest, EffectsAreNamedInManyWays) {
  const std::vector<std::pair<const char*, v1::EffectMeasure>> effects = {
      {"Hazard Ratio (HR)", v1::EFFECT_MEASURE_HAZARD_RATIO},
      {"Cox Proportional Hazard", v1::EFFECT_MEASURE_HAZARD_RATIO},
      {"Hazard Ratio, Log", v1::EFFECT_MEASURE_OTHER},
      {"Odds Ratio (OR)", v1::EFFECT_MEASURE_ODDS_RATIO},
      {"Odds Ratio, Log", v1::EFFECT_MEASURE_OTHER},
      {"Risk Ratio (RR)", v1::EFFECT_MEASURE_RISK_RATIO},
      {"Risk Difference (RD)", v1::EFFECT_MEASURE_RISK_DIFFERENCE},
      {"Mean Difference (Final Values)", v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
      {"Mean Difference (Net)", v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
      {"Difference in LS means", v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
      {"LSMean Difference", v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
      {"Difference of Least Square (LS) Means",
       v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
      {"Treatment Difference (LS Mean)", v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
      {"Difference in percentage", v1::EFFECT_MEASURE_RISK_DIFFERENCE},
      {"Treatment difference", v1::EFFECT_MEASURE_OTHER},
      {"Hazard ratio (log-rank)", v1::EFFECT_MEASURE_HAZARD_RATIO},
      {"Median Difference (Net)", v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE},
      {"Standardized Mean Difference",
       v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE},
      {"Rate Ratio", v1::EFFECT_MEASURE_RATE_RATIO},
      {"Slope", v1::EFFECT_MEASURE_SLOPE},
      {"Ratio of Expected (DoR)", v1::EFFECT_MEASURE_OTHER},
      {"", v1::EFFECT_MEASURE_OTHER}};
  for (const auto& [text, effect] : effects) {
    EXPECT_EQ(EffectOf(text), effect) << text;
  }
}

TEST(ImportValuesTest, DrugsLoseDoseAndForm) {
  EXPECT_THAT(DrugsOf("Erlotinib 150/100 mg"), ElementsAre("erlotinib"));
  EXPECT_THAT(DrugsOf("AZD9291 80 mg/40 mg + placebo"), ElementsAre("azd9291"));
  EXPECT_THAT(DrugsOf("Placebo Gefitinib 250 mg"), ElementsAre("placebo"));
  EXPECT_THAT(DrugsOf("Durvalumab (MEDI4736)"), ElementsAre("durvalumab"));
  EXPECT_THAT(DrugsOf("Pemetrexed plus Cisplatin"),
              ElementsAre("pemetrexed", "cisplatin"));
  EXPECT_THAT(DrugsOf("Anti-PD-1 and standard of care"),
              ElementsAre("anti-pd-1-and-standard-of-care"));
  EXPECT_THAT(DrugsOf("80 mg"), ElementsAre("80-mg"));
}

TEST(ImportValuesTest, NumbersOfRegistriesAreFoundInText) {
  EXPECT_THAT(
      FindRegistryNumbers(
          "ClinicalTrials.gov number, NCT 02296125; UMIN000012345, EudraCT "
          "2014-002694-11; jRCTs031180001; nct02296125"),
      ElementsAre("NCT02296125", "UMIN000012345", "2014-002694-11",
                  "jRCTs031180001"));
  EXPECT_THAT(FindRegistryNumbers("2014-002694-11 and NCT123"), IsEmpty());
}

}  // namespace
}  // namespace consilium
