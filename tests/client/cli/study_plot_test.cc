// Numbers of effects as tables have them.
#include "client/cli/study_plot.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "gtest/gtest.h"

namespace consilium {
namespace {

v1::EffectEstimate Read(const std::string& text) {
  v1::EffectEstimate effect;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &effect));
  return effect;
}

TEST(StudyPlotTest, SmallEffectsKeepTheirDigits) {
  const auto cell = [](const std::string& text) {
    return EstimateCell(Read(text), "");
  };
  EXPECT_EQ(cell("value: 0.00153 low: 0.00099 high: 0.00207"),
            "0.0015 (0.00099 to 0.0021)");
  EXPECT_EQ(cell("value: 1.37 low: 4.4e-15 high: 3.02183359462e14"),
            "1.37 (0.00 to 3e+14)");
  EXPECT_EQ(cell("value: 0.5 low: 0.05 high: 120.4"), "0.50 (0.05 to 120)");
  EXPECT_EQ(cell("value: 0 low: -0.05 high: 12.34"), "0.00 (-0.05 to 12.3)");
}

TEST(StudyPlotTest, TheHeadingTellsTheLevelOfTheIntervals) {
  v1::OutcomeResult outcome;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "plan { measure: EFFECT_MEASURE_HAZARD_RATIO level: 90 } "
      "studies { study: 'A' effect { value: 0.5 low: 0.3 high: 0.8 level: 90 } "
      "}",
      &outcome));
  const std::string plot = StudyPlot(outcome, 80);
  EXPECT_NE(plot.substr(0, plot.find('\n')).find("hazard ratio (90% CI)"),
            std::string::npos)
      << plot;
}

}  // namespace
}  // namespace consilium
