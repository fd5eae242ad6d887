// Outcomes of means and their spreads, down to the number.
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/review/made_review.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// metadat's dat.normand1999: days in hospital after stroke, specialist and
// routine care. What metafor 3.8-1 prints: rma(escalc(measure, m1i, sd1i, n1i,
// m2i, sd2i, n2i), test = "knha").
TEST(ReviewMeansTest, PoolsMeansOfArmsAsMetaforDoes) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  AddNormand(made);
  const v1::OutcomeResult difference = made.RunOutcome();
  ASSERT_EQ(difference.state(), v1::OUTCOME_STATE_POOLED)
      << difference.explanation();
  EXPECT_NEAR(difference.studies(0).yi(), -20, 1e-9);
  EXPECT_NEAR(std::pow(difference.studies(0).sei(), 2), 40.50802316, 1e-7);
  EXPECT_EQ(difference.studies(0).participants(), 155);
  EXPECT_EQ(difference.studies(0).reference_participants(), 156);
  EXPECT_EQ(difference.studies(0).reference(), "b");
  EXPECT_NEAR(difference.pooled().estimate(), -15.10602747, 2e-5);
  EXPECT_NEAR(difference.pooled().effect().low(), -36.31874908, 4e-5);
  EXPECT_NEAR(difference.pooled().tau2(), 684.64615288, 2e-2);
  EXPECT_EQ(difference.pooled().participants(), 1158);

  made.outcome().set_measure(v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE);
  const v1::OutcomeResult standardized = made.RunOutcome();
  EXPECT_NEAR(standardized.studies(0).yi(), -0.35516964, 1e-8);
  EXPECT_NEAR(standardized.pooled().estimate(), -0.53710826, 1e-6);
}

TEST(ReviewMeansTest, SpreadOfAMeanMayBeAStandardErrorOrAnInterval) {
  MadeReview made;
  made.outcome().set_filter("outcome = events");
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  made.AddTrial("printed");
  made.AddMean("a", 10, 4, 25);
  made.AddMean("b", 12, 5, 25);
  made.AddTrial("worked-out");
  v1::EvidenceRow& group = made.AddMean("a", 10, 0, 25);
  group.mutable_estimate()->clear_dispersion();
  // 10 -+ t(0.975, 24) 4 / sqrt(25).
  group.set_low(10 - 2.0638985616 * 0.8);
  group.set_high(10 + 2.0638985616 * 0.8);
  v1::Dispersion& spread =
      *made.AddMean("b", 12, 1, 25).mutable_estimate()->mutable_dispersion();
  spread.set_kind(v1::DISPERSION_KIND_STANDARD_ERROR);
  made.AddTrial("without");
  made.AddMean("a", 10, 4, 25).mutable_estimate()->clear_dispersion();
  made.AddMean("b", 12, 5, 25);
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_THAT(StudiesOf(result), ElementsAre("printed", "worked-out"));
  EXPECT_NEAR(result.studies(0).sei(), std::sqrt(16 / 25. + 25 / 25.), 1e-9);
  EXPECT_NEAR(result.studies(1).sei(), result.studies(0).sei(), 1e-8);
  EXPECT_EQ(result.studies(1).derivation_method(),
            v1::DERIVATION_METHOD_INTERVAL);
  ASSERT_EQ(result.excluded_size(), 2);
  EXPECT_EQ(result.excluded(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
  EXPECT_THAT(result.excluded(0).explanation(), HasSubstr("of a"));
}

TEST(ReviewMeansTest, ArmsUnderTestStandAgainstComparatorsWhateverTheDrug) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  made.outcome().set_filter("outcome = events");
  const auto add = [&](const std::string& arm, int events, v1::ArmType type) {
    v1::EvidenceRow& row = made.AddCounts(arm, events, 100);
    row.clear_treatment();
    row.add_arms()->set_type(type);
  };
  made.AddTrial("three-arms");
  add("placebo", 10, v1::ARM_TYPE_PLACEBO_COMPARATOR);
  add("high", 30, v1::ARM_TYPE_EXPERIMENTAL);
  add("low", 10, v1::ARM_TYPE_EXPERIMENTAL);
  made.AddTrial("cohorts");
  add("x", 10, v1::ARM_TYPE_COHORT);
  add("y", 20, v1::ARM_TYPE_COHORT);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_THAT(StudiesOf(result), ElementsAre("three-arms"));
  EXPECT_EQ(result.studies(0).events(), 40);
  EXPECT_EQ(result.studies(0).participants(), 200);
  EXPECT_EQ(result.studies(0).reference_events(), 10);
  ASSERT_EQ(result.excluded_size(), 2);
  EXPECT_EQ(result.excluded(0).reason(), v1::EXCLUSION_REASON_GROUP);
  EXPECT_THAT(result.excluded(0).explanation(), HasSubstr("cohort"));
}

// escalc("MN", mi, sdi, ni): 3 / sqrt(20); 1.65 / qt(0.975, 24).
TEST(ReviewMeansTest, MeansOfSingleGroupsCountAsThoseOfTwoArms) {
  MadeReview made;
  made.outcome().clear_measure();
  made.outcome().set_statistic(v1::STATISTIC_MEAN);
  made.outcome().set_filter("outcome = events");
  made.AddTrial("a-sd");
  made.AddMean("a", 10, 3, 20);
  made.AddTrial("b-se");
  made.AddMean("a", 11, 0.6, 20)
      .mutable_estimate()
      ->mutable_dispersion()
      ->set_kind(v1::DISPERSION_KIND_STANDARD_ERROR);
  made.AddTrial("c-interval");
  v1::EvidenceRow& interval = made.AddMean("a", 8, 0, 25);
  interval.mutable_estimate()->clear_dispersion();
  interval.set_low(6.35);
  interval.set_high(9.65);
  made.AddTrial("d-none");
  made.AddMean("a", 8, 0, 25).mutable_estimate()->clear_dispersion();
  made.AddTrial("e-zero");
  made.AddMean("a", 8, 0, 25);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_THAT(StudiesOf(result), ElementsAre("a-sd", "b-se", "c-interval"));
  EXPECT_NEAR(result.studies(0).sei(), 0.67082039325, 1e-9);
  EXPECT_NEAR(result.studies(1).sei(), 0.6, 1e-12);
  EXPECT_NEAR(result.studies(2).sei(), 0.799457895207, 1e-9);
  ASSERT_EQ(result.excluded_size(), 2);
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("neither a standard deviation"));
  EXPECT_THAT(result.excluded(1).explanation(),
              HasSubstr("its standard deviation is 0"));
}

TEST(ReviewMeansTest, OneParticipantHasNoStandardDeviation) {
  MadeReview made;
  made.outcome().set_filter("outcome = events");
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  made.AddTrial("t1");
  made.AddMean("a", 10, 4, 1);
  made.AddMean("b", 12, 5, 25);
  const v1::OutcomeResult difference = made.RunOutcome();
  EXPECT_EQ(difference.state(), v1::OUTCOME_STATE_NOT_POOLABLE);
  EXPECT_EQ(difference.excluded(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
  EXPECT_THAT(difference.excluded(0).explanation(),
              HasSubstr("one participant has no standard deviation, whatever "
                        "is printed; the mean is of a"));

  made.outcome().clear_measure();
  made.outcome().set_statistic(v1::STATISTIC_MEAN);
  made.outcome().set_filter("outcome = events AND group = a");
  EXPECT_THAT(made.RunOutcome().excluded(0).explanation(),
              HasSubstr("it is of one participant"));
}

}  // namespace
}  // namespace consilium
