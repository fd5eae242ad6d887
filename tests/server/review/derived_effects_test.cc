// Effects that reports do not print and that follow from what they do: hazard
// ratios of P and events, ratios of rates and of means.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/server/review/made_review.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::HasSubstr;

// A log-rank test of the last trial with its number of events.
v1::EvidenceRow& AddTest(MadeReview& made, double p, int events,
                         v1::Direction direction) {
  v1::EvidenceRow& row = made.AddHazardRatio(0);
  row.clear_value();
  row.mutable_contrast()->clear_value();
  row.set_measure(v1::EFFECT_MEASURE_TEST);
  row.set_p(p);
  if (events > 0) row.set_events(events);
  row.set_direction(direction);
  row.mutable_contrast()->set_method_text("Log-rank test");
  row.mutable_contrast()->mutable_group()->add_arms("a");
  row.mutable_contrast()->mutable_reference()->add_arms("b");
  return row;
}

void SetArms(v1::EvidenceRow& row, int group, int reference) {
  for (const auto& [arms, count] :
       {std::pair(row.mutable_arms(), group),
        std::pair(row.mutable_reference_arms(), reference)}) {
    v1::ParticipantCount& counted = *arms->Add()->add_participant_counts();
    counted.set_report(row.report());
    counted.set_count(count);
  }
}

void AllowEvents(MadeReview& made) {
  made.outcome().add_derivations(v1::DERIVATION_METHOD_INTERVAL);
  made.outcome().add_derivations(v1::DERIVATION_METHOD_P_VALUE);
  made.outcome().add_derivations(v1::DERIVATION_METHOD_EVENTS);
}

// Parmar 1998 and Tierney 2007 by R: exp(-+ qnorm(1 - p / 2) / sqrt(V)), V the
// events times the arms' shares, or a quarter of them.
TEST(DerivedEffectsTest, HazardRatioOfPAndEvents) {
  MadeReview made;
  AllowEvents(made);
  made.AddTrial("t1");
  SetArms(AddTest(made, 0.03, 120, v1::DIRECTION_BETTER), 100, 100);
  made.AddTrial("t2");
  SetArms(AddTest(made, 0.2, 64, v1::DIRECTION_WORSE), 80, 41);
  made.AddTrial("t3");
  AddTest(made, 0.2, 64, v1::DIRECTION_WORSE);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 3) << result.explanation();
  EXPECT_NEAR(result.studies(0).effect().value(), 0.672870436729, 1e-9);
  EXPECT_NEAR(result.studies(0).sei(), 0.182574185835, 1e-9);
  EXPECT_NEAR(result.studies(1).effect().value(), 1.402771639810, 1e-9);
  EXPECT_NEAR(result.studies(1).sei(), 0.264093955588, 1e-9);
  EXPECT_NEAR(result.studies(2).effect().value(), 1.377662043948, 1e-9);
  EXPECT_EQ(result.studies(0).derivation_method(),
            v1::DERIVATION_METHOD_EVENTS);
  EXPECT_EQ(result.studies(0).derivation(),
            "-z / sqrt(V) with z = 2.17 of two-sided P 0.03, V = 120 * 100 * "
            "100 / (100 + 100)^2 = 30");
  EXPECT_THAT(result.studies(2).derivation(),
              HasSubstr("V = 64 / 4 = 16 for arms of equal size"));
}

TEST(DerivedEffectsTest, PAndEventsAloneGiveNothingWithoutADirection) {
  struct Case {
    const char* wanted;
    void (*change)(v1::EvidenceRow&);
  };
  const Case kCases[] = {
      {"only where the report tells which group fares better",
       [](v1::EvidenceRow& row) { row.clear_direction(); }},
      {"only where the report tells which group fares better",
       [](v1::EvidenceRow& row) { row.set_direction(v1::DIRECTION_LOWER); }},
      {"P < 0.03 only bounds",
       [](v1::EvidenceRow& row) { row.set_p_comparator(v1::COMPARATOR_LESS); }},
      {"the number of events, which is not printed",
       [](v1::EvidenceRow& row) { row.clear_events(); }},
      {"is of Fisher's exact test, which is no log-rank test",
       [](v1::EvidenceRow& row) {
         row.mutable_contrast()->set_method_text("Fisher's exact test");
       }},
      {"is of a margin (non-inferiority)", [](v1::EvidenceRow& row) {
         row.mutable_contrast()->set_hypothesis(
             v1::HYPOTHESIS_TYPE_NON_INFERIORITY);
       }}};
  for (const Case& each : kCases) {
    MadeReview made;
    AllowEvents(made);
    made.AddTrial("t1");
    each.change(AddTest(made, 0.03, 120, v1::DIRECTION_BETTER));
    const v1::OutcomeResult result = made.RunOutcome();
    ASSERT_EQ(result.excluded_size(), 1) << each.wanted;
    EXPECT_THAT(result.excluded(0).explanation(), HasSubstr(each.wanted));
  }
}

TEST(DerivedEffectsTest, PAndEventsCountOnlyWhereThePlanAllowsThem) {
  MadeReview made;
  made.AddTrial("t1");
  AddTest(made, 0.03, 120, v1::DIRECTION_BETTER);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.excluded_size(), 1);
  EXPECT_EQ(result.excluded(0).reason(), v1::EXCLUSION_REASON_MEASURE);
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("with events among the plan's derivations"));
}

TEST(DerivedEffectsTest, APrintedRatioStandsBeforeOneOfPAndEvents) {
  MadeReview made;
  AllowEvents(made);
  made.AddTrial("t1");
  made.AddHazardRatio(0.7, 0.5, 0.98).set_id("trials/t1/endpoints/os#printed");
  AddTest(made, 0.03, 120, v1::DIRECTION_BETTER);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1) << result.explanation();
  EXPECT_EQ(result.studies(0).effect().value(), 0.7);
  ASSERT_EQ(result.excluded_size(), 1);
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("would be worked out from P and the number of events"));
}

TEST(DerivedEffectsTest, EventsAreDividedByTheArmsShares) {
  MadeReview made;
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
  // V = 90 * 200 * 100 / 300^2 = 20.
  EXPECT_NEAR(result.studies(0).sei(), 1 / std::sqrt(20.0), 1e-9);
  EXPECT_THAT(result.studies(0).derivation(),
              HasSubstr("V = 90 * 200 * 100 / (200 + 100)^2 = 20"));
}

TEST(DerivedEffectsTest, ParticipantsAreThoseOfTheArmsCompared) {
  MadeReview made;
  made.AddTrial("t1").set_enrolled(400);
  v1::EvidenceRow& ratio = made.AddHazardRatio(0.7, 0.5, 0.98);
  ratio.mutable_contrast()->mutable_group()->add_arms("a");
  ratio.mutable_contrast()->mutable_reference()->add_arms("b");
  for (const auto& [arm, participants] :
       {std::pair("a", 200), std::pair("b", 100), std::pair("c", 100)}) {
    v1::EvidenceRow& counted = made.AddCounts(arm, 10, participants);
    counted.set_record(ratio.record());
    counted.set_outcome("os");
  }
  const auto run = [&made] { return made.RunOutcome().studies(0); };
  EXPECT_EQ(run().participants(), 200);
  EXPECT_EQ(run().reference_participants(), 100);
  // A comparison that counts both arms together says the same.
  ratio.set_participants(300);
  EXPECT_EQ(run().participants(), 200);
  // One that counts others is believed, and tells of no arm.
  ratio.set_participants(280);
  EXPECT_FALSE(run().has_reference_participants());
}

// metafor 3.8-1 of dat.nielweise2008: escalc(measure = "IRR") and rma(test =
// "knha", control = list(threshold = 1e-12)).
TEST(DerivedEffectsTest, RateRatiosOfEventsAndPersonTime) {
  constexpr int kRates[][4] = {
      {7, 1344, 11, 1988},  {8, 1600, 8, 1461}, {3, 12012, 14, 10962},
      {6, 1536, 10, 1503},  {1, 370, 1, 483},   {1, 729, 8, 913},
      {17, 6760, 15, 6840}, {3, 1107, 7, 1015}, {2, 320, 3, 440}};
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RATE_RATIO);
  made.outcome().set_filter("outcome = events");
  int number = 1;
  for (const auto& [x1, t1, x2, t2] : kRates) {
    made.AddTrial(absl::StrCat("t", number++));
    v1::EvidenceRow& group = made.AddRate("a", x1, t1);
    group.mutable_estimate()->mutable_person_time()->set_unit("d");
    v1::EvidenceRow& reference = made.AddRate("b", x2, t2);
    reference.mutable_estimate()->mutable_person_time()->set_unit("d");
  }
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 9) << result.explanation();
  EXPECT_NEAR(result.studies(0).yi(), -0.0605062576096, 1e-9);
  EXPECT_NEAR(result.studies(0).sei(), 0.483493778415, 1e-9);
  EXPECT_NEAR(result.studies(0).person_years(), 1344 / 365.25, 1e-9);
  EXPECT_EQ(result.studies(0).events(), 7);
  EXPECT_EQ(result.studies(0).derivation(),
            "7 in 3.68 against 11 in 5.443 person-years: SE sqrt(1/x1 + 1/x2)");
  EXPECT_NEAR(result.pooled().estimate(), -0.396259050699, 1e-7);
  EXPECT_NEAR(result.pooled().standard_error(), 0.220952924031, 1e-7);
  EXPECT_NEAR(result.pooled().tau2(), 0.0936078052393, 1e-7);
}

TEST(DerivedEffectsTest, PersonTimeMayFollowFromEventsAndTheirRate) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RATE_RATIO);
  made.outcome().set_filter("outcome = events");
  made.AddTrial("t1");
  v1::EvidenceRow& group = made.AddRate("a", 45, 300);
  group.mutable_estimate()->clear_person_time();
  group.set_statistic(v1::STATISTIC_INCIDENCE_RATE);
  group.set_value(15);
  group.set_unit("/100.a");
  v1::EvidenceRow& reference = made.AddRate("b", 30, 400);
  reference.set_statistic(v1::STATISTIC_INCIDENCE_RATE);
  made.AddTrial("t2");
  made.AddRate("a", 0, 31);
  made.AddRate("b", 0, 30);
  made.AddTrial("t3");
  made.AddRate("a", 3, 31);
  made.AddRate("b", 4, 30).mutable_estimate()->clear_person_time();
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 1) << result.explanation();
  EXPECT_NEAR(result.studies(0).effect().value(), (45 / 300.0) / (30 / 400.0),
              1e-9);
  EXPECT_THAT(result.studies(0).derivation(),
              HasSubstr("person-years from events and rate: 45 at 15/100.a = "
                        "300"));
  std::vector<std::string> reasons;
  for (const v1::ExcludedResult& excluded : result.excluded()) {
    reasons.push_back(excluded.explanation());
  }
  EXPECT_THAT(reasons, Contains(HasSubstr("neither arm has an event (none in "
                                          "31 and none in 30 person-years)")));
  EXPECT_THAT(reasons, Contains(HasSubstr("events with person-time, or with "
                                          "the rate that they make, are not "
                                          "printed for the reference")));
}

TEST(DerivedEffectsTest, SharesWithoutParticipantsGoByTheirIntervals) {
  MadeReview made;
  made.outcome().clear_measure();
  made.outcome().set_statistic(v1::STATISTIC_PROPORTION);
  made.outcome().set_filter("outcome = events");
  made.AddTrial("counted");
  made.AddCounts("a", 30, 60);
  const auto add = [&made](const std::string& id, double value) {
    made.AddTrial(id);
    v1::EvidenceRow& row = made.AddCounts("a", 0, 0);
    row.clear_events();
    row.clear_participants();
    row.set_unit("%");
    row.set_value(value);
    return &row;
  };
  v1::EvidenceRow& printed = *add("interval", 82);
  printed.set_low(71);
  printed.set_high(90);
  printed.set_level(95);
  add("bare", 40);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 2) << result.explanation();
  const v1::StudyResult& study = result.studies(1);
  // (logit 0.9 - logit 0.71) / (2 * 1.959964), and no binary dust in words.
  EXPECT_NEAR(study.sei(), 0.3321, 1e-4);
  EXPECT_NEAR(study.effect().value(), 82, 1e-9);
  EXPECT_THAT(study.derivation(), HasSubstr("|logit 0.9 - logit 0.71|"));
  ASSERT_EQ(result.unusable_size(), 1);
  EXPECT_THAT(result.unusable(0).explanation(),
              HasSubstr("and no interval, so that a proportion has no"));

  made.outcome().set_proportion_scale(v1::PROPORTION_SCALE_FREEMAN_TUKEY);
  const v1::OutcomeResult arcsine = made.RunOutcome();
  ASSERT_EQ(arcsine.unusable_size(), 2);
  EXPECT_THAT(arcsine.unusable(1).explanation(),
              HasSubstr("on the scales logit and raw its interval would"));
}

// metafor 3.8-1 of dat.normand1999: escalc(measure = "ROM") and rma(test =
// "knha", control = list(threshold = 1e-12)).
TEST(DerivedEffectsTest, RatiosOfMeans) {
  MadeReview made;
  made.outcome().set_measure(v1::EFFECT_MEASURE_RATIO_OF_MEANS);
  AddNormand(made);
  made.AddTrial("t99");
  made.AddMean("a", -3, 2, 20);
  made.AddMean("b", 1, 2, 20);
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 9) << result.explanation();
  EXPECT_NEAR(result.pooled().estimate(), -0.218365886411, 1e-7);
  EXPECT_NEAR(result.pooled().standard_error(), 0.117370165658, 1e-7);
  EXPECT_NEAR(result.pooled().tau2(), 0.1080224716, 1e-7);
  EXPECT_EQ(result.null_value(), 1);
  EXPECT_THAT(result.studies(0).derivation(),
              HasSubstr("ln of the ratio, variance LS"));
  ASSERT_EQ(result.excluded_size(), 2);
  EXPECT_THAT(result.excluded(0).explanation(),
              HasSubstr("their ratio has no logarithm"));
}

}  // namespace
}  // namespace consilium
