// Outcomes of counts of events, down to the number.
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
using testing::IsEmpty;

// What metafor 3.8-1 prints: rma(ai, n1i, ci, n2i, measure = "RR", test =
// "knha").
TEST(ReviewCountsTest, PoolsCountsAsMetaforDoes) {
  MadeReview made;
  AddBcg(made);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.state(), v1::OUTCOME_STATE_POOLED) << result.explanation();
  const v1::PooledEffect& pooled = result.pooled();
  EXPECT_EQ(pooled.studies(), 13);
  EXPECT_NEAR(pooled.estimate(), -0.714532, 2e-6);
  EXPECT_NEAR(std::log(pooled.effect().value()), -0.714532, 2e-6);
  EXPECT_NEAR(std::log(pooled.effect().low()), -1.108445, 1e-5);
  EXPECT_NEAR(std::log(pooled.effect().high()), -0.320621, 1e-5);
  EXPECT_NEAR(std::log(pooled.prediction().low()), -1.996034, 3e-5);
  EXPECT_NEAR(std::log(pooled.prediction().high()), 0.566968, 3e-5);
  EXPECT_NEAR(pooled.tau2(), 0.313243, 2e-6);
  EXPECT_NEAR(pooled.q(), 152.2330, 1e-2);
  EXPECT_NEAR(pooled.i2(), 92.2214, 1e-3);
  EXPECT_NEAR(pooled.i2_from_q(), 92.1173, 1e-3);
  double weights = 0;
  for (const v1::StudyResult& study : result.studies()) {
    weights += study.weight();
  }
  EXPECT_NEAR(weights, 100, 1e-9);
  EXPECT_EQ(result.leave_one_out_size(), 13);
}

// dat.bcg by allocation, which populations stand for here. What metafor 3.8-1
// says: rma(yi, vi, mods = ~ factor(alloc), test = "knha"), with "adhoc", and Q
// of rma(b, sei = se, mods = ~ factor(1:3), method = "EE") of rma(test = "z")
// in each group; rma(yi, vi, mods = ~ year, test = "knha").
TEST(ReviewCountsTest, TestForInteractionFitsTheInterval) {
  MadeReview made;
  AddBcg(made, "rrrrxxrrrssss");
  made.outcome().add_subgroups("population");
  made.outcome().add_moderators("population");
  const v1::OutcomeResult by_f = made.RunOutcome();
  ASSERT_EQ(by_f.subgroups_size(), 1);
  const v1::SubgroupAnalysis& f = by_f.subgroups(0);
  EXPECT_NEAR(f.q(), 0.966220844813, 1e-6);
  EXPECT_EQ(f.q_df(), 2);
  EXPECT_EQ(f.q_df2(), 10);
  EXPECT_NEAR(f.p(), 0.413383745722, 1e-6);
  EXPECT_THAT(f.test(), HasSubstr("F of the subgroups, Hartung-Knapp"));
  // The regression on the same field is the same test.
  ASSERT_EQ(by_f.regressions_size(), 1);
  const v1::RegressionAnalysis& regression = by_f.regressions(0);
  EXPECT_NEAR(regression.p(), f.p(), 1e-9);
  EXPECT_NEAR(regression.qm(), f.q(), 1e-9);
  EXPECT_EQ(regression.qm_df2(), 10);
  EXPECT_NEAR(regression.qe(), 132.367638263, 1e-6);
  EXPECT_EQ(regression.qe_df(), 10);
  EXPECT_NEAR(regression.qe_p(), 1.53521295642e-23, 1e-29);

  made.outcome().set_interval_method(v1::INTERVAL_METHOD_HARTUNG_KNAPP_AD_HOC);
  const v1::SubgroupAnalysis adhoc = made.RunOutcome().subgroups(0);
  EXPECT_NEAR(adhoc.q(), 0.883755700966, 1e-6);
  EXPECT_NEAR(adhoc.p(), 0.443176640601, 1e-6);

  made.outcome().set_interval_method(v1::INTERVAL_METHOD_NORMAL);
  const v1::SubgroupAnalysis by_q = made.RunOutcome().subgroups(0);
  EXPECT_NEAR(by_q.q(), 1.86144494615, 1e-6);
  EXPECT_EQ(by_q.q_df(), 2);
  EXPECT_FALSE(by_q.has_q_df2());
  EXPECT_NEAR(by_q.p(), 0.394268758886, 1e-6);
  EXPECT_THAT(by_q.test(), HasSubstr("Q between subgroups"));
}

TEST(ReviewCountsTest, FForInteractionWantsMoreStudiesThanSubgroups) {
  MadeReview made;
  for (const char* trial : {"x", "y"}) {
    made.AddTrial(trial).set_year(2000 + *trial);
    made.AddHazardRatio(0.6, 0.4, 0.9).set_year(2000 + *trial);
  }
  made.outcome().add_subgroups("year");
  const v1::SubgroupAnalysis analysis = made.RunOutcome().subgroups(0);
  EXPECT_FALSE(analysis.has_p());
  EXPECT_THAT(analysis.explanation(),
              HasSubstr("more studies than subgroups; there are 2 of 2"));
}

// Three trials with events and five without any.
void AddRareEvents(MadeReview& made) {
  constexpr int kCounts[][4] = {
      {1, 100, 4, 100}, {2, 150, 6, 150}, {0, 120, 2, 118}, {0, 50, 0, 50},
      {0, 40, 0, 42},   {0, 30, 0, 31},   {0, 60, 0, 60},   {0, 45, 0, 44}};
  made.outcome().set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  made.outcome().set_filter("outcome = events");
  int number = 1;
  for (const auto& [a, n1, c, n2] : kCounts) {
    made.AddTrial(absl::StrCat("t", number++));
    made.AddCounts("a", a, n1);
    made.AddCounts("b", c, n2);
  }
}

// What metafor 3.8-1 says with these counts: rma(measure = "OR" or "RR",
// drop00 = TRUE, test = "knha"), rma(measure = "RD", test = "knha"),
// rma.mh(measure = "OR"), rma.peto().
TEST(ReviewCountsTest, TrialsWithoutEventsTellNothingOfARatio) {
  MadeReview made;
  AddRareEvents(made);
  const v1::OutcomeResult odds = made.RunOutcome();
  EXPECT_EQ(odds.pooled().studies(), 3);
  EXPECT_NEAR(odds.pooled().estimate(), -1.29191673338, 1e-8);
  EXPECT_NEAR(odds.pooled().standard_error(), 0.139431007596, 1e-8);
  EXPECT_NEAR(odds.pooled().effect().high(), 0.50057715917, 1e-8);
  ASSERT_EQ(odds.excluded_size(), 10);
  for (const v1::ExcludedResult& excluded : odds.excluded()) {
    EXPECT_EQ(excluded.reason(), v1::EXCLUSION_REASON_NO_INFORMATION);
  }
  EXPECT_THAT(odds.excluded(0).explanation(),
              HasSubstr("no participant of either arm has the event (0 of 50 "
                        "against 0 of 50)"));

  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  EXPECT_NEAR(made.RunOutcome().pooled().estimate(), -1.26335367736, 1e-8);

  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_DIFFERENCE);
  const v1::OutcomeResult difference = made.RunOutcome();
  EXPECT_EQ(difference.pooled().studies(), 8);
  EXPECT_NEAR(difference.pooled().estimate(), -0.0104518037746, 1e-8);

  made.outcome().set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  made.outcome().set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  const v1::OutcomeResult stratified = made.RunOutcome();
  EXPECT_EQ(stratified.pooled().studies(), 3);
  EXPECT_NEAR(stratified.pooled().estimate(), -1.41847972733, 1e-8);
  EXPECT_EQ(stratified.pooled().q_df(), 2);
  made.outcome().set_pooling(v1::POOLING_METHOD_PETO);
  const v1::OutcomeResult peto = made.RunOutcome();
  EXPECT_EQ(peto.pooled().studies(), 3);
  EXPECT_NEAR(peto.pooled().estimate(), -1.22647380605, 1e-8);
}

// rma.mh(measure = "RR", ai = c(20, 5), n1i = 20, ci = c(20, 9), n2i = 20).
TEST(ReviewCountsTest, OnlyMantelAndHaenszelsRiskRatioCountsNothingButEvents) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  made.outcome().set_filter("outcome = events");
  made.AddTrial("all");
  made.AddCounts("a", 20, 20);
  made.AddCounts("b", 20, 20);
  made.AddTrial("some");
  made.AddCounts("a", 5, 20);
  made.AddCounts("b", 9, 20);
  const v1::OutcomeResult weighed = made.RunOutcome();
  EXPECT_THAT(StudiesOf(weighed), ElementsAre("some"));
  ASSERT_EQ(weighed.excluded_size(), 2);
  EXPECT_THAT(weighed.excluded(0).explanation(),
              HasSubstr("every participant of either arm"));
  made.outcome().set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  v1::SensitivityAnalysis& analysis = *made.outcome().add_sensitivity();
  analysis.set_id("inverse");
  analysis.set_pooling(v1::POOLING_METHOD_INVERSE_VARIANCE);
  const v1::OutcomeResult stratified = made.RunOutcome();
  EXPECT_EQ(stratified.pooled().studies(), 2);
  EXPECT_NEAR(stratified.pooled().estimate(), -0.148420005118, 1e-9);
  EXPECT_EQ(stratified.sensitivity(0).rows_size(), 2);
  EXPECT_EQ(stratified.sensitivity(0).pooled().studies(), 1);
}

TEST(ReviewCountsTest, AMethodThatGivesNoRatioNamesOneThatDoes) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  made.outcome().set_filter("outcome = events");
  made.outcome().set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  constexpr int kCounts[][4] = {{0, 50, 3, 50}, {0, 40, 2, 42}, {0, 30, 1, 31}};
  int number = 1;
  for (const auto& [a, n1, c, n2] : kCounts) {
    made.AddTrial(absl::StrCat("t", number++));
    made.AddCounts("a", a, n1);
    made.AddCounts("b", c, n2);
  }
  const std::string why =
      "no study has an event in the group (0 of 120 against 6 of 123), so that "
      "the ratio is 0 or infinite; want pooling peto";
  EXPECT_THAT(made.RunOutcome().explanation(), HasSubstr(why));
  made.outcome().set_pooling(v1::POOLING_METHOD_GLMM);
  EXPECT_THAT(made.RunOutcome().explanation(), HasSubstr(why));
  // rma.peto() of these counts: 0.134 (0.027 to 0.673).
  made.outcome().set_pooling(v1::POOLING_METHOD_PETO);
  const v1::OutcomeResult peto = made.RunOutcome();
  EXPECT_NEAR(peto.pooled().effect().value(), 0.134, 5e-4);
  EXPECT_NEAR(peto.pooled().effect().high(), 0.673, 5e-4);
}

// rma.peto() and rma.mh(measure = "OR").
TEST(ReviewCountsTest, PetoSaysWhereItIsBiased) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  made.outcome().set_filter("outcome = events");
  made.outcome().set_pooling(v1::POOLING_METHOD_PETO);
  constexpr int kCounts[][4] = {
      {1, 1000, 4, 100}, {2, 1500, 16, 150}, {1, 1200, 12, 118}};
  int number = 1;
  for (const auto& [a, n1, c, n2] : kCounts) {
    made.AddTrial(absl::StrCat("t", number++));
    made.AddCounts("a", a, n1);
    made.AddCounts("b", c, n2);
  }
  const v1::PooledEffect pooled = made.RunOutcome().pooled();
  EXPECT_NEAR(pooled.effect().value(), 5.56053852665e-05, 1e-12);
  ASSERT_EQ(pooled.notes_size(), 2);
  EXPECT_THAT(pooled.notes(0), HasSubstr("those of t1 have 1000 and 100"));
  EXPECT_THAT(pooled.notes(1), HasSubstr("is 0.0114"));
}

TEST(ReviewCountsTest, CategoriesOfOneResultAreToldApartByNothingButAPlan) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  made.outcome().set_filter("outcome = events");
  made.AddTrial("s1");
  for (const char* category : {"in-trial", "on-treatment"}) {
    const bool first = category[0] == 'i';
    for (const char* arm : {"a", "b"}) {
      v1::EvidenceRow& row =
          made.AddMean(arm, arm[0] == 'a' ? (first ? 120 : 118) : 130, 10, 100);
      row.set_outcome_detail(category);
      row.set_id(absl::StrCat(row.id(), category));
    }
  }
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_THAT(result.studies(), IsEmpty());
  ASSERT_EQ(result.excluded_size(), 4);
  for (const v1::ExcludedResult& excluded : result.excluded()) {
    EXPECT_THAT(excluded.explanation(), HasSubstr("fit the protocol alike"));
  }
  made.outcome().set_filter("outcome = events AND outcomeDetail = in-trial");
  ASSERT_EQ(made.RunOutcome().studies_size(), 1);
  EXPECT_EQ(made.RunOutcome().studies(0).effect().value(), -10);
}

TEST(ReviewCountsTest, RiskDifferencesArePooledAsSharesWhateverTheirUnit) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_DIFFERENCE);
  const auto add = [&](const std::string& trial, const char* unit,
                       double scale) {
    made.AddTrial(trial);
    v1::EvidenceRow& row =
        made.AddHazardRatio(49 * scale, 37.1 * scale, 60.9 * scale);
    row.set_measure(v1::EFFECT_MEASURE_RISK_DIFFERENCE);
    if (unit[0] != '\0') row.set_unit(unit);
  };
  add("percent", "%", 1);
  add("share", "1", 0.01);
  add("silent", "", 0.01);
  add("unknown", "", 1);
  add("impossible", "%", 3);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 3);
  for (const v1::StudyResult& study : result.studies()) {
    EXPECT_NEAR(study.yi(), 0.49, 1e-12) << study.study();
    EXPECT_NEAR(study.effect().value(), 49, 1e-9);
    EXPECT_NEAR(study.effect().low(), 37.1, 1e-6);
  }
  EXPECT_NEAR(result.pooled().effect().value(), 49, 1e-9);
  ASSERT_EQ(result.excluded_size(), 2);
  EXPECT_THAT(result.excluded(0).explanation(), HasSubstr("at most 100 %"));
  EXPECT_THAT(result.excluded(1).explanation(),
              HasSubstr("want the unit % or 1"));
}

// Counts of an adverse event in arm "a" of the last trial.
v1::EvidenceRow& AddEvents(MadeReview& made, int low, int high, int events) {
  v1::EvidenceRow& row = made.AddCounts("a", events, 68);
  row.set_kind(v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT);
  row.clear_statistic();
  row.set_adverse_event("any");
  row.add_adverse_event_terms("any");
  row.set_grade_low(low);
  if (high > 0) row.set_grade_high(high);
  row.set_grade(high == 0     ? absl::StrCat(">=", low)
                : high == low ? absl::StrCat(low)
                              : absl::StrCat(low, "-", high));
  row.mutable_count()->set_affected(events);
  row.mutable_count()->set_at_risk(68);
  return row;
}

TEST(ReviewCountsTest, NoEventOfGradeFiveIsNotNoneOfGradeThreeOrHigher) {
  MadeReview made;
  made.outcome().clear_measure();
  made.outcome().set_statistic(v1::STATISTIC_PROPORTION);
  made.AddTrial("part");
  AddEvents(made, 5, 5, 0);
  made.AddTrial("whole");
  AddEvents(made, 3, 0, 12);
  for (const char* const filter :
       {"adverseEvent = any AND grade = \">= 3\"", "grade >= 3"}) {
    made.outcome().set_filter(filter);
    const v1::OutcomeResult whole = made.RunOutcome();
    EXPECT_THAT(StudiesOf(whole), ElementsAre("whole")) << filter;
    ASSERT_EQ(whole.possible_size(), 1) << filter;
    EXPECT_EQ(whole.possible(0).study(), "part");
  }
  // Nor does an outcome that asks by the bounds pool the part.
  made.outcome().set_filter("gradeLow >= 3");
  const v1::OutcomeResult bounded = made.RunOutcome();
  EXPECT_THAT(StudiesOf(bounded), ElementsAre("whole"));
  ASSERT_EQ(bounded.excluded_size(), 1);
  EXPECT_EQ(bounded.excluded(0).study(), "part");
  EXPECT_THAT(bounded.excluded(0).explanation(),
              HasSubstr("a part of grade 3 or higher"));
  made.outcome().set_filter("grade = 5");
  EXPECT_THAT(StudiesOf(made.RunOutcome()), ElementsAre("part"));
}

TEST(ReviewCountsTest, RateAtALandmarkIsNoProportion) {
  MadeReview made;
  made.outcome().clear_measure();
  made.outcome().set_statistic(v1::STATISTIC_PROPORTION);
  made.outcome().set_filter("outcome = events");
  made.AddTrial("landmark");
  v1::EvidenceRow& row = made.AddCounts("a", 0, 40);
  row.clear_events();
  row.set_statistic(v1::STATISTIC_RATE);
  row.set_method(v1::ESTIMATION_METHOD_KAPLAN_MEIER);
  row.set_value(58.1);
  row.set_unit("%");
  const v1::OutcomeResult refused = made.RunOutcome();
  EXPECT_EQ(refused.state(), v1::OUTCOME_STATE_NOT_POOLABLE);
  EXPECT_THAT(refused.studies(), IsEmpty());
  ASSERT_EQ(refused.excluded_size(), 1);

  made.outcome().set_statistic(v1::STATISTIC_RATE);
  const v1::OutcomeResult bare = made.RunOutcome();
  ASSERT_EQ(bare.excluded_size(), 1);
  EXPECT_EQ(bare.excluded(0).reason(), v1::EXCLUSION_REASON_RATE_WITHOUT_ERROR);

  row.set_low(45);
  row.set_high(70);
  row.set_level(95);
  const v1::OutcomeResult with_interval = made.RunOutcome();
  EXPECT_THAT(StudiesOf(with_interval), ElementsAre("landmark"));
  EXPECT_NEAR(with_interval.pooled().effect().value(), 58.1, 1e-9);
}

TEST(ReviewCountsTest, RiskDifferenceIsTheDifferenceAtEveryBaseline) {
  MadeReview made;
  made.outcome().set_filter("outcome = events");
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_DIFFERENCE);
  made.AddTrial("t1");
  made.AddCounts("a", 20, 200);
  made.AddCounts("b", 40, 200);
  v1::OutcomeResult result = made.RunOutcome();
  EXPECT_NEAR(result.baseline_per_1000(), 200, 1e-9);
  EXPECT_NEAR(result.group_per_1000().value(), 100, 1e-9);
  EXPECT_NEAR(result.difference_per_1000().value(), -100, 1e-9);
  const double low = result.difference_per_1000().low();
  const double high = result.difference_per_1000().high();
  EXPECT_LT(low, -100);
  // A tenth less than 16 in 1,000 is no risk.
  made.outcome().set_baseline_risk(16);
  result = made.RunOutcome();
  EXPECT_NEAR(result.baseline_per_1000(), 16, 1e-9);
  EXPECT_FALSE(result.has_group_per_1000());
  EXPECT_NEAR(result.difference_per_1000().value(), -100, 1e-9);
  EXPECT_EQ(result.difference_per_1000().low(), low);
  EXPECT_EQ(result.difference_per_1000().high(), high);
}

}  // namespace
}  // namespace consilium
