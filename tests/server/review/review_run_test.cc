// Protocols over small registries, down to the number.
#include "server/review/review_run.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/review/errors.h"
#include "server/review/outcome_result.h"
#include "server/review/plan_checks.h"
#include "server/review/review_plan.h"
#include "tests/server/review/made_review.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(ReviewRunTest, AStandardErrorOf0IsNoResult) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_DIFFERENCE);
  made.outcome().set_filter("outcome = events");
  made.outcome().set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  for (const char* trial : {"t1", "t2"}) {
    made.AddTrial(trial);
    made.AddCounts("a", 0, 50);
    made.AddCounts("b", 0, 61);
  }
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_EQ(result.state(), v1::OUTCOME_STATE_NOT_POOLABLE);
  EXPECT_FALSE(result.has_pooled());
  EXPECT_THAT(result.explanation(),
              HasSubstr("no participant of any study has the event (0 of 100 "
                        "against 0 of 122)"));
  EXPECT_EQ(result.studies_size(), 2);
}

// rma(yi, vi, test = "knha") of these effects with vi = 0.09, and test = "z".
TEST(ReviewRunTest, NarrowHartungKnappIsTold) {
  MadeReview made;
  const double reach = 1.959963984540054 * 0.3;
  int number = 1;
  for (const double y : {.50, .52, .54, .55, .56, .60}) {
    made.AddTrial(absl::StrCat("t", number++));
    made.AddHazardRatio(std::exp(y), std::exp(y - reach), std::exp(y + reach));
  }
  const v1::PooledEffect pooled = made.RunOutcome().pooled();
  EXPECT_NEAR(pooled.standard_error(), 0.0140830867829, 1e-9);
  EXPECT_THAT(pooled.notes(),
              testing::Contains(testing::AllOf(
                  HasSubstr("a standard error of 0.0141 where the normal one "
                            "is 0.122, with the interval 1.36 to 2.19"),
                  HasSubstr("hartung-knapp-ad-hoc"))));
  made.outcome().set_interval_method(v1::INTERVAL_METHOD_HARTUNG_KNAPP_AD_HOC);
  EXPECT_THAT(made.RunOutcome().pooled().notes(),
              ElementsAre("tau2 is 0, its lower bound"));
}

TEST(ReviewRunTest, NoteOnTwoStudiesLooksAtTheInterval) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.AddTrial("t2");
  v1::EvidenceRow& second = made.AddHazardRatio(0.8, 0.6, 1.07);
  EXPECT_THAT(made.RunOutcome().pooled().notes(),
              testing::Contains(HasSubstr("is very wide; the normal one is")));
  second.set_value(0.6);
  second.set_low(0.4);
  second.set_high(0.9);
  // Equal effects have no scatter: rma(yi, sei, test = "z").
  const v1::PooledEffect pooled = made.RunOutcome().pooled();
  EXPECT_THAT(
      pooled.notes(),
      testing::AllOf(
          testing::Not(testing::Contains(HasSubstr("very wide"))),
          testing::Contains(HasSubstr("standard error is 0, which is no "
                                      "result; the interval is the normal"))));
  EXPECT_NEAR(std::log(pooled.effect().low()), -0.797532751, 1e-8);
  EXPECT_NEAR(std::log(pooled.effect().high()), -0.224118496, 1e-8);
}

// rma(yi, vi, method = "EE") of dat.bcg.
TEST(ReviewRunTest, CommonEffectAsSensitivityHasTheNormalInterval) {
  MadeReview made;
  AddBcg(made);
  v1::SensitivityAnalysis& analysis = *made.outcome().add_sensitivity();
  analysis.set_id("ce");
  analysis.set_model(v1::POOLING_MODEL_COMMON_EFFECT);
  const v1::PooledEffect pooled = made.RunOutcome().sensitivity(0).pooled();
  EXPECT_NEAR(std::log(pooled.effect().low()), -0.509661258426, 1e-9);
  EXPECT_NEAR(std::log(pooled.effect().high()), -0.350909068882, 1e-9);
  EXPECT_THAT(pooled.method(), HasSubstr("normal interval"));
  // What the analysis names stays.
  made.outcome().mutable_sensitivity(0)->set_interval_method(
      v1::INTERVAL_METHOD_HARTUNG_KNAPP);
  EXPECT_THAT(made.RunOutcome().sensitivity(0).pooled().method(),
              HasSubstr("Hartung-Knapp"));
}

TEST(ReviewRunTest, OneStudyWithoutVarianceDoesNotKeepOthersFromBeingPooled) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  made.outcome().set_filter("outcome = events");
  for (const char* trial : {"t1", "t2", "t3"}) {
    const double deviation = trial[1] == '3' ? 0 : 4;
    made.AddTrial(trial);
    made.AddMean("a", 10, deviation, 25);
    made.AddMean("b", trial[1], deviation, 25);
  }
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_EQ(result.state(), v1::OUTCOME_STATE_POOLED) << result.explanation();
  EXPECT_THAT(StudiesOf(result), ElementsAre("t1", "t2"));
  ASSERT_EQ(result.excluded_size(), 2);
  EXPECT_EQ(result.excluded(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("its standard error is 0"));
}

TEST(ReviewRunTest, ThresholdsOfDifferencesStartAt0) {
  v1::ReviewOutcome plan;
  plan.set_measure(v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE);
  v1::EffectEstimate effect;
  effect.set_value(0.5);
  const auto conclude = [&](double threshold) {
    plan.mutable_threshold()->set_effect(threshold);
    return Conclude(plan, effect, v1::CERTAINTY_LEVEL_UNSPECIFIED);
  };
  EXPECT_EQ(conclude(0.3), v1::CONCLUSION_STATE_BEYOND);
  EXPECT_EQ(conclude(0.6), v1::CONCLUSION_STATE_NOT_BEYOND);
  effect.set_value(-0.5);
  EXPECT_EQ(conclude(-0.3), v1::CONCLUSION_STATE_BEYOND);
  plan.set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  effect.set_value(0.5);
  EXPECT_EQ(conclude(0.6), v1::CONCLUSION_STATE_BEYOND);
  EXPECT_EQ(conclude(1.5), v1::CONCLUSION_STATE_NOT_BEYOND);
}

TEST(ReviewRunTest, ContradictionsAreToldWithoutNamesOfFields) {
  MadeReview made;
  made.AddTrial("null");
  made.AddHazardRatio(1).set_p(0.9);
  made.AddTrial("sides");
  made.AddHazardRatio(0.6, 0.4, 0.9)
      .mutable_contrast()
      ->mutable_interval()
      ->set_sides(v1::SIDES_ONE);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.excluded_size(), 2);
  // 1.0 is rounded, and contradicts no P.
  EXPECT_EQ(result.excluded(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
  EXPECT_EQ(result.excluded(0).explanation(),
            "the estimate is printed as 1, no effect at all within its "
            "rounding, which with P 0.9 fits any standard error; want an "
            "interval or a standard error");
  EXPECT_THAT(
      result.excluded(1).explanation(),
      testing::StartsWith("the interval has both bounds and a one-sided "
                          "level; want the one bound"));
}

TEST(ReviewRunTest, PlansAreRefusedWithWhatToUse) {
  v1::ReviewOutcome plan;
  plan.set_statistic(v1::STATISTIC_RATE);
  plan.set_proportion_scale(v1::PROPORTION_SCALE_ARCSINE);
  auto violations = CheckOutcomePlan(plan, "", PlanExtent::kWhole);
  ASSERT_EQ(violations.size(), 1);
  EXPECT_EQ(violations[0].field, "proportionScale");
  EXPECT_THAT(violations[0].description, HasSubstr("want logit or raw"));
  plan.clear_statistic();
  plan.clear_proportion_scale();
  plan.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  plan.set_pooling(v1::POOLING_METHOD_PETO);
  violations = CheckOutcomePlan(plan, "", PlanExtent::kWhole);
  ASSERT_EQ(violations.size(), 1);
  EXPECT_THAT(violations[0].description,
              HasSubstr("inverse-variance with the model common-effect"));
}

TEST(ReviewRunTest, SameInputGivesTheSameBytes) {
  MadeReview made;
  AddBcg(made);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult first, made.Run());
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult second, made.Run());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
}

TEST(ReviewRunTest, ExactPGivesAStandardErrorAndABoundDoesNot) {
  MadeReview made;
  made.AddTrial("exact");
  made.AddHazardRatio(0.52).set_p(0.016);
  made.AddTrial("bounded");
  v1::EvidenceRow& bounded = made.AddHazardRatio(0.22);
  bounded.set_p(0.001);
  bounded.set_p_comparator(v1::COMPARATOR_LESS);
  made.AddTrial("bare");
  made.AddHazardRatio(0.7);
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_EQ(result.state(), v1::OUTCOME_STATE_ONE_STUDY);
  EXPECT_THAT(StudiesOf(result), ElementsAre("exact"));
  // |ln 0.52| / z(1 - 0.016 / 2).
  EXPECT_NEAR(result.studies(0).sei(), 0.271460, 1e-5);
  EXPECT_EQ(result.studies(0).derivation_method(),
            v1::DERIVATION_METHOD_P_VALUE);
  ASSERT_EQ(result.excluded_size(), 2);
  EXPECT_EQ(result.excluded(0).study(), "bare");
  EXPECT_EQ(result.excluded(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
  EXPECT_EQ(result.excluded(1).study(), "bounded");
  EXPECT_EQ(result.excluded(1).reason(), v1::EXCLUSION_REASON_BOUND);
}

TEST(ReviewRunTest, DesignsArePooledApart) {
  MadeReview made;
  made.AddTrial("r1");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.AddTrial("r2");
  made.AddHazardRatio(0.7, 0.5, 0.98);
  made.AddTrial("n1", v1::STUDY_DESIGN_NON_RANDOMIZED);
  made.AddHazardRatio(0.3, 0.2, 0.45);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult one, made.Run());
  ASSERT_EQ(one.outcomes_size(), 2);
  const v1::OutcomeResult& alone = one.outcomes(0);
  EXPECT_THAT(StudiesOf(alone), ElementsAre("r1", "r2"));
  EXPECT_THAT(alone.excluded(), IsEmpty());
  // A design that the plan does not pool is listed with its own.
  EXPECT_EQ(one.outcomes(1).design(), v1::STUDY_DESIGN_NON_RANDOMIZED);
  EXPECT_THAT(one.outcomes(1).studies(), IsEmpty());
  ASSERT_EQ(one.outcomes(1).excluded_size(), 1);
  EXPECT_EQ(one.outcomes(1).excluded(0).reason(), v1::EXCLUSION_REASON_DESIGN);

  made.outcome().add_designs(v1::STUDY_DESIGN_RANDOMIZED);
  made.outcome().add_designs(v1::STUDY_DESIGN_NON_RANDOMIZED);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult both, made.Run());
  ASSERT_EQ(both.outcomes_size(), 2);
  EXPECT_THAT(StudiesOf(both.outcomes(0)), ElementsAre("r1", "r2"));
  EXPECT_THAT(StudiesOf(both.outcomes(1)), ElementsAre("n1"));
  EXPECT_EQ(both.outcomes(0).pooled().estimate(), alone.pooled().estimate());
}

TEST(ReviewRunTest, NothingIsListedUnderADesignThatItCannotHave) {
  MadeReview made;
  made.outcome().set_filter("outcome = os AND p < 0.05");
  made.outcome().add_designs(v1::STUDY_DESIGN_RANDOMIZED);
  made.outcome().add_designs(v1::STUDY_DESIGN_NON_RANDOMIZED);
  const auto add = [&made](const std::string& id, v1::StudyDesign design,
                           double p, v1::Comparator comparator) {
    made.AddTrial(id, design);
    v1::EvidenceRow& row = made.AddHazardRatio(0.6, 0.4, 0.9);
    row.set_p(p);
    row.set_p_comparator(comparator);
    if (design == v1::STUDY_DESIGN_UNSPECIFIED) row.clear_design();
  };
  add("randomized", v1::STUDY_DESIGN_RANDOMIZED, 0.01, v1::COMPARATOR_EQUAL);
  add("retrospective", v1::STUDY_DESIGN_NON_RANDOMIZED, 0.1,
      v1::COMPARATOR_LESS);
  add("unknown", v1::STUDY_DESIGN_UNSPECIFIED, 0.01, v1::COMPARATOR_EQUAL);
  add("unknown-too", v1::STUDY_DESIGN_UNSPECIFIED, 0.1, v1::COMPARATOR_LESS);
  add("across", v1::STUDY_DESIGN_CROSS_TRIAL, 0.01, v1::COMPARATOR_EQUAL);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  ASSERT_EQ(result.outcomes_size(), 4);
  EXPECT_THAT(StudiesOf(result.outcomes(0)), ElementsAre("randomized"));
  EXPECT_THAT(result.outcomes(0).possible(), IsEmpty());
  EXPECT_THAT(result.outcomes(0).excluded(), IsEmpty());
  EXPECT_EQ(result.outcomes(1).design(), v1::STUDY_DESIGN_NON_RANDOMIZED);
  ASSERT_EQ(result.outcomes(1).possible_size(), 1);
  EXPECT_EQ(result.outcomes(1).possible(0).study(), "retrospective");
  const v1::OutcomeResult& unknown = result.outcomes(2);
  EXPECT_FALSE(unknown.has_design());
  EXPECT_THAT(StudiesOf(unknown), IsEmpty());
  ASSERT_EQ(unknown.excluded_size(), 1);
  EXPECT_EQ(unknown.excluded(0).study(), "unknown");
  ASSERT_EQ(unknown.possible_size(), 1);
  EXPECT_EQ(unknown.possible(0).study(), "unknown-too");
  EXPECT_EQ(result.outcomes(3).design(), v1::STUDY_DESIGN_CROSS_TRIAL);
}

// Adds an arm to the row of the last trial added as `trial`.
v1::Arm& AddArm(v1::EvidenceRow& trial, const char* drug,
                v1::RadiotherapyTechnique technique,
                v1::RadiotherapyTarget target) {
  v1::Arm& arm = *trial.add_arms();
  arm.add_drugs()->set_drug(drug);
  v1::RadiotherapyComponent& radiotherapy = *arm.add_radiotherapies();
  radiotherapy.set_technique(technique);
  if (target != v1::RADIOTHERAPY_TARGET_UNSPECIFIED) {
    radiotherapy.set_target(target);
  }
  return arm;
}

std::vector<std::string> GapsOf(const v1::ReviewResult& result) {
  std::vector<std::string> gaps;
  for (const v1::GapCell& cell : result.gap_map()) {
    gaps.push_back(absl::StrCat(cell.drug_class(), " x ", cell.radiotherapy(),
                                ": ", cell.trials(), " of ",
                                cell.participants()));
  }
  return gaps;
}

TEST(ReviewRunTest, TheGapMapCountsByArmAndNobodyTwiceInARow) {
  MadeReview made;
  v1::EvidenceRow& surgery = made.AddTrial("surgery");
  surgery.set_enrolled(46);
  AddArm(surgery, "anlotinib", v1::RADIOTHERAPY_TECHNIQUE_SRS,
         v1::RADIOTHERAPY_TARGET_BRAIN);
  made.AddHazardRatio(0.6, 0.4, 0.9);
  v1::EvidenceRow& two = made.AddTrial("two");
  two.set_enrolled(100);
  AddArm(two, "afatinib", v1::RADIOTHERAPY_TECHNIQUE_GAMMA_KNIFE,
         v1::RADIOTHERAPY_TARGET_BRAIN);
  AddArm(two, "gefitinib", v1::RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN,
         v1::RADIOTHERAPY_TARGET_BRAIN)
      .add_participant_counts()
      ->set_count(30);
  AddArm(two, "gefitinib", v1::RADIOTHERAPY_TECHNIQUE_SBRT,
         v1::RADIOTHERAPY_TARGET_UNSPECIFIED);
  made.AddHazardRatio(0.6, 0.4, 0.9);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  EXPECT_THAT(GapsOf(result), ElementsAre("egfr-tki-1g x sbrt: 1 of 0",
                                          "egfr-tki-1g x wbrt: 1 of 30",
                                          "egfr-tki-2g x gamma-knife: 1 of 100",
                                          "vegfr-tki x srs: 1 of 46"));
}

TEST(ReviewRunTest, TheReaderIsToldWhereSilenceIsTakenForANo) {
  MadeReview made;
  made.review().set_inclusion_filter("NOT alterations = egfr");
  made.AddTrial("says").add_alterations("alk-fusion");
  made.AddTrial("silent");
  made.AddTrial("mutated").add_alterations("egfr-mutation");
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  EXPECT_THAT(result.included_trials(), ElementsAre("says", "silent"));
  EXPECT_THAT(result.notices(),
              ElementsAre("1 trial says nothing of alterations; NOT in the "
                          "inclusion filter takes that for no: silent"));
}

TEST(ReviewRunTest, OverlappingParticipantsCountOnceUnlessAllowed) {
  MadeReview made;
  made.AddTrial("early").add_overlaps("late");
  made.AddHazardRatio(0.6, 0.4, 0.9).set_participants(80);
  made.AddTrial("late").add_overlaps("early");
  made.AddHazardRatio(0.7, 0.5, 0.98).set_participants(120);
  const v1::OutcomeResult refused = made.RunOutcome();
  EXPECT_THAT(StudiesOf(refused), ElementsAre("late"));
  ASSERT_EQ(refused.excluded_size(), 1);
  EXPECT_EQ(refused.excluded(0).reason(), v1::EXCLUSION_REASON_OVERLAP);
  EXPECT_THAT(refused.excluded(0).explanation(), HasSubstr("late"));

  made.outcome().set_allow_overlap(true);
  const v1::OutcomeResult allowed = made.RunOutcome();
  EXPECT_THAT(StudiesOf(allowed), UnorderedElementsAre("early", "late"));
}

TEST(ReviewRunTest, ConclusionWantsEffectAndCertaintyAndNeverPAlone) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  v1::ConclusionThreshold& threshold = *made.outcome().mutable_threshold();
  threshold.set_effect(0.8);
  EXPECT_EQ(made.RunOutcome().conclusion_state(), v1::CONCLUSION_STATE_BEYOND);
  threshold.set_whole_interval(true);
  EXPECT_EQ(made.RunOutcome().conclusion_state(),
            v1::CONCLUSION_STATE_NOT_BEYOND);
  threshold.clear_whole_interval();
  threshold.set_certainty(v1::CERTAINTY_LEVEL_LOW);
  EXPECT_EQ(made.RunOutcome().conclusion_state(),
            v1::CONCLUSION_STATE_UNCERTAIN);
}

TEST(ReviewRunTest, ReportsOfStudiesWithoutResultsAreCounted) {
  MadeReview made;
  v1::EvidenceRow& silent = made.AddTrial("t1");
  v1::TrialReport& report = *silent.mutable_trial()->add_reports();
  report.set_publication("paper-1");
  v1::TrialReport& review = *silent.mutable_trial()->add_reports();
  review.set_publication("review");
  review.set_role(v1::REPORT_ROLE_REVIEW);
  made.AddTrial("t2").set_report("paper-2");
  const auto result = made.Run();
  ASSERT_OK(result);
  for (const v1::FlowNumber& number : result->flow()) {
    if (number.id() == "reports-included") {
      EXPECT_EQ(number.total(), 2);
      return;
    }
  }
  ADD_FAILURE() << "no count of reports";
}

TEST(ReviewRunTest, CertaintyThatNobodyAssessedIsNotCalledLow) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  v1::ConclusionThreshold& threshold = *made.outcome().mutable_threshold();
  threshold.set_effect(0.8);
  threshold.set_certainty(v1::CERTAINTY_LEVEL_LOW);
  threshold.set_beyond("It works.");
  threshold.set_otherwise("It is not shown to work.");
  EXPECT_EQ(made.RunOutcome().conclusion(),
            "No conclusion yet: certainty has not been assessed, and at least "
            "low certainty is asked for. The effect found goes beyond 0.8, the "
            "threshold that the protocol set for an effect that matters.");
  // On the other side of the threshold nobody assessed it either.
  threshold.set_effect(0.5);
  EXPECT_EQ(
      made.RunOutcome().conclusion(),
      "No conclusion yet: certainty has not been assessed, and at least "
      "low certainty is asked for. The effect found does not go beyond "
      "0.5, the threshold that the protocol set for an effect that matters.");
  threshold.clear_certainty();
  EXPECT_EQ(made.RunOutcome().conclusion(), "It is not shown to work.");
}

TEST(ReviewRunTest, HashFollowsFromWhatTheReviewRestsOnAlone) {
  MadeReview made;
  made.review().set_inclusion_filter(
      "NOT design = preclinical AND year > 2000");
  made.AddTrial("t1").set_year(2020);
  made.AddHazardRatio(0.6, 0.4, 0.9);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult before, made.Run());
  made.AddTrial("old").set_year(1990);
  made.AddHazardRatio(0.5, 0.3, 0.8);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult beside, made.Run());
  EXPECT_EQ(beside.stamp().inputs_hash(), before.stamp().inputs_hash());
  EXPECT_THAT(beside.included_trials(), ElementsAre("t1"));
  made.AddTrial("new").set_year(2021);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult after, made.Run());
  EXPECT_NE(after.stamp().inputs_hash(), before.stamp().inputs_hash());
}

TEST(ReviewRunTest, ListsTrialsThatGoOnWithoutResults) {
  MadeReview made;
  made.AddTrial("with-results").set_status(v1::TRIAL_STATUS_ONGOING);
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.AddTrial("going-on").set_status(v1::TRIAL_STATUS_ONGOING);
  made.AddTrial("ended").set_status(v1::TRIAL_STATUS_COMPLETED);
  made.AddTrial("silent");
  made.AddTrial("awaited").add_unstated("status");
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  ASSERT_EQ(result.ongoing_size(), 2);
  EXPECT_EQ(result.ongoing(0).trial_id(), "going-on");
  EXPECT_FALSE(result.ongoing(0).possible());
  EXPECT_EQ(result.ongoing(1).trial_id(), "awaited");
  EXPECT_TRUE(result.ongoing(1).possible());
}

TEST(ReviewRunTest, PlanThatCannotBeCarriedOutSaysWhy) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.outcome().set_filter("outcom = os");
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_EQ(result.state(), v1::OUTCOME_STATE_INVALID_PLAN);
  EXPECT_THAT(result.explanation(), HasSubstr("outcomes[os].filter"));
}

TEST(ReviewRunTest, UnknownOutcomeNamesThoseThatAreThere) {
  MadeReview made;
  const absl::Status status = made.Run("pfs").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(status.message()), HasSubstr("it has os"));
}

}  // namespace
}  // namespace consilium
