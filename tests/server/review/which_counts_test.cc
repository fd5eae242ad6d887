// Which of a study's results counts, and in which unit: nothing is chosen by
// the name of an arm.
#include <string>
#include <tuple>
#include <utility>
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

// A comparison as it is printed, of arms of these types.
v1::EvidenceRow& AddComparison(MadeReview& made, const std::string& trial,
                               const std::string& group, v1::ArmType type,
                               const std::string& reference,
                               v1::ArmType reference_type, double value,
                               double low, double high) {
  made.AddTrial(trial);
  v1::EvidenceRow& row = made.AddHazardRatio(value, low, high);
  row.set_group(group);
  row.set_reference(reference);
  row.add_arms()->set_type(type);
  row.add_reference_arms()->set_type(reference_type);
  return row;
}

TEST(WhichCountsTest, AComparisonOfTheComparatorIsTurnedRound) {
  MadeReview made;
  AddComparison(made, "t1", "drug", v1::ARM_TYPE_EXPERIMENTAL, "control",
                v1::ARM_TYPE_ACTIVE_COMPARATOR, 0.5, 0.4, 0.625);
  AddComparison(made, "t2", "control", v1::ARM_TYPE_ACTIVE_COMPARATOR, "drug",
                v1::ARM_TYPE_EXPERIMENTAL, 2, 1.25, 3.2);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 2);
  const v1::StudyResult& turned = result.studies(1);
  EXPECT_NEAR(turned.effect().value(), 0.5, 1e-9);
  EXPECT_NEAR(turned.effect().low(), 1 / 3.2, 1e-6);
  EXPECT_NEAR(turned.effect().high(), 0.8, 1e-6);
  EXPECT_EQ(turned.group(), "drug");
  EXPECT_EQ(turned.reference(), "control");
  EXPECT_THAT(turned.notes(), Contains(HasSubstr("control against drug, and "
                                                 "was turned round")));
  EXPECT_THAT(turned.derivation(), testing::StartsWith("turned round: "));
  EXPECT_THAT(result.studies(0).notes(), IsEmpty());
  EXPECT_NEAR(result.pooled().effect().value(), 0.5, 1e-9);
}

TEST(WhichCountsTest, ADifferenceOfTheComparatorIsTurnedRound) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  v1::EvidenceRow& row =
      AddComparison(made, "t1", "control", v1::ARM_TYPE_PLACEBO_COMPARATOR,
                    "drug", v1::ARM_TYPE_EXPERIMENTAL, 2, -1, 5);
  row.set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1);
  EXPECT_NEAR(result.studies(0).effect().value(), -2, 1e-9);
  EXPECT_NEAR(result.studies(0).effect().low(), -5, 1e-6);
  EXPECT_NEAR(result.studies(0).effect().high(), 1, 1e-6);
}

TEST(WhichCountsTest, ValuesInDisputeAreTurnedRoundAlike) {
  MadeReview made;
  v1::EvidenceRow& row =
      AddComparison(made, "t1", "control", v1::ARM_TYPE_NO_INTERVENTION, "drug",
                    v1::ARM_TYPE_EXPERIMENTAL, 2, 1.25, 3.2);
  row.add_conflicts("contrasts[a:b]");
  v1::EvidenceRow other = row;
  other.set_value(2.5);
  other.set_low(1.6);
  other.set_high(3.90625);
  made.AddVariant(other);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.disputed_size(), 2);
  EXPECT_NEAR(result.disputed(0).pooled().effect().value(), 0.4, 1e-9);
  EXPECT_NEAR(result.disputed(1).pooled().effect().value(), 0.5, 1e-9);
}

TEST(WhichCountsTest, OppositeDirectionsThatNoTypeTellsApartAreTold) {
  MadeReview made;
  AddComparison(made, "t1", "drug", v1::ARM_TYPE_UNSPECIFIED, "control",
                v1::ARM_TYPE_UNSPECIFIED, 0.5, 0.4, 0.625);
  AddComparison(made, "t2", "control", v1::ARM_TYPE_UNSPECIFIED, "drug",
                v1::ARM_TYPE_UNSPECIFIED, 2, 1.25, 3.2);
  EXPECT_THAT(made.RunOutcome().pooled().notes(),
              Contains(HasSubstr("opposite directions: control is the group in "
                                 "t2 and the reference in t1")));
}

TEST(WhichCountsTest, AComparatorAloneIsNotPooledWithGroupsUnderTest) {
  MadeReview made;
  v1::ReviewOutcome& outcome = made.outcome();
  outcome.set_filter("outcome = events");
  outcome.clear_measure();
  outcome.set_statistic(v1::STATISTIC_PROPORTION);
  for (const std::string trial : {"t1", "t2"}) {
    made.AddTrial(trial);
    made.AddCounts("a", 30, 50).add_arms()->set_type(v1::ARM_TYPE_EXPERIMENTAL);
  }
  made.AddTrial("t3");
  v1::EvidenceRow& placebo = made.AddCounts("b", 6, 60);
  placebo.add_arms()->set_type(v1::ARM_TYPE_PLACEBO_COMPARATOR);
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_THAT(StudiesOf(result), ElementsAre("t1", "t2"));
  EXPECT_THAT(ReasonsOf(result),
              ElementsAre(HasSubstr("only the comparator of the study")));

  // A filter may ask for comparators.
  outcome.set_filter("outcome = events AND group = b");
  EXPECT_THAT(StudiesOf(made.RunOutcome()), ElementsAre("t3"));
}

TEST(WhichCountsTest, CountsOfOnePartOfBothArmsAreCompared) {
  MadeReview made;
  v1::ReviewOutcome& outcome = made.outcome();
  outcome.set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  outcome.set_filter("outcome = events AND subgroups = women");
  made.AddTrial("t1");
  for (const std::string part : {"men", "women"}) {
    for (const std::string arm : {"a", "b"}) {
      v1::EvidenceRow& row =
          made.AddCounts(arm, part == "women" && arm == "a" ? 10 : 20, 50);
      row.add_subgroups(part);
      row.set_id(absl::StrCat(row.id(), part));
    }
  }
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1) << result.ShortDebugString();
  EXPECT_NEAR(result.studies(0).effect().value(), 0.5, 1e-9);
}

TEST(WhichCountsTest, ComparatorsOfDifferentKindsAreNotCombined) {
  MadeReview made;
  v1::ReviewOutcome& outcome = made.outcome();
  outcome.set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  outcome.set_filter("outcome = events");
  made.AddTrial("t1");
  made.AddCounts("a", 30, 50);
  made.AddCounts("drug", 20, 50);
  made.AddCounts("radiotherapy", 5, 50)
      .set_treatment(v1::TREATMENT_SETTING_RADIOTHERAPY_ALONE);
  EXPECT_THAT(ReasonsOf(made.RunOutcome()),
              testing::Each(HasSubstr("groups of different kinds, drug and "
                                      "radiotherapy, which are not combined")));

  outcome.set_filter("outcome = events AND NOT group = radiotherapy");
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1);
  EXPECT_NEAR(result.studies(0).effect().value(), 1.5, 1e-9);
}

TEST(WhichCountsTest, ResultsOfTheSameGroupsAreToldApartByTheirTerms) {
  MadeReview made;
  made.AddTrial("t1");
  for (const auto& [detail, value] :
       {std::pair("early", 0.8), std::pair("late", 0.7)}) {
    v1::EvidenceRow& row =
        made.AddHazardRatio(value, value * 0.75, value * 1.34);
    row.set_id(absl::StrCat(row.record(), "#", detail));
    row.set_outcome_detail(detail);
  }
  EXPECT_THAT(ReasonsOf(made.RunOutcome()),
              testing::Each(HasSubstr("(0.8 of early; 0.7 of late)")));
}

TEST(WhichCountsTest, AnIntervalThatHoldsNoEffectIsToldBesideAConclusion) {
  for (const auto& [low, high, told] :
       {std::tuple(0.35, 1.4, true), std::tuple(0.5, 0.98, false)}) {
    MadeReview made;
    made.outcome().mutable_threshold()->set_effect(0.8);
    made.AddTrial("t1");
    made.AddHazardRatio(0.7, low, high);
    EXPECT_EQ(made.RunOutcome().conclusion(),
              told ? "The effect reaches 0.8. Its interval holds no effect, 1, "
                     "as well."
                   : "The effect reaches 0.8.");
  }
}

TEST(WhichCountsTest, AStandardErrorOfNothingIsNoVariance) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.7).set_standard_error(0);
  EXPECT_THAT(ReasonsOf(made.RunOutcome()),
              ElementsAre(HasSubstr("standard error printed with 0.7 is 0")));
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

// A registry names the population that it analyses; papers often do not.
TEST(WhichCountsTest, APaperLosesNothingByNotNamingItsPopulation) {
  MadeReview made;
  made.AddTrial("t1");
  v1::EvidenceRow& paper = made.AddHazardRatio(0.8, 0.6, 1.0667);
  v1::EvidenceRow& registry = made.AddHazardRatio(0.7, 0.5, 0.98);
  registry.set_id(absl::StrCat(registry.id(), "itt"));
  registry.set_report("NCT01");
  registry.mutable_contrast()->set_registration("NCT01");
  registry.set_population(v1::ANALYSIS_POPULATION_INTENTION_TO_TREAT);
  const auto printed = [&made] {
    const v1::OutcomeResult result = made.RunOutcome();
    EXPECT_EQ(result.explanation(),
              "one study; its own effect stands, and nothing was pooled");
    return result.pooled().effect().value();
  };
  EXPECT_NEAR(printed(), 0.8, 1e-9) << "publication before registration";

  // Of one report's two the one that says whose it is.
  registry.set_report("paper");
  registry.mutable_contrast()->clear_registration();
  EXPECT_NEAR(printed(), 0.7, 1e-9);

  // Whoever says that he is of less than all stands behind.
  paper.set_population(v1::ANALYSIS_POPULATION_PER_PROTOCOL);
  EXPECT_NEAR(printed(), 0.7, 1e-9);

  // A protocol may put what is not stated elsewhere.
  paper.clear_population();
  v1::Preference& population = *made.outcome().add_preferences();
  population.set_criterion(v1::PREFERENCE_CRITERION_POPULATION);
  population.add_order("itt");
  population.add_order("not-stated");
  EXPECT_NEAR(printed(), 0.7, 1e-9);
}

}  // namespace
}  // namespace consilium
