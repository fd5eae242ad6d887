// Which of a study's results counts, and in which unit: nothing is chosen by
// the name of an arm.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/server/review/made_review.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> ReasonsOf(const v1::OutcomeResult& result) {
  std::vector<std::string> reasons;
  for (const v1::ExcludedResult& each : result.excluded()) {
    reasons.push_back(absl::StrCat(each.group(), ": ", each.explanation()));
  }
  return reasons;
}

// Two doses against one control, under names that sort one way or the other.
void AddTwoDoses(MadeReview& made, const std::string& low_dose,
                 const std::string& high_dose) {
  made.AddTrial("t1");
  for (const auto& [group, value] :
       {std::pair(low_dose, 0.8), std::pair(high_dose, 0.7)}) {
    v1::EvidenceRow& row =
        made.AddHazardRatio(value, value * 0.75, value * 1.34);
    row.set_path(absl::StrCat("contrasts[", group, ":b]"));
    row.set_id(absl::StrCat(row.record(), "#", row.path()));
    row.set_group(group);
  }
}

TEST(WhichCountsTest, OfTwoDosesNoneIsChosenByItsName) {
  for (const auto& [low_dose, high_dose] :
       {std::pair("low", "high"), std::pair("a-low", "z-high")}) {
    MadeReview made;
    AddTwoDoses(made, low_dose, high_dose);
    const v1::OutcomeResult result = made.RunOutcome();
    EXPECT_EQ(result.state(), v1::OUTCOME_STATE_NOT_POOLABLE);
    EXPECT_THAT(ReasonsOf(result),
                testing::Each(AllOf(
                    HasSubstr("2 results of the study fit the protocol alike"),
                    HasSubstr(absl::StrCat("0.7 of ", high_dose, " against b")),
                    HasSubstr("none counts"))));
    // A filter that names one decides.
    made.outcome().set_filter(absl::StrCat("outcome = os group = ", low_dose));
    EXPECT_NEAR(made.RunOutcome().pooled().effect().value(), 0.8, 1e-9);
  }
}

class SingleGroupsTest : public testing::Test {
 protected:
  SingleGroupsTest() {
    made_.outcome().clear_measure();
    made_.outcome().set_statistic(v1::STATISTIC_PROPORTION);
    made_.outcome().set_filter("outcome = events");
    made_.AddTrial("t1");
  }

  void Add(const std::string& arm, int events, int participants,
           v1::ArmType type) {
    v1::EvidenceRow& row = made_.AddCounts(arm, events, participants);
    row.clear_treatment();
    if (type != v1::ARM_TYPE_UNSPECIFIED) row.add_arms()->set_type(type);
  }

  MadeReview made_;
};

TEST_F(SingleGroupsTest, ComparatorsDoNotCountBesideWhatIsUnderTest) {
  Add("drug", 7, 10, v1::ARM_TYPE_EXPERIMENTAL);
  Add("chemo", 3, 10, v1::ARM_TYPE_ACTIVE_COMPARATOR);
  const v1::OutcomeResult result = made_.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1);
  EXPECT_EQ(result.studies(0).group(), "drug");
  EXPECT_EQ(result.studies(0).events(), 7);
  EXPECT_EQ(result.studies(0).participants(), 10);
  EXPECT_FALSE(result.studies(0).has_registration());
  EXPECT_THAT(ReasonsOf(result),
              ElementsAre(HasSubstr("chemo: it is of a comparator")));
}

TEST_F(SingleGroupsTest, ArmsUnderTestAreOneGroupNamedByBoth) {
  Add("low", 3, 10, v1::ARM_TYPE_EXPERIMENTAL);
  Add("high", 6, 10, v1::ARM_TYPE_EXPERIMENTAL);
  const v1::OutcomeResult result = made_.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1);
  EXPECT_EQ(result.studies(0).events(), 9);
  EXPECT_EQ(result.studies(0).participants(), 20);
  EXPECT_THAT(result.studies(0).group(),
              testing::AnyOf("low + high", "high + low"));
}

TEST_F(SingleGroupsTest, ArmsOfUnknownRoleAreNotAddedUp) {
  Add("vaccinated", 4, 123, v1::ARM_TYPE_UNSPECIFIED);
  Add("control", 11, 139, v1::ARM_TYPE_UNSPECIFIED);
  const v1::OutcomeResult result = made_.RunOutcome();
  EXPECT_THAT(StudiesOf(result), IsEmpty());
  EXPECT_THAT(ReasonsOf(result), testing::Each(HasSubstr("none counts")));
}

TEST(WhichCountsTest, AGroupBesideTheOneUnderTestIsItsComparator) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  made.outcome().set_filter("outcome = events");
  made.AddTrial("t1");
  for (const auto& [arm, type] : {std::pair("x", v1::ARM_TYPE_EXPERIMENTAL),
                                  std::pair("y", v1::ARM_TYPE_OTHER)}) {
    v1::EvidenceRow& row = made.AddCounts(arm, *arm == 'x' ? 10 : 20, 100);
    row.clear_treatment();
    row.add_arms()->set_type(type);
  }
  EXPECT_NEAR(made.RunOutcome().pooled().effect().value(), 0.5, 1e-9);
}

class UnitsTest : public testing::Test {
 protected:
  UnitsTest() {
    made_.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
    made_.outcome().set_filter("outcome = events");
  }

  void Add(const std::string& trial, const std::string& unit, double scale) {
    made_.AddTrial(trial);
    made_.AddMean("a", 3.1 * scale, 1.0 * scale, 50).set_unit(unit);
    made_.AddMean("b", 4.0 * scale, 1.1 * scale, 50).set_unit(unit);
  }

  MadeReview made_;
};

TEST_F(UnitsTest, OneUnitIsPooledAndTheOthersAreConverted) {
  Add("t1", "mo", 1);
  Add("t2", "mo", 1);
  const v1::OutcomeResult alone = made_.RunOutcome();
  EXPECT_THAT(alone.pooled().method(), HasSubstr("mean difference in mo"));
  Add("t3", "a", 1.0 / 12);
  const v1::OutcomeResult result = made_.RunOutcome();
  ASSERT_EQ(result.studies_size(), 3);
  EXPECT_NEAR(result.studies(2).yi(), -0.9, 1e-9);
  EXPECT_NEAR(result.studies(2).sei(), result.studies(0).sei(), 1e-9);
  EXPECT_THAT(result.studies(2).notes(),
              Contains(HasSubstr("converted from a to mo, times 12")));
}

TEST_F(UnitsTest, WhatMeasuresSomethingElseIsNotPooled) {
  Add("t1", "mo", 1);
  Add("t2", "mo", 1);
  Add("t3", "kg", 1000);
  const v1::OutcomeResult result = made_.RunOutcome();
  EXPECT_THAT(StudiesOf(result), ElementsAre("t1", "t2"));
  EXPECT_THAT(ReasonsOf(result),
              Contains(HasSubstr("its unit is kg, that of most studies mo")));
}

TEST_F(UnitsTest, WithoutAUnitOfMostNothingIsPooled) {
  Add("t1", "mo", 1);
  Add("t2", "kg", 1);
  const v1::OutcomeResult result = made_.RunOutcome();
  EXPECT_THAT(StudiesOf(result), IsEmpty());
  EXPECT_THAT(ReasonsOf(result),
              testing::Each(HasSubstr("the units of the studies are kg, mo")));
}

TEST(WhichCountsTest, ALevelThatIsNotStatedIsTold) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.7, 0.5, 0.98).clear_level();
  EXPECT_THAT(made.RunOutcome().studies(0).notes(),
              Contains(HasSubstr("is not stated and was read as 95 %")));
}

TEST(WhichCountsTest, ACertaintyTooLowIsUncertainOnEitherSide) {
  for (const double value : {0.5, 0.9}) {
    MadeReview made;
    made.AddTrial("t1");
    made.AddHazardRatio(value, value * 0.8, value * 1.25);
    v1::ConclusionThreshold& threshold = *made.outcome().mutable_threshold();
    threshold.set_effect(0.8);
    threshold.set_certainty(v1::CERTAINTY_LEVEL_MODERATE);
    ReviewInput input = made.Input();
    v1::Certainty& certainty = input.certainties.emplace_back();
    certainty.set_outcome("os");
    certainty.set_level(v1::CERTAINTY_LEVEL_LOW);
    const auto result =
        ComputeReview(input, "", [] { return absl::OkStatus(); });
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->outcomes(0).conclusion_state(),
              v1::CONCLUSION_STATE_UNCERTAIN)
        << value;
  }
}

}  // namespace
}  // namespace consilium
