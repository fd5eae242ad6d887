// Printed comparisons of one trial that share a comparator, against metafor
// 3.8-1: rma.mv(yi, V, method = "FE") with V as the comments have it.
#include "server/review/shared_contrasts.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/review/plan_checks.h"
#include "tests/server/review/made_review.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Two doses against one control: standard errors 0.146787236642 and
// 0.171672663006 of ln 0.8 and ln 0.7.
class SharedContrastsTest : public testing::Test {
 protected:
  SharedContrastsTest() {
    made_.AddTrial("t1");
    Add("low", "control", 0.8, 0.6, 1.0667);
    Add("high", "control", 0.7, 0.5, 0.98);
  }

  v1::EvidenceRow& Add(const std::string& group, const std::string& reference,
                       double value, double low, double high) {
    v1::EvidenceRow& row = made_.AddHazardRatio(value, low, high);
    row.set_path(absl::StrCat("contrasts[", group, ":", reference, "]"));
    row.set_id(absl::StrCat(row.record(), "#", row.path()));
    row.set_group(group);
    row.set_reference(reference);
    row.mutable_contrast()->mutable_group()->add_arms(group);
    row.mutable_contrast()->mutable_reference()->add_arms(reference);
    return row;
  }

  // What is printed of one arm beside the comparisons.
  v1::EvidenceRow& AddArm(const std::string& arm, int participants) {
    const v1::EvidenceRow contrast = *made_.results().front();
    v1::EvidenceRow& row = made_.AddCounts(arm, 0, participants);
    row.clear_events();
    row.set_outcome("os");
    row.set_record(contrast.record());
    row.set_id(absl::StrCat(row.record(), "#", row.path()));
    return row;
  }

  v1::OutcomeResult Run(v1::SharedComparator choice) {
    made_.outcome().set_shared_comparator(choice);
    return made_.RunOutcome();
  }

  MadeReview made_;
};

TEST_F(SharedContrastsTest, NoneCountsUnlessThePlanSaysOtherwise) {
  const v1::OutcomeResult result = made_.RunOutcome();
  EXPECT_EQ(result.plan().shared_comparator(), v1::SHARED_COMPARATOR_NONE);
  EXPECT_THAT(result.studies(), IsEmpty());
  EXPECT_THAT(result.excluded(0).explanation(),
              AllOf(HasSubstr("none counts"),
                    HasSubstr("or sharedComparator combine or split")));
}

// V[1, 2] = 1 / 75.
TEST_F(SharedContrastsTest, CombinesWithTheCovarianceOfTheSharedEvents) {
  AddArm("control", 110).set_events(75);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_COMBINE);
  ASSERT_EQ(result.studies_size(), 1);
  const v1::StudyResult& study = result.studies(0);
  EXPECT_NEAR(study.yi(), -0.268180707561, 1e-9);
  EXPECT_NEAR(study.sei(), 0.137026922843, 1e-9);
  EXPECT_EQ(study.group(), "high + low");
  EXPECT_EQ(study.reference(), "control");
  EXPECT_EQ(study.study(), "t1");
  EXPECT_THAT(
      study.derivation(),
      AllOf(HasSubstr("generalised least squares of 2 comparisons that share "
                      "the comparator control, its 75 events in 110 "
                      "participants bring 0.01333 to each variance, whence "
                      "their covariance"),
            HasSubstr("0.8 of low (SE 0.1468, weight 66.3 %): SE from 95 % "
                      "interval"),
            HasSubstr("0.7 of high (SE 0.1717, weight 33.7 %)")));
  EXPECT_THAT(study.notes(), Contains(HasSubstr("combined into one")));
  EXPECT_FALSE(result.pooled().has_participants());
  EXPECT_THAT(result.unusable(), IsEmpty());
}

// Shares n / (n + 110) of the variances; the covariance is the root of their
// product.
TEST_F(SharedContrastsTest, CombinesByTheSizesOfTheArms) {
  AddArm("low", 120);
  AddArm("high", 115);
  AddArm("control", 110);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_COMBINE);
  ASSERT_EQ(result.studies_size(), 1);
  EXPECT_NEAR(result.studies(0).yi(), -0.268737899966, 1e-9);
  EXPECT_NEAR(result.studies(0).sei(), 0.136501615858, 1e-9);
  EXPECT_THAT(result.studies(0).derivation(), HasSubstr("by the sizes"));
  EXPECT_EQ(result.studies(0).participants(), 235);
  EXPECT_EQ(result.studies(0).reference_participants(), 110);
  EXPECT_EQ(result.pooled().participants(), 345);
}

// V[1, 2] = 0.5 sqrt(V[1, 1] V[2, 2]).
TEST_F(SharedContrastsTest, CombinesWithACorrelationOfOneHalfElse) {
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_COMBINE);
  ASSERT_EQ(result.studies_size(), 1);
  EXPECT_NEAR(result.studies(0).yi(), -0.269415572078, 1e-9);
  EXPECT_NEAR(result.studies(0).sei(), 0.135816766691, 1e-9);
  EXPECT_THAT(result.studies(0).derivation(),
              HasSubstr("a correlation of 0.5, for neither its events nor all "
                        "sizes are known"));
}

TEST_F(SharedContrastsTest, CombinesThree) {
  Add("middle", "control", 1.1, 0.8, 1.5125);
  const v1::OutcomeResult half = Run(v1::SHARED_COMPARATOR_COMBINE);
  ASSERT_EQ(half.studies_size(), 1);
  EXPECT_NEAR(half.studies(0).yi(), -0.157058786509, 1e-9);
  EXPECT_NEAR(half.studies(0).sei(), 0.129240310209, 1e-9);
  AddArm("control", 0).set_events(75);
  const v1::OutcomeResult events = made_.RunOutcome();
  EXPECT_NEAR(events.studies(0).yi(), -0.16128842579, 1e-9);
  EXPECT_NEAR(events.studies(0).sei(), 0.131056223913, 1e-9);
}

// v + 1 / 75: the comparator's 75 events in two halves bring 2 / 75. Pooled
// with another trial by rma(method = "EE").
TEST_F(SharedContrastsTest, SplitsTheComparatorAmongItsComparisons) {
  AddArm("control", 110).set_events(75);
  made_.AddTrial("t2");
  Add("drug", "control", 0.75, 0.6, 0.9375);
  made_.outcome().set_model(v1::POOLING_MODEL_COMMON_EFFECT);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_SPLIT);
  ASSERT_EQ(result.studies_size(), 3);
  EXPECT_THAT(StudiesOf(result), ElementsAre("t1 (high)", "t1 (low)", "t2"));
  EXPECT_NEAR(result.studies(0).sei(), 0.206893297515, 1e-9);
  EXPECT_NEAR(result.studies(1).sei(), 0.186761415111, 1e-9);
  EXPECT_THAT(result.studies(1).derivation(),
              HasSubstr("SE 0.1468 enlarged to 0.1868, for the comparator "
                        "control is shared by 2 comparisons: its 75 events"));
  EXPECT_THAT(result.studies(1).notes(),
              Contains(HasSubstr("they stay correlated, which is ignored")));
  EXPECT_NEAR(result.pooled().estimate(), -0.285835736945, 1e-9);
  EXPECT_NEAR(result.pooled().standard_error(), 0.087983654402, 1e-9);
  EXPECT_EQ(result.leave_one_out(0).title(), "without t1 (high)");
}

TEST_F(SharedContrastsTest, SplitsHalfOfEachVarianceWhereNothingIsKnown) {
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_SPLIT);
  ASSERT_EQ(result.studies_size(), 2);
  EXPECT_NEAR(result.studies(1).sei(), std::sqrt(1.5) * 0.146787236642, 1e-9);
}

TEST_F(SharedContrastsTest, NobodyCountsTwiceAmongParticipantsOfSplits) {
  AddArm("low", 120);
  AddArm("high", 115);
  AddArm("control", 110);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_SPLIT);
  ASSERT_EQ(result.studies_size(), 2);
  EXPECT_EQ(result.studies(0).reference_participants(), 55);
  EXPECT_EQ(result.pooled().participants(), 345);
}

TEST_F(SharedContrastsTest, GroupsThatCountAreNotComparedWithEachOther) {
  Add("high", "low", 0.875, 0.6, 1.2760);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_COMBINE);
  ASSERT_EQ(result.studies_size(), 1);
  EXPECT_NEAR(result.studies(0).yi(), -0.269415572078, 1e-9);
  ASSERT_EQ(result.excluded_size(), 1);
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("compares groups with each other"));
}

// Where the comparison does not count participants, its arms do, for the study
// and for the pooled effect.
TEST_F(SharedContrastsTest, ParticipantsOfAPooledEffectMayBeThoseOfItsArms) {
  made_.AddTrial("t2");
  const auto count = [](v1::Arm& arm, int participants) {
    v1::ParticipantCount& counted = *arm.add_participant_counts();
    counted.set_report("paper");
    counted.set_count(participants);
  };
  for (v1::EvidenceRow* row : {made_.results()[0], made_.results()[1],
                               &Add("drug", "control", 0.75, 0.6, 0.9375)}) {
    count(*row->add_arms(), 279);
    count(*row->add_reference_arms(), 140);
  }
  for (const v1::SharedComparator choice :
       {v1::SHARED_COMPARATOR_COMBINE, v1::SHARED_COMPARATOR_SPLIT}) {
    EXPECT_EQ(Run(choice).pooled().participants(), 279 + 279 + 140 + 419);
  }
  made_.results()[2]->clear_arms();
  EXPECT_FALSE(made_.RunOutcome().pooled().has_participants());
}

TEST_F(SharedContrastsTest, SharingIsOfferedBesideAComparisonOfTheGroups) {
  Add("high", "low", 0.875, 0.6, 1.2760);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_NONE);
  ASSERT_EQ(result.excluded_size(), 3);
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("or sharedComparator combine or split"));
}

// A report that leaves out one variance does not choose the other arm.
TEST_F(SharedContrastsTest, AMissingVarianceDoesNotChooseTheArm) {
  v1::EvidenceRow& high = *made_.results()[1];
  high.clear_low();
  high.clear_high();
  for (const v1::SharedComparator choice :
       {v1::SHARED_COMPARATOR_NONE, v1::SHARED_COMPARATOR_COMBINE,
        v1::SHARED_COMPARATOR_SPLIT}) {
    const v1::OutcomeResult result = Run(choice);
    EXPECT_THAT(result.studies(), IsEmpty());
    ASSERT_EQ(result.excluded_size(), 2);
    EXPECT_EQ(result.excluded(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
    EXPECT_EQ(result.excluded(1).reason(), v1::EXCLUSION_REASON_NOT_PREFERRED);
    ASSERT_EQ(result.unusable_size(), 1);
    EXPECT_THAT(
        result.unusable(0).explanation(),
        AllOf(HasSubstr("of low against control; "),
              HasSubstr("of high against control, which cannot be pooled"),
              HasSubstr("none counts"),
              HasSubstr("want the number that is missing, or a filter")));
    EXPECT_EQ(absl::StrContains(result.unusable(0).explanation(),
                                "a number that can be pooled of each of them, "
                                "and that of high has none"),
              choice != v1::SHARED_COMPARATOR_NONE);
  }
}

// What adds nothing does not stand in the way of the others.
TEST_F(SharedContrastsTest, GroupsComparedWithEachOtherNeedNoVariance) {
  v1::EvidenceRow& among = Add("high", "low", 0.875, 0.6, 1.2760);
  among.clear_low();
  among.clear_high();
  EXPECT_EQ(Run(v1::SHARED_COMPARATOR_COMBINE).studies_size(), 1);
  EXPECT_EQ(Run(v1::SHARED_COMPARATOR_SPLIT).studies_size(), 2);
}

// Another report of the same groups without a variance takes nothing away.
TEST_F(SharedContrastsTest, TheSameGroupsWithoutAVarianceAreNoRivals) {
  made_.AddTrial("t2");
  Add("drug", "control", 0.75, 0.6, 0.9375);
  v1::EvidenceRow& again = Add("drug", "control", 0.8, 0.6, 1.0667);
  again.set_id(again.id() + "-again");
  again.clear_low();
  again.clear_high();
  EXPECT_THAT(StudiesOf(Run(v1::SHARED_COMPARATOR_NONE)), ElementsAre("t2"));
}

TEST_F(SharedContrastsTest, WhatIsNotAgainstOneComparatorStaysOut) {
  Add("other", "placebo", 0.9, 0.7, 1.1571);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_COMBINE);
  EXPECT_THAT(result.studies(), IsEmpty());
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("not all printed comparisons of one result against one "
                        "comparator"));
}

TEST_F(SharedContrastsTest, TheSameParticipantsNeverCountTwice) {
  made_.results()[1]->mutable_contrast()->mutable_group()->add_arms("low");
  EXPECT_THAT(Run(v1::SHARED_COMPARATOR_SPLIT).studies(), IsEmpty());
}

TEST_F(SharedContrastsTest, EventsThatExplainMoreThanAllAreNotBelieved) {
  AddArm("control", 110).set_events(20);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_COMBINE);
  EXPECT_NEAR(result.studies(0).sei(), 0.135816766691, 1e-9);
  EXPECT_THAT(result.studies(0).derivation(),
              HasSubstr("20 events would bring more than a whole variance"));
}

TEST_F(SharedContrastsTest, ValuesInDisputeAreCombinedAlike) {
  v1::EvidenceRow other = *made_.results()[1];
  made_.results()[1]->add_conflicts("contrasts[high:control]");
  other.set_value(0.8);
  other.set_low(0.6);
  other.set_high(1.0667);
  made_.AddVariant(other);
  const v1::OutcomeResult result = Run(v1::SHARED_COMPARATOR_COMBINE);
  ASSERT_EQ(result.disputed_size(), 2);
  EXPECT_NEAR(result.disputed(1).pooled().effect().value(), 0.8, 1e-9);
}

TEST_F(SharedContrastsTest, IsRefusedWhereThereIsNothingToShare) {
  v1::ReviewOutcome plan;
  plan.set_shared_comparator(v1::SHARED_COMPARATOR_COMBINE);
  plan.set_statistic(v1::STATISTIC_PROPORTION);
  auto violations = CheckOutcomePlan(plan, "", PlanExtent::kWhole);
  ASSERT_EQ(violations.size(), 1);
  EXPECT_EQ(violations[0].field, "sharedComparator");
  plan.clear_statistic();
  plan.set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  plan.set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  violations = CheckOutcomePlan(plan, "", PlanExtent::kWhole);
  ASSERT_EQ(violations.size(), 1);
  EXPECT_THAT(violations[0].description,
              HasSubstr("want pooling inverse-variance"));
}

}  // namespace
}  // namespace consilium
