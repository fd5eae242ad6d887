// Numbers of rows in months and in percent, beside those printed.
#include "server/evidence/row_fields.h"

#include "gtest/gtest.h"

namespace consilium {
namespace {

v1::EvidenceRow RowOf(const v1::Estimate& estimate) {
  v1::EvidenceRow row;
  FillEstimate(estimate, row);
  return row;
}

v1::Estimate Estimate(v1::Statistic statistic, double value,
                      const std::string& unit) {
  v1::Estimate estimate;
  estimate.set_statistic(statistic);
  estimate.set_value(value);
  if (!unit.empty()) estimate.set_unit(unit);
  return estimate;
}

TEST(RowFieldsTest, TimesOfEveryUnitAreInMonthsToo) {
  const struct {
    double value;
    std::string unit;
    double months;
  } kTimes[] = {
      {12.5, "mo", 12.5},        {2, "a", 24},    {508, "d", 16.6899383984},
      {52, "wk", 11.9589322382}, {730.5, "h", 1},
  };
  for (const auto& time : kTimes) {
    const v1::EvidenceRow row =
        RowOf(Estimate(v1::STATISTIC_MEDIAN, time.value, time.unit));
    EXPECT_DOUBLE_EQ(row.value_months(), time.months) << time.unit;
    EXPECT_EQ(row.value(), time.value);
    EXPECT_EQ(row.unit(), time.unit);
    EXPECT_FALSE(row.has_value_percent());
  }
}

TEST(RowFieldsTest, TheIntervalIsConvertedWithItsValue) {
  v1::Estimate estimate = Estimate(v1::STATISTIC_MEDIAN, 1.5, "a");
  estimate.mutable_interval()->set_low(1);
  estimate.mutable_interval()->set_high(2);
  const v1::EvidenceRow row = RowOf(estimate);
  EXPECT_EQ(row.low_months(), 12);
  EXPECT_EQ(row.high_months(), 24);
  EXPECT_EQ(row.low(), 1);
  EXPECT_EQ(row.high(), 2);
}

TEST(RowFieldsTest, SharesAreInPercentWhateverTheirScale) {
  EXPECT_EQ(RowOf(Estimate(v1::STATISTIC_RATE, 45, "%")).value_percent(), 45);
  EXPECT_EQ(
      RowOf(Estimate(v1::STATISTIC_PROPORTION, 0.29, "1")).value_percent(), 29);
  EXPECT_EQ(RowOf(Estimate(v1::STATISTIC_PROPORTION, 0.29, "")).value_percent(),
            29);
  // A share without a unit that cannot be a proportion is of unknown scale.
  EXPECT_FALSE(
      RowOf(Estimate(v1::STATISTIC_PROPORTION, 29, "")).has_value_percent());
  EXPECT_FALSE(
      RowOf(Estimate(v1::STATISTIC_MEDIAN, 0.5, "1")).has_value_percent());
}

TEST(RowFieldsTest, ParticipantsWithTheOutcomeAreAShareOfThoseAnalysed) {
  v1::Estimate count = Estimate(v1::STATISTIC_COUNT, 12, "{participant}");
  count.set_events(12);
  count.set_participants(20);
  EXPECT_EQ(RowOf(count).value_percent(), 60);
  count.set_unit("{event}");
  EXPECT_FALSE(RowOf(count).has_value_percent());
  count.clear_unit();
  count.clear_participants();
  EXPECT_FALSE(RowOf(count).has_value_percent());
}

TEST(RowFieldsTest, ARatioHasNeither) {
  v1::Contrast contrast;
  contrast.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  contrast.set_value(0.5);
  contrast.mutable_interval()->set_low(0.3);
  v1::EvidenceRow row;
  FillContrast(contrast, row);
  EXPECT_FALSE(row.has_value_months());
  EXPECT_FALSE(row.has_value_percent());
  EXPECT_FALSE(row.has_low_percent());
}

TEST(RowFieldsTest, ACountOfAnAdverseEventIsInPercent) {
  v1::AdverseEventCount count;
  count.set_affected(1);
  count.set_at_risk(8);
  v1::EvidenceRow row;
  FillCount(count, row);
  EXPECT_EQ(row.value_percent(), 12.5);
}

}  // namespace
}  // namespace consilium
