// What is told of a plan that cannot be carried out.
#include "server/review/plan_checks.h"

#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/server/review/made_review.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::UnorderedElementsAre;

// What is wrong, by field; of two faults of one field the first.
std::map<std::string, std::string> FaultsOf(
    const v1::Review& review, PlanExtent extent = PlanExtent::kWhole) {
  std::map<std::string, std::string> faults;
  for (const FieldViolation& each : CheckReviewPlan(review, "", extent)) {
    faults.emplace(each.field, each.description);
  }
  return faults;
}

TEST(PlanChecksTest, TellsAllFaultsAtOnce) {
  v1::Review review;
  review.set_inclusion_filter("desing = randomized");
  review.add_sections()->set_filter("kind =");
  v1::ReviewOutcome& first = *review.add_outcomes();
  first.set_id("os");
  first.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  first.set_statistic(v1::STATISTIC_RATE);
  first.set_filter("outcome = os AND measur = hr");
  first.set_pooling(v1::POOLING_METHOD_PETO);
  first.add_moderators("yeer");
  v1::ReviewOutcome& second = *review.add_outcomes();
  second.set_id("response");
  second.set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  second.mutable_zero_cells()->set_add(0);
  v1::PlannedRegression& regression = *second.add_regressions();
  regression.set_id("both");
  regression.add_moderators("year");
  regression.add_moderators("lime");
  regression.add_moderators("year");
  v1::PlannedRegression& again = *second.add_regressions();
  again.set_id("both");
  again.add_moderators("year");
  EXPECT_THAT(FaultsOf(review),
              UnorderedElementsAre(
                  Key("inclusionFilter"), Key("sections[0].filter"),
                  Key("outcomes[0].measure"), Key("outcomes[0].filter"),
                  Key("outcomes[0].pooling"), Key("outcomes[0].moderators[0]"),
                  Key("outcomes[1].zeroCells.add"),
                  Key("outcomes[1].regressions[0].moderators[1]"),
                  Key("outcomes[1].regressions[0].moderators[2]"),
                  Key("outcomes[1].regressions[1].id")));
}

TEST(PlanChecksTest, TellsEveryFaultOfAFilter) {
  v1::Review review;
  review.set_inclusion_filter(
      "desing = randomized AND drugClasses = egfr-tki-9g AND year = x");
  std::vector<std::string> told;
  for (const FieldViolation& each :
       CheckReviewPlan(review, "", PlanExtent::kWhole)) {
    EXPECT_EQ(each.field, "inclusionFilter");
    told.push_back(each.description);
  }
  EXPECT_THAT(told, ElementsAre(HasSubstr("'desing'"),
                                HasSubstr("'egfr-tki-9g'"), HasSubstr("'x'")));
}

TEST(PlanChecksTest, RefusesAnOutcomeThatNoVocabularyKnows) {
  v1::Review review;
  v1::ReviewOutcome& outcome = *review.add_outcomes();
  outcome.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  outcome.set_filter("outcome = psf OR outcome = os");
  EXPECT_THAT(FaultsOf(review)["outcomes[0].filter"],
              HasSubstr("no outcome has that name; did you mean \"pfs\"?"));
  for (const char* known :
       {"outcome = os", "outcome = \"Overall survival\"", "outcome = ipfs",
        "outcome:surviv", "outcome = \"pf*\"", "NOT outcome:*"}) {
    outcome.set_filter(known);
    EXPECT_THAT(FaultsOf(review), IsEmpty()) << known;
  }
}

// It was entered when nobody asked; the others of its words still count.
TEST(PlanChecksTest, AnOlderPlanIsToldOfSuchAWordAndCarriedOut) {
  MadeReview made;
  made.AddTrial("t1");
  made.AddHazardRatio(0.6, 0.4, 0.9);
  made.outcome().set_filter("outcome = psf OR outcome = os");
  made.review().set_inclusion_filter("NOT outcome = deth");
  const auto result = made.Run();
  ASSERT_OK(result);
  EXPECT_EQ(result->outcomes(0).studies_size(), 1);
  EXPECT_THAT(result->outcomes(0).plan_notes(),
              ElementsAre(HasSubstr("filter has outcome = psf, and no outcome "
                                    "has that name; did you mean \"pfs\"?")));
  EXPECT_THAT(result->notices(),
              Contains(HasSubstr("inclusionFilter: has outcome = deth")));
}

TEST(PlanChecksTest, AMixedModelWantsPoolingByOne) {
  v1::Review review;
  v1::ReviewOutcome& outcome = *review.add_outcomes();
  outcome.set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  outcome.set_mixed_model(v1::MIXED_MODEL_CONDITIONAL_EXACT);
  EXPECT_THAT(FaultsOf(review)["outcomes[0].mixedModel"],
              HasSubstr("want pooling glmm with the measure or"));
  // The pooling may stand elsewhere.
  EXPECT_THAT(FaultsOf(review, PlanExtent::kPart), IsEmpty());
  EXPECT_THAT(FaultsOf(review, PlanExtent::kEntered), IsEmpty());
  outcome.set_pooling(v1::POOLING_METHOD_GLMM);
  EXPECT_THAT(FaultsOf(review), IsEmpty());
}

TEST(PlanChecksTest, ZeroCellsWantCounts) {
  v1::Review review;
  v1::ReviewOutcome& outcome = *review.add_outcomes();
  outcome.mutable_zero_cells()->set_correction(
      v1::ZERO_CELL_CORRECTION_TREATMENT_ARM);
  outcome.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_THAT(FaultsOf(review)["outcomes[0].zeroCells"],
              HasSubstr("want the measure or, rr, rd or rate-ratio"));
  outcome.clear_measure();
  outcome.set_statistic(v1::STATISTIC_PROPORTION);
  EXPECT_THAT(FaultsOf(review)["outcomes[0].zeroCells.correction"],
              HasSubstr("want constant for a single group"));
}

}  // namespace
}  // namespace consilium
