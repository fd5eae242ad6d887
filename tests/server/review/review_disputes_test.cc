// What is in dispute, or only may belong to an outcome, is told and not
// decided.
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/treatment.h"
#include "tests/server/review/made_review.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ReviewDisputesTest, NoneOfTwoResultsThatNothingTellsApartCounts) {
  MadeReview made;
  made.AddTrial("clear");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.AddTrial("doubtful");
  made.AddHazardRatio(0.5, 0.3, 0.8);
  v1::EvidenceRow& second = made.AddHazardRatio(0.9, 0.7, 1.2);
  second.set_id("trials/doubtful/endpoints/os#contrasts[second]");
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_THAT(StudiesOf(result), ElementsAre("clear"));
  ASSERT_EQ(result.excluded_size(), 2);
  for (const v1::ExcludedResult& excluded : result.excluded()) {
    EXPECT_EQ(excluded.reason(), v1::EXCLUSION_REASON_NOT_PREFERRED);
    EXPECT_THAT(excluded.explanation(), HasSubstr("0.5; 0.9"));
  }
  // A preference of the protocol decides.
  second.set_population(v1::ANALYSIS_POPULATION_INTENTION_TO_TREAT);
  EXPECT_THAT(StudiesOf(made.RunOutcome()), ElementsAre("clear", "doubtful"));
}

TEST(ReviewDisputesTest, DisputedValuesGiveARange) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.AddTrial("t2");
  v1::EvidenceRow& disputed = made.AddHazardRatio(0.7, 0.5, 0.98);
  disputed.add_conflicts("contrasts[a:b]");
  v1::EvidenceRow other = disputed;
  other.set_value(0.95);
  other.set_low(0.7);
  other.set_high(1.3);
  made.AddVariant(other);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 2);
  EXPECT_FALSE(result.studies(0).disputed());
  EXPECT_TRUE(result.studies(1).disputed());
  ASSERT_EQ(result.studies(1).disputed_effects_size(), 1);
  EXPECT_NEAR(result.studies(1).disputed_effects(0).value(), 0.95, 1e-9);
  ASSERT_EQ(result.disputed_size(), 2);
  const double low = result.disputed(0).pooled().effect().value();
  const double high = result.disputed(1).pooled().effect().value();
  EXPECT_NEAR(low, result.pooled().effect().value(), 1e-9);
  EXPECT_GT(high, low);

  // The other value alone gives the upper end.
  disputed.set_value(0.95);
  disputed.set_low(0.7);
  disputed.set_high(1.3);
  EXPECT_NEAR(made.RunOutcome().pooled().effect().value(), high, 1e-9);
}

TEST(ReviewDisputesTest, ADisputedIntervalGivesARangeOfIntervals) {
  MadeReview made;
  made.AddTrial("t1");
  v1::EvidenceRow& disputed = made.AddHazardRatio(0.7, 0.5, 0.98);
  disputed.add_conflicts("contrasts[a:b]");
  v1::EvidenceRow other = disputed;
  other.set_low(0.4);
  other.set_high(1.225);
  made.AddVariant(other);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.disputed_size(), 2);
  const v1::EffectEstimate& lowest = result.disputed(0).pooled().effect();
  const v1::EffectEstimate& highest = result.disputed(1).pooled().effect();
  EXPECT_NEAR(lowest.low(), 0.4, 1e-9);
  EXPECT_NEAR(highest.high(), 1.225, 1e-9);
}

TEST(ReviewDisputesTest, AnIntervalThatReachesFurtherThanTheExtremesIsShown) {
  MadeReview made;
  made.AddTrial("t1");
  v1::EvidenceRow& disputed = made.AddHazardRatio(0.7, 0.5, 0.98);
  disputed.add_conflicts("contrasts[a:b]");
  for (const auto& [value, low, high] :
       {std::tuple(0.6, 0.55, 0.6545), std::tuple(0.8, 0.75, 0.8533)}) {
    v1::EvidenceRow other = disputed;
    other.set_value(value);
    other.set_low(low);
    other.set_high(high);
    made.AddVariant(other);
  }
  const v1::OutcomeResult result = made.RunOutcome();
  std::vector<std::string> ids;
  for (const v1::PooledPart& part : result.disputed()) ids.push_back(part.id());
  EXPECT_THAT(
      ids, ElementsAre("lowest", "highest", "lowest-bound", "highest-bound"));
  EXPECT_NEAR(result.disputed(2).pooled().effect().low(), 0.5, 1e-3);
  EXPECT_NEAR(result.disputed(3).pooled().effect().high(), 0.98, 1e-3);
}

TEST(ReviewDisputesTest, AConclusionSaysThatValuesInDisputeWouldTurnIt) {
  MadeReview made;
  made.outcome().mutable_threshold()->set_effect(0.8);
  made.AddTrial("t1");
  v1::EvidenceRow& disputed = made.AddHazardRatio(0.7, 0.5, 0.98);
  disputed.add_conflicts("contrasts[a:b]");
  v1::EvidenceRow other = disputed;
  other.set_value(0.75);
  made.AddVariant(other);
  EXPECT_EQ(made.RunOutcome().conclusion(), "The effect reaches 0.8.");
  other.set_value(0.9);
  other.set_high(1.62);
  made.AddVariant(other);
  EXPECT_EQ(made.RunOutcome().conclusion(),
            "The effect reaches 0.8. By other values in dispute the effect "
            "would not go beyond 0.8.");
}

// The trials and fields of what only may match: "t2: line".
template <typename Results>
std::vector<std::string> PossibleIn(const Results& results) {
  std::vector<std::string> possible;
  for (const v1::PossibleResult& each : results) {
    possible.push_back(absl::StrCat(each.trial_id(), ": ",
                                    absl::StrJoin(each.fields(), ", ")));
  }
  return possible;
}

TEST(ReviewDisputesTest, ATrialWithoutArmsMayBelongToTheReview) {
  MadeReview made;
  FillTreatment(UnrecordedTreatment(), /*arms_known=*/true,
                made.AddTrial("bare"));
  made.AddHazardRatio(0.5, 0.3, 0.8);
  made.review().set_inclusion_filter("drugClasses = egfr-tki");
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  EXPECT_THAT(PossibleIn(result.possible_trials()),
              ElementsAre("bare: drugClasses"));
}

TEST(ReviewDisputesTest, TrialsThatMayBeEligibleAreListedApartAndNeverPooled) {
  MadeReview made;
  made.review().set_inclusion_filter("line = 1");
  made.AddTrial("first").set_line(1);
  made.AddHazardRatio(0.6, 0.4, 0.9);
  v1::EvidenceRow& open = made.AddTrial("open");
  open.add_unstated("line");
  v1::EvidenceRow& result_of_open = made.AddHazardRatio(0.7, 0.5, 0.98);
  made.AddTrial("second").set_line(2);
  made.AddHazardRatio(0.8, 0.6, 1.1);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  EXPECT_THAT(result.included_trials(), ElementsAre("first"));
  EXPECT_THAT(PossibleIn(result.possible_trials()), ElementsAre("open: line"));
  ASSERT_EQ(result.excluded_trials_size(), 1);
  EXPECT_EQ(result.excluded_trials(0).trial_id(), "second");
  EXPECT_THAT(StudiesOf(result.outcomes(0)), ElementsAre("first"));
  EXPECT_THAT(PossibleIn(result.outcomes(0).possible()),
              ElementsAre("open: line"));
  EXPECT_EQ(result.outcomes(0).possible(0).row(), result_of_open.id());
  EXPECT_TRUE(result.outcomes(0).excluded().empty());

  // Once it is known, it counts, and nothing stays open.
  open.clear_unstated();
  open.set_line(1);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult known, made.Run());
  EXPECT_THAT(known.included_trials(), ElementsAre("first", "open"));
  EXPECT_THAT(known.possible_trials(), IsEmpty());
  EXPECT_EQ(known.outcomes(0).studies_size(), 2);
  EXPECT_THAT(known.outcomes(0).possible(), IsEmpty());
}

TEST(ReviewDisputesTest, TheHashCoversWhatMayBeEligible) {
  MadeReview made;
  made.review().set_inclusion_filter("line = 1");
  v1::EvidenceRow& open = made.AddTrial("open");
  open.add_unstated("line");
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult before, made.Run());
  open.set_title("A longer title");
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult after, made.Run());
  EXPECT_NE(before.stamp().inputs_hash(), after.stamp().inputs_hash());
}

// The language of filters means one thing, in a search and in a protocol.
TEST(ReviewDisputesTest, FiltersOfOutcomesKnowBounds) {
  MadeReview made;
  const auto add = [&made](const std::string& id, double p,
                           v1::Comparator comparator) {
    made.AddTrial(id);
    v1::EvidenceRow& row = made.AddHazardRatio(0.6, 0.4, 0.9);
    row.set_p(p);
    row.set_p_comparator(comparator);
  };
  add("equal", 0.04, v1::COMPARATOR_EQUAL);
  add("below", 0.05, v1::COMPARATOR_LESS);
  add("open", 0.1, v1::COMPARATOR_LESS);
  add("above", 0.05, v1::COMPARATOR_GREATER);
  made.outcome().set_filter("outcome = os AND p < 0.05");
  const v1::OutcomeResult holds = made.RunOutcome();
  EXPECT_THAT(StudiesOf(holds), ElementsAre("below", "equal"));
  EXPECT_THAT(PossibleIn(holds.possible()), ElementsAre("open: p"));

  made.outcome().set_filter("outcome = os AND NOT p < 0.05");
  const v1::OutcomeResult fails = made.RunOutcome();
  EXPECT_THAT(StudiesOf(fails), ElementsAre("above"));
  EXPECT_THAT(PossibleIn(fails.possible()), ElementsAre("open: p"));

  made.outcome().set_filter("outcome = os AND p > 0.05 AND p < 0.1");
  const v1::OutcomeResult neither = made.RunOutcome();
  EXPECT_EQ(neither.state(), v1::OUTCOME_STATE_NO_EVIDENCE);
  EXPECT_THAT(PossibleIn(neither.possible()),
              ElementsAre("above: p", "open: p"));
  EXPECT_THAT(neither.explanation(), HasSubstr("2 rows"));
}

TEST(ReviewDisputesTest, FiltersOfOutcomesKnowUnits) {
  MadeReview made;
  made.outcome().clear_measure();
  made.outcome().set_statistic(v1::STATISTIC_MEDIAN);
  made.outcome().set_filter("outcome = events AND value > \"1 year\"");
  made.AddTrial("weeks");
  v1::EvidenceRow& row = made.AddCounts("a", 0, 40);
  row.clear_events();
  row.set_statistic(v1::STATISTIC_MEDIAN);
  row.set_unit("wk");
  row.set_value(40);
  row.set_comparator(v1::COMPARATOR_GREATER);
  const v1::OutcomeResult open = made.RunOutcome();
  EXPECT_THAT(PossibleIn(open.possible()), ElementsAre("weeks: valueMonths"));
  EXPECT_THAT(open.excluded(), IsEmpty());
  row.set_value(60);
  const v1::OutcomeResult longer = made.RunOutcome();
  EXPECT_THAT(longer.possible(), IsEmpty());
  ASSERT_EQ(longer.excluded_size(), 1);
  EXPECT_EQ(longer.excluded(0).reason(), v1::EXCLUSION_REASON_MEDIAN);
}

TEST(ReviewDisputesTest, SensitivityLeavesOutWhatItsFilterOnlyMayMean) {
  MadeReview made;
  for (const char* const id : {"t1", "t2"}) {
    made.AddTrial(id);
    made.AddHazardRatio(0.6, 0.4, 0.9).set_p(0.01);
  }
  made.AddTrial("t3");
  v1::EvidenceRow& open = made.AddHazardRatio(0.9, 0.5, 1.6);
  open.set_p(0.1);
  open.set_p_comparator(v1::COMPARATOR_LESS);
  v1::SensitivityAnalysis& analysis = *made.outcome().add_sensitivity();
  analysis.set_id("clear");
  analysis.set_filter("p < 0.05");
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_EQ(result.studies_size(), 3);
  ASSERT_EQ(result.sensitivity_size(), 1);
  EXPECT_EQ(result.sensitivity(0).rows_size(), 2);
  EXPECT_THAT(PossibleIn(result.sensitivity(0).possible()),
              ElementsAre("t3: p"));
}

TEST(ReviewDisputesTest, WhatMayBelongApartIsNotPooled) {
  MadeReview made;
  v1::ReviewSection& section = *made.review().add_sections();
  section.set_id("later-lines");
  section.set_title("Later lines");
  section.set_filter("line > 1");
  section.set_never_pooled(true);
  made.AddTrial("first").set_line(1);
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.AddTrial("open").add_unstated("line");
  made.AddHazardRatio(0.7, 0.5, 0.98);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  EXPECT_THAT(result.included_trials(), ElementsAre("first"));
  EXPECT_THAT(PossibleIn(result.possible_trials()), ElementsAre("open: line"));
  ASSERT_EQ(result.sections_size(), 1);
  EXPECT_THAT(result.sections(0).trials(), IsEmpty());
  EXPECT_THAT(PossibleIn(result.sections(0).possible()),
              ElementsAre("open: line"));
  EXPECT_THAT(StudiesOf(result.outcomes(0)), ElementsAre("first"));
}

TEST(ReviewDisputesTest, StudiesThatCannotBePooledAreNamedAndLeftOut) {
  MadeReview made;
  for (const char* const id : {"t1", "t2"}) {
    made.AddTrial(id);
    made.AddHazardRatio(0.6, 0.4, 0.9);
  }
  made.AddTrial("bare");
  made.AddHazardRatio(0.5);
  made.AddTrial("whole");
  made.AddHazardRatio(0.7, 0.5, 0.98);
  // A second row of a study that counts is no study without.
  v1::EvidenceRow& second = made.AddHazardRatio(0.8);
  second.set_id("trials/whole/endpoints/os#contrasts[second]");
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_THAT(StudiesOf(result), ElementsAre("t1", "t2", "whole"));
  ASSERT_EQ(result.unusable_size(), 1);
  EXPECT_EQ(result.unusable(0).study(), "bare");
  EXPECT_EQ(result.unusable(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
  EXPECT_THAT(result.pooled().notes(),
              Contains(AllOf(HasSubstr("1 of 4 studies cannot be pooled: bare"),
                             HasSubstr("no variance"))));

  // Only because the protocol asks for that.
  made.outcome().clear_unusable_studies();
  const v1::OutcomeResult refused = made.RunOutcome();
  EXPECT_EQ(refused.plan().unusable_studies(), v1::UNUSABLE_STUDIES_REFUSE);
  EXPECT_EQ(refused.state(), v1::OUTCOME_STATE_NOT_POOLABLE);
  EXPECT_FALSE(refused.has_pooled());
  EXPECT_EQ(refused.studies_size(), 3);
  EXPECT_THAT(refused.explanation(),
              AllOf(HasSubstr("bare"), HasSubstr("unusableStudies")));
}

TEST(ReviewDisputesTest, OutcomesThatNoWordNamesAreToldApart) {
  MadeReview made;
  made.outcome().set_filter("outcome = other");
  for (const char* const id : {"pain", "itch"}) {
    made.AddTrial(id);
    v1::EvidenceRow& row = made.AddHazardRatio(0.6, 0.4, 0.9);
    row.set_outcome("other");
    row.mutable_endpoint()->set_title(id);
  }
  EXPECT_THAT(
      made.RunOutcome().plan_notes(),
      Contains(HasSubstr("2 outcomes that no word names (itch; pain)")));
  made.outcome().set_filter("outcome = other AND endpoint.title = pain");
  EXPECT_THAT(made.RunOutcome().plan_notes(), IsEmpty());
}

TEST(ReviewDisputesTest, EventsThatNoWordNamesAreToldApart) {
  MadeReview made;
  made.AddTrial("t1");
  for (const char* const title : {"Purple nails", "Cold feet"}) {
    v1::EvidenceRow& row = made.AddCounts("a", 3, 30);
    row.set_id(absl::StrCat("trials/t1/adverseEvents/", title));
    row.set_kind(v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT);
    row.clear_outcome();
    row.clear_estimate();
    row.set_adverse_event("other");
    row.mutable_event()->set_title(title);
  }
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  std::vector<std::string> titles;
  for (const v1::ToxicityRow& row : result.toxicity()) {
    EXPECT_EQ(row.cells_size(), 1);
    titles.push_back(row.title());
  }
  EXPECT_THAT(titles, ElementsAre("Cold feet", "Purple nails"));
}

TEST(ReviewDisputesTest, StudiesOnAnotherScaleAreNamed) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  made.outcome().set_filter("outcome = events");
  for (const char* const id : {"t1", "t2", "other"}) {
    made.AddTrial(id);
    for (const char* const arm : {"a", "b"}) {
      made.AddMean(arm, 20, 4, 50)
          .set_unit(id == std::string("other") ? "mm" : "kg");
    }
  }
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_THAT(StudiesOf(result), ElementsAre("t1", "t2"));
  ASSERT_EQ(result.unusable_size(), 1);
  EXPECT_EQ(result.unusable(0).study(), "other");
  EXPECT_THAT(result.unusable(0).explanation(), HasSubstr("its unit is mm"));
}

}  // namespace
}  // namespace consilium
