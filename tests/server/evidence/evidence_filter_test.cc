// Questions with units, and to numbers of which bounds alone are printed.
#include "server/evidence/evidence_filter.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/row_fields.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RowMatch Ask(absl::string_view filter, const v1::EvidenceRow& row) {
  const absl::StatusOr<Filter> parsed = ParseEvidenceFilter(filter);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  std::set<std::string> fields;
  const RowMatch match = MatchRow(*parsed, row, fields);
  EXPECT_EQ(match == RowMatch::kMay, !fields.empty()) << filter;
  return match;
}

v1::EvidenceRow Estimate(v1::Estimate estimate) {
  if (!estimate.has_statistic()) estimate.set_statistic(v1::STATISTIC_MEDIAN);
  v1::EvidenceRow row;
  FillEstimate(estimate, row);
  *row.mutable_estimate() = estimate;
  return row;
}

v1::EvidenceRow Median(double value, const std::string& unit,
                       v1::Comparator comparator = v1::COMPARATOR_EQUAL) {
  v1::Estimate estimate;
  estimate.set_value(value);
  estimate.set_unit(unit);
  estimate.set_comparator(comparator);
  return Estimate(estimate);
}

v1::EvidenceRow PValue(double value, v1::Comparator comparator) {
  v1::EvidenceRow row;
  row.set_p(value);
  row.set_p_comparator(comparator);
  return row;
}

TEST(EvidenceFilterTest, AQuestionInMonthsFindsTimesOfEveryUnit) {
  EXPECT_EQ(Ask("valueMonths > 12", Median(13, "mo")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(508, "d")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(60, "wk")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(2, "a")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(1, "a")), RowMatch::kNo);
  EXPECT_EQ(Ask("valueMonths > 12", Median(300, "d")), RowMatch::kNo);
  EXPECT_EQ(Ask("valueMonths > 12", Median(50, "Gy")), RowMatch::kNo);
}

TEST(EvidenceFilterTest, ANumberWithAUnitIsComparedInMonthsOrPercent) {
  EXPECT_EQ(ParseEvidenceFilter("value > \"1 year\"")->ToString(),
            "valueMonths > 12");
  EXPECT_EQ(ParseEvidenceFilter("value >= 18mo")->ToString(),
            "valueMonths >= 18");
  EXPECT_EQ(ParseEvidenceFilter("low > \"365.25 days\"")->ToString(),
            "lowMonths > 12");
  EXPECT_EQ(ParseEvidenceFilter("value >= 50%")->ToString(),
            "valuePercent >= 50");
  EXPECT_EQ(ParseEvidenceFilter("timeMonths = \"2 years\"")->ToString(),
            "timeMonths = 24");
  EXPECT_EQ(ParseEvidenceFilter("value > 12")->ToString(), "value > 12");
  EXPECT_FALSE(ParseEvidenceFilter("value > \"12 parsecs\"").ok());
  EXPECT_FALSE(ParseEvidenceFilter("p < 5%").ok());
  EXPECT_FALSE(ParseEvidenceFilter("value > \"1-2 years\"").ok());
}

TEST(EvidenceFilterTest, APAboveItsQuestionForCertainIsNotFound) {
  EXPECT_EQ(Ask("p < 0.05", PValue(0.001, v1::COMPARATOR_LESS)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.05, v1::COMPARATOR_LESS)), RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.05, v1::COMPARATOR_LESS_OR_EQUAL)),
            RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.1, v1::COMPARATOR_LESS)), RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.05, v1::COMPARATOR_GREATER)),
            RowMatch::kNo);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.01, v1::COMPARATOR_GREATER)),
            RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.049, v1::COMPARATOR_EQUAL)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05", v1::EvidenceRow()), RowMatch::kNo);
}

TEST(EvidenceFilterTest, APIsComparedByEveryOperator) {
  const v1::EvidenceRow below = PValue(0.001, v1::COMPARATOR_LESS);
  EXPECT_EQ(Ask("p >= 0.05", below), RowMatch::kNo);
  EXPECT_EQ(Ask("p > 0.0001", below), RowMatch::kMay);
  EXPECT_EQ(Ask("p = 0.001", below), RowMatch::kNo);
  EXPECT_EQ(Ask("p = 0.0002", below), RowMatch::kMay);
  EXPECT_EQ(Ask("p != 0.05", below), RowMatch::kYes);
  EXPECT_EQ(Ask("p <= 1", PValue(0.05, v1::COMPARATOR_GREATER)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("p >= 0.05", PValue(0.05, v1::COMPARATOR_GREATER)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("NOT p < 0.05", PValue(0.1, v1::COMPARATOR_LESS)),
            RowMatch::kMay);
  EXPECT_EQ(Ask("NOT p < 0.05", PValue(0.2, v1::COMPARATOR_GREATER)),
            RowMatch::kYes);
}

TEST(EvidenceFilterTest, WhatMakesOneSideOfAnOrCertainLeavesNothingOpen) {
  const v1::EvidenceRow row = PValue(0.1, v1::COMPARATOR_LESS);
  EXPECT_EQ(Ask("p < 0.05 OR p < 0.5", row), RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05 p < 0.5", row), RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05 p > 0.5", row), RowMatch::kNo);
}

TEST(EvidenceFilterTest, AValueAboveABoundIsFoundInItsUnits) {
  const v1::EvidenceRow row = Median(1, "a", v1::COMPARATOR_GREATER);
  EXPECT_EQ(Ask("valueMonths > 12", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 18", row), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths <= 12", row), RowMatch::kNo);
  EXPECT_EQ(Ask("value > 0.5", row), RowMatch::kYes);
  EXPECT_EQ(Ask("value < 0.5", row), RowMatch::kNo);
}

TEST(EvidenceFilterTest, APrintedRangeMatchesWhenAllOfItDoes) {
  v1::Estimate range;
  range.set_unit("wk");
  range.set_value_low(60);
  range.set_value_high(80);
  const v1::EvidenceRow row = Estimate(range);
  EXPECT_EQ(Ask("valueMonths > 12", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 15", row), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths > 20", row), RowMatch::kNo);
}

TEST(EvidenceFilterTest, AMedianNotReachedMayBeLonger) {
  v1::Estimate estimate;
  estimate.set_status(v1::VALUE_STATUS_NOT_REACHED);
  EXPECT_EQ(Ask("valueMonths > 12", Estimate(estimate)), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths > 0", Estimate(estimate)), RowMatch::kYes);
  estimate.set_status(v1::VALUE_STATUS_NOT_REPORTED);
  EXPECT_EQ(Ask("valueMonths > 12", Estimate(estimate)), RowMatch::kNo);
}

TEST(EvidenceFilterTest, ABoundedShareEndsAtAHundred) {
  v1::Estimate estimate;
  estimate.set_statistic(v1::STATISTIC_PROPORTION);
  estimate.set_value(0.9);
  estimate.set_unit("1");
  estimate.set_comparator(v1::COMPARATOR_GREATER);
  const v1::EvidenceRow row = Estimate(estimate);
  EXPECT_EQ(Ask("valuePercent > 80", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valuePercent <= 100", row), RowMatch::kYes);
  EXPECT_EQ(Ask("value > 95%", row), RowMatch::kMay);
}

// A row of a group that the report knows by its place, of one arm with a drug
// and radiotherapy and one with the drug alone.
v1::EvidenceRow RowOfUnknownGroup() {
  v1::EvidenceRow row;
  v1::Arm& both = *row.add_arms();
  both.add_drugs()->set_drug("gefitinib");
  both.add_radiotherapies()->set_technique(v1::RADIOTHERAPY_TECHNIQUE_SBRT);
  row.add_arms()->add_drugs()->set_drug("gefitinib");
  for (const char* const field :
       {"group", "drugs", "drugClasses", "radiotherapy", "treatment"}) {
    AddUnstated(field, row);
  }
  return row;
}

TEST(EvidenceFilterTest, WhatAllArmsHadAGroupOfUnknownPlaceHad) {
  const v1::EvidenceRow row = RowOfUnknownGroup();
  EXPECT_EQ(Ask("drugs = gefitinib", row), RowMatch::kYes);
  EXPECT_EQ(Ask("drugClasses = egfr-tki", row), RowMatch::kYes);
  EXPECT_EQ(Ask("radiotherapy = sbrt", row), RowMatch::kMay);
  EXPECT_EQ(Ask("radiotherapy = wbrt", row), RowMatch::kNo);
  EXPECT_EQ(Ask("drugs = osimertinib", row), RowMatch::kNo);
  EXPECT_EQ(Ask("treatment = targeted-with-radiotherapy", row), RowMatch::kMay);
  EXPECT_EQ(Ask("NOT radiotherapy = sbrt", row), RowMatch::kMay);
}

TEST(EvidenceFilterTest, OneMatcherAnswersForManyRowsAsForEach) {
  const v1::EvidenceRow unknown = RowOfUnknownGroup();
  v1::EvidenceRow named;
  named.add_drugs("osimertinib");
  named.add_radiotherapy("wbrt");
  v1::EvidenceRow open;
  v1::Arm& arm = *open.add_arms();
  arm.add_drugs()->set_drug("egfr-tki");
  arm.add_radiotherapies()->set_target(v1::RADIOTHERAPY_TARGET_BRAIN);
  AddUnstated("drugs", open);
  AddUnstated("radiotherapy", open);
  const auto filter =
      *ParseEvidenceFilter("drugs = osimertinib OR radiotherapy = wbrt");
  const std::vector<const v1::EvidenceRow*> rows = {&unknown, &named, &open};
  RowMatcher matcher(filter.root());
  for (int round = 0; round < 2; ++round) {
    for (const v1::EvidenceRow* row : rows) {
      std::set<std::string> all;
      std::set<std::string> alone;
      EXPECT_EQ(matcher.Match(*row, all), MatchRow(filter, *row, alone));
      EXPECT_EQ(all, alone);
    }
  }
}

TEST(EvidenceFilterTest, AnOpenDesignIsWhatTheFactsDoNotDeny) {
  v1::EvidenceRow row;
  AddUnstated("design", row);
  EXPECT_EQ(Ask("design = randomized", row), RowMatch::kMay);
  EXPECT_EQ(Ask("design = preclinical", row), RowMatch::kNo);
  row.mutable_trial()->mutable_randomized()->set_answer(v1::ANSWER_NO);
  EXPECT_EQ(Ask("design = randomized", row), RowMatch::kNo);
  EXPECT_EQ(Ask("design = single-arm", row), RowMatch::kMay);
}

TEST(EvidenceFilterTest, AWordThatNoVocabularyHasIsRefusedWithASuggestion) {
  const auto refused = ParseEvidenceFilter("radiotherapy = sbtr");
  EXPECT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.status().message()),
              testing::HasSubstr("sbrt"));
  EXPECT_THAT(
      std::string(
          ParseEvidenceFilter("drugClasses = gefitinib").status().message()),
      testing::HasSubstr("drugs = gefitinib"));
}

TEST(EvidenceFilterTest, AHintTellsWhatNoRowSatisfiesForCertain) {
  const v1::EvidenceRow row = PValue(0.1, v1::COMPARATOR_LESS);
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("p < 0.05"), {&row}),
              ElementsAre("no row has p < 0.05"));
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("p < 0.2"), {&row}),
              IsEmpty());
}

}  // namespace
}  // namespace consilium
