// Protocols over small registries, down to the number.
#include "server/review/review_run.h"

#include <cmath>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/review/errors.h"
#include "server/review/outcome_result.h"
#include "server/review/review_plan.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

absl::Status Alive() { return absl::OkStatus(); }

// Evidence and a protocol with one outcome, which tests change at will.
class MadeReview {
 public:
  MadeReview() {
    review_.set_name("reviews/made");
    review_.set_inclusion_filter("NOT design = preclinical");
    outcome().set_id("os");
    outcome().set_filter("outcome = os");
    outcome().set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  }

  v1::Review& review() { return review_; }
  v1::ReviewOutcome& outcome() {
    if (review_.outcomes().empty()) review_.add_outcomes();
    return *review_.mutable_outcomes(0);
  }

  // A trial's own row. Add it before the others of the trial.
  v1::EvidenceRow& AddTrial(
      const std::string& id,
      v1::StudyDesign design = v1::STUDY_DESIGN_RANDOMIZED) {
    v1::EvidenceRow& row = rows_.emplace_back();
    row.set_id(absl::StrCat("trials/", id));
    row.set_record(row.id());
    row.set_kind(v1::EVIDENCE_KIND_TRIAL);
    row.set_trial_id(id);
    row.set_study(id);
    row.set_design(design);
    return row;
  }

  // A hazard ratio of the last trial, of drug and radiotherapy against the
  // drug.
  v1::EvidenceRow& AddHazardRatio(double value) {
    v1::EvidenceRow& row = AddResult("os", "contrasts[a:b]");
    row.set_kind(v1::EVIDENCE_KIND_CONTRAST);
    row.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
    row.set_group("a");
    row.set_reference("b");
    row.set_value(value);
    row.mutable_contrast()->set_value(value);
    return row;
  }
  v1::EvidenceRow& AddHazardRatio(double value, double low, double high) {
    v1::EvidenceRow& row = AddHazardRatio(value);
    row.set_low(low);
    row.set_high(high);
    row.set_level(95);
    return row;
  }

  // Events of one arm of the last trial.
  v1::EvidenceRow& AddCounts(const std::string& arm, int events,
                             int participants) {
    v1::EvidenceRow& row =
        AddResult("events", absl::StrCat("estimates[", arm, "]"));
    row.set_kind(v1::EVIDENCE_KIND_ESTIMATE);
    row.set_statistic(v1::STATISTIC_PROPORTION);
    row.set_group(arm);
    row.set_treatment(arm == "a"
                          ? v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY
                          : v1::TREATMENT_SETTING_TARGETED_ALONE);
    row.set_events(events);
    row.set_participants(participants);
    row.mutable_estimate()->mutable_group()->add_arms(arm);
    return row;
  }

  // Mean and standard deviation of one arm of the last trial. Arm "a" is under
  // test.
  v1::EvidenceRow& AddMean(const std::string& arm, double mean,
                           double standard_deviation, int participants) {
    v1::EvidenceRow& row = AddCounts(arm, 0, participants);
    row.clear_events();
    row.clear_treatment();
    row.set_statistic(v1::STATISTIC_MEAN);
    row.set_value(mean);
    v1::Dispersion& spread = *row.mutable_estimate()->mutable_dispersion();
    spread.set_kind(v1::DISPERSION_KIND_STANDARD_DEVIATION);
    spread.set_value(standard_deviation);
    row.add_arms()->set_type(arm == "a" ? v1::ARM_TYPE_EXPERIMENTAL
                                        : v1::ARM_TYPE_PLACEBO_COMPARATOR);
    return row;
  }

  void AddVariant(const v1::EvidenceRow& variant) {
    variants_[variant.id()].push_back(variant);
  }

  ReviewInput Input() const {
    ReviewInput input;
    input.review = review_;
    for (const v1::EvidenceRow& row : rows_) input.rows.push_back(&row);
    input.variants = variants_;
    return input;
  }

  absl::StatusOr<v1::ReviewResult> Run(absl::string_view outcome = "") const {
    return ComputeReview(Input(), outcome, Alive);
  }

  // The result of the only outcome and design.
  v1::OutcomeResult RunOutcome() const {
    const auto result = Run();
    EXPECT_OK(result);
    if (!result.ok() || result->outcomes_size() != 1) {
      ADD_FAILURE() << "want one result";
      return {};
    }
    return result->outcomes(0);
  }

 private:
  v1::EvidenceRow& AddResult(const std::string& outcome,
                             const std::string& path) {
    const v1::EvidenceRow trial = rows_.back();
    v1::EvidenceRow& row = rows_.emplace_back();
    row.set_trial_id(trial.trial_id());
    row.set_study(trial.study());
    row.set_design(trial.design());
    *row.mutable_overlaps() = trial.overlaps();
    row.set_record(
        absl::StrCat("trials/", trial.trial_id(), "/endpoints/", outcome));
    row.set_path(path);
    row.set_id(absl::StrCat(row.record(), "#", path));
    row.set_outcome(outcome);
    row.set_report("paper");
    return row;
  }

  v1::Review review_;
  std::deque<v1::EvidenceRow> rows_;  // Addresses stay.
  std::map<std::string, std::vector<v1::EvidenceRow>> variants_;
};

std::vector<std::string> StudiesOf(const v1::OutcomeResult& result) {
  std::vector<std::string> studies;
  for (const v1::StudyResult& study : result.studies()) {
    studies.push_back(study.study());
  }
  return studies;
}

// Colditz 1994, metadat's dat.bcg, vaccinated and not: cases and participants.
// `groups` has a letter for each, which says its analysis population.
void AddBcg(MadeReview& made, absl::string_view groups = "") {
  constexpr int kCounts[][4] = {
      {4, 123, 11, 139},       {6, 306, 29, 303},        {3, 231, 11, 220},
      {62, 13598, 248, 12867}, {33, 5069, 47, 5808},     {180, 1541, 372, 1451},
      {8, 2545, 10, 629},      {505, 88391, 499, 88391}, {29, 7499, 45, 7277},
      {17, 1716, 65, 1665},    {186, 50634, 141, 27338}, {5, 2498, 3, 2341},
      {27, 16913, 29, 17854}};
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  made.outcome().set_filter("outcome = events");
  int number = 10;
  for (const auto& [a, n1, c, n2] : kCounts) {
    made.AddTrial(absl::StrCat("t", number++));
    for (v1::EvidenceRow* row :
         {&made.AddCounts("a", a, n1), &made.AddCounts("b", c, n2)}) {
      if (groups.empty()) continue;
      row->set_population(groups[number - 11] == 'r'
                              ? v1::ANALYSIS_POPULATION_INTENTION_TO_TREAT
                          : groups[number - 11] == 's'
                              ? v1::ANALYSIS_POPULATION_PER_PROTOCOL
                              : v1::ANALYSIS_POPULATION_FULL_ANALYSIS);
    }
  }
}

// What metafor 3.8-1 prints: rma(ai, n1i, ci, n2i, measure = "RR", test =
// "knha").
TEST(ReviewRunTest, PoolsCountsAsMetaforDoes) {
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
TEST(ReviewRunTest, TestForInteractionFitsTheInterval) {
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

TEST(ReviewRunTest, FForInteractionWantsMoreStudiesThanSubgroups) {
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

// metadat's dat.normand1999: days in hospital after stroke, specialist and
// routine care. What metafor 3.8-1 prints: rma(escalc(measure, m1i, sd1i, n1i,
// m2i, sd2i, n2i), test = "knha").
TEST(ReviewRunTest, PoolsMeansOfArmsAsMetaforDoes) {
  constexpr double kMeans[][6] = {
      {55, 47, 155, 75, 64, 156}, {27, 7, 31, 29, 4, 32},
      {64, 17, 75, 119, 29, 71},  {66, 20, 18, 137, 48, 18},
      {14, 8, 8, 18, 11, 13},     {19, 7, 57, 18, 4, 52},
      {52, 45, 34, 41, 34, 33},   {21, 16, 110, 31, 27, 183},
      {30, 27, 60, 23, 20, 52}};
  MadeReview made;
  made.outcome().set_filter("outcome = events");
  made.outcome().set_measure(v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  int number = 1;
  for (const auto& [m1, sd1, n1, m2, sd2, n2] : kMeans) {
    made.AddTrial(absl::StrCat("t", number++));
    made.AddMean("a", m1, sd1, static_cast<int>(n1));
    made.AddMean("b", m2, sd2, static_cast<int>(n2));
  }
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

TEST(ReviewRunTest, SpreadOfAMeanMayBeAStandardErrorOrAnInterval) {
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

TEST(ReviewRunTest, ArmsUnderTestStandAgainstComparatorsWhateverTheDrug) {
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

TEST(ReviewRunTest, NoneOfTwoResultsThatNothingTellsApartCounts) {
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
TEST(ReviewRunTest, TrialsWithoutEventsTellNothingOfARatio) {
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
TEST(ReviewRunTest, OnlyMantelAndHaenszelsRiskRatioCountsNothingButEvents) {
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

TEST(ReviewRunTest, AMethodThatGivesNoRatioNamesOneThatDoes) {
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

// rma.peto() and rma.mh(measure = "OR").
TEST(ReviewRunTest, PetoSaysWhereItIsBiased) {
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
  EXPECT_THAT(
      made.RunOutcome().pooled().notes(),
      testing::AllOf(testing::Not(testing::Contains(HasSubstr("very wide"))),
                     testing::Contains(HasSubstr("differ less"))));
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

// escalc("MN", mi, sdi, ni): 3 / sqrt(20); 1.65 / qt(0.975, 24).
TEST(ReviewRunTest, MeansOfSingleGroupsCountAsThoseOfTwoArms) {
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
  EXPECT_THAT(result.excluded(0).explanation(),
              testing::StartsWith("the estimate is 1, no effect at all"));
  EXPECT_THAT(
      result.excluded(1).explanation(),
      testing::StartsWith("the interval has both bounds and a one-sided "
                          "level; want the one bound"));
}

TEST(ReviewRunTest, EventsOfUnequalArmsAreNoted) {
  MadeReview made;
  made.outcome().set_filter("outcome = os");
  made.outcome().add_derivations(v1::DERIVATION_METHOD_EVENTS);
  made.AddTrial("t1");
  v1::EvidenceRow& ratio = made.AddHazardRatio(0.7);
  ratio.set_events(90);
  ratio.mutable_contrast()->mutable_group()->add_arms("a");
  ratio.mutable_contrast()->mutable_reference()->add_arms("b");
  for (const char* arm : {"a", "b"}) {
    v1::EvidenceRow& counted = made.AddCounts(arm, 10, *arm == 'a' ? 200 : 100);
    counted.set_record(ratio.record());
    counted.set_outcome("os");
  }
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1) << result.explanation();
  EXPECT_NEAR(result.studies(0).sei(), 2 / std::sqrt(90), 1e-9);
  // (200 + 100) / (2 sqrt(200 * 100)) = 1.0607.
  EXPECT_THAT(result.studies(0).notes(),
              testing::Contains(HasSubstr("with 200 and 100 participants the "
                                          "standard error is 6.1 % larger")));
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

TEST(ReviewRunTest, CategoriesOfOneResultAreToldApartByNothingButAPlan) {
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

TEST(ReviewRunTest, RiskDifferencesArePooledAsSharesWhateverTheirUnit) {
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

TEST(ReviewRunTest, NoEventOfGradeFiveIsNotNoneOfGradeThreeOrHigher) {
  MadeReview made;
  made.outcome().clear_measure();
  made.outcome().set_statistic(v1::STATISTIC_PROPORTION);
  made.AddTrial("part");
  AddEvents(made, 5, 5, 0);
  made.AddTrial("whole");
  AddEvents(made, 3, 0, 12);
  made.outcome().set_filter("adverseEvent = any AND grade = \">= 3\"");
  const v1::OutcomeResult whole = made.RunOutcome();
  EXPECT_THAT(StudiesOf(whole), ElementsAre("whole"));
  ASSERT_EQ(whole.possible_size(), 1);
  EXPECT_EQ(whole.possible(0).study(), "part");
  // Nor does an outcome that asks by the bounds pool the part.
  for (const char* const filter : {"grade >= 3", "gradeLow >= 3"}) {
    made.outcome().set_filter(filter);
    const v1::OutcomeResult bounded = made.RunOutcome();
    EXPECT_THAT(StudiesOf(bounded), ElementsAre("whole")) << filter;
    ASSERT_EQ(bounded.excluded_size(), 1) << filter;
    EXPECT_EQ(bounded.excluded(0).study(), "part");
    EXPECT_THAT(bounded.excluded(0).explanation(),
                HasSubstr("a part of grade 3 or higher"));
  }
  made.outcome().set_filter("grade = 5");
  EXPECT_THAT(StudiesOf(made.RunOutcome()), ElementsAre("part"));
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

TEST(ReviewRunTest, RateAtALandmarkIsNoProportion) {
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

TEST(ReviewRunTest, DisputedValuesGiveARange) {
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

TEST(ReviewRunTest, RiskDifferenceIsTheDifferenceAtEveryBaseline) {
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
            "threshold that the protocol set.");
  // On the other side of the threshold nobody assessed it either.
  threshold.set_effect(0.5);
  EXPECT_EQ(made.RunOutcome().conclusion(),
            "No conclusion yet: certainty has not been assessed, and at least "
            "low certainty is asked for. The effect found does not go beyond "
            "0.5, the threshold that the protocol set.");
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

TEST(ReviewRunTest, TrialsThatMayBeEligibleAreListedApartAndNeverPooled) {
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

TEST(ReviewRunTest, TheHashCoversWhatMayBeEligible) {
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
TEST(ReviewRunTest, FiltersOfOutcomesKnowBounds) {
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

TEST(ReviewRunTest, FiltersOfOutcomesKnowUnits) {
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

TEST(ReviewRunTest, SensitivityLeavesOutWhatItsFilterOnlyMayMean) {
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

TEST(ReviewRunTest, WhatMayBelongApartIsNotPooled) {
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

TEST(ReviewRunTest, ListsTrialsThatGoOnWithoutResults) {
  MadeReview made;
  made.AddTrial("with-results").set_status(v1::TRIAL_STATUS_ONGOING);
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.AddTrial("going-on").set_status(v1::TRIAL_STATUS_ONGOING);
  made.AddTrial("ended").set_status(v1::TRIAL_STATUS_COMPLETED);
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, made.Run());
  ASSERT_EQ(result.ongoing_size(), 1);
  EXPECT_EQ(result.ongoing(0).trial_id(), "going-on");
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

TEST(ReviewRunTest, ProtocolInConflictIsNotRun) {
  MadeReview made;
  made.review().add_conflicts("inclusionFilter");
  const absl::Status status = made.Run().status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("inclusionFilter"));
}

TEST(ReviewRunTest, UnknownOutcomeNamesThoseThatAreThere) {
  MadeReview made;
  const absl::Status status = made.Run("pfs").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(status.message()), HasSubstr("it has os"));
}

}  // namespace
}  // namespace consilium
