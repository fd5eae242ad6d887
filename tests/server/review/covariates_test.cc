// What reviewers record of trials beside what the registry holds.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/review/covariate_checks.h"
#include "server/review/plan_checks.h"
#include "tests/server/review/made_review.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::StudyCovariate& Record(MadeReview& made, int trial,
                           const std::string& name) {
  v1::StudyCovariate& value = *made.review().add_covariates();
  value.set_trial(absl::StrCat("t", trial));
  value.set_name(name);
  return value;
}

// dat.bcg with its latitudes and ways of allocation, which rows do not have.
class CovariatesTest : public testing::Test {
 protected:
  CovariatesTest() {
    constexpr int kLatitudes[] = {44, 55, 42, 52, 13, 44, 19,
                                  13, 27, 42, 18, 33, 33};
    constexpr int kYears[] = {1948, 1949, 1960, 1977, 1973, 1953, 1973,
                              1980, 1968, 1961, 1974, 1969, 1976};
    AddBcg(made_);
    for (int i = 0; i < 13; ++i) {
      Record(made_, 10 + i, "ablat").set_number(kLatitudes[i]);
      made_.results()[static_cast<size_t>(2 * i)]->set_year(kYears[i]);
    }
  }

  MadeReview made_;
};

// metafor 3.8-1: rma(yi, vi, mods = ~ ablat + year, test = "knha").
TEST_F(CovariatesTest, RegressionsTakeThemBesideFieldsAsMetaforDoes) {
  v1::PlannedRegression& regression = *made_.outcome().add_regressions();
  regression.set_id("latitude-and-year");
  regression.add_moderators("covariates.ablat");
  regression.add_moderators("year");
  const v1::OutcomeResult result = made_.RunOutcome();
  ASSERT_EQ(result.regressions_size(), 1);
  const v1::RegressionAnalysis& model = result.regressions(0);
  ASSERT_EQ(model.coefficients_size(), 3) << model.explanation();
  EXPECT_EQ(model.coefficients(1).name(), "covariates.ablat");
  EXPECT_NEAR(model.coefficients(0).estimate(), -3.54535301996, 1e-5);
  EXPECT_NEAR(model.coefficients(1).estimate(), -0.0280113294442, 1e-9);
  EXPECT_NEAR(model.coefficients(1).standard_error(), 0.0113456775207, 1e-9);
  EXPECT_NEAR(model.coefficients(1).p(), 0.0331673351467, 1e-8);
  EXPECT_NEAR(model.coefficients(2).estimate(), 0.00190748044752, 1e-8);
  EXPECT_NEAR(model.tau2(), 0.110784696948, 1e-8);
  EXPECT_NEAR(model.qm(), 4.96494755588, 1e-6);
  EXPECT_NEAR(model.r2(), 64.6330147352, 1e-5);
}

// rma(yi, vi, mods = ~ ablat).
TEST_F(CovariatesTest, AModeratorMayBeOne) {
  made_.outcome().add_moderators("covariates.ablat");
  made_.outcome().set_interval_method(v1::INTERVAL_METHOD_NORMAL);
  const v1::RegressionAnalysis model = made_.RunOutcome().regressions(0);
  ASSERT_EQ(model.coefficients_size(), 2) << model.explanation();
  EXPECT_NEAR(model.coefficients(1).estimate(), -0.0291017250116, 1e-9);
  EXPECT_NEAR(model.coefficients(1).standard_error(), 0.00719532722091, 1e-9);
}

// exp of rma(yi, vi, subset = ablat < 34), and of the others.
TEST_F(CovariatesTest, SubgroupsDivideByBoundsAndWords) {
  made_.outcome().add_subgroups("covariates.ablat = <34 | >=34");
  made_.outcome().add_subgroups("covariates.allocation");
  Record(made_, 10, "allocation").set_text("random");
  const v1::OutcomeResult result = made_.RunOutcome();
  const v1::SubgroupAnalysis& latitude = result.subgroups(0);
  ASSERT_EQ(latitude.parts_size(), 2);
  EXPECT_EQ(latitude.parts(0).title(), "<34");
  EXPECT_EQ(latitude.parts(0).pooled().studies(), 7);
  EXPECT_NEAR(latitude.parts(0).pooled().effect().value(), 0.767419397539,
              1e-7);
  EXPECT_NEAR(latitude.parts(1).pooled().effect().value(), 0.302102716858,
              1e-7);
  EXPECT_EQ(result.subgroups(1).parts(0).title(), "random");
  EXPECT_EQ(result.subgroups(1).parts(1).title(), "not stated");
  EXPECT_THAT(result.studies(0).subgroups(), ElementsAre(">=34", "random"));
}

TEST_F(CovariatesTest, TellsWhichStudyLacksOne) {
  made_.outcome().add_moderators("covariates.ablat");
  made_.outcome().add_moderators("covariates.latitude");
  made_.review().mutable_covariates()->DeleteSubrange(0, 1);
  const v1::OutcomeResult result = made_.RunOutcome();
  EXPECT_EQ(result.regressions(0).explanation(),
            "t10 has no value of covariates.ablat");
  EXPECT_EQ(result.regressions(1).explanation(),
            "no study has a value of covariates.latitude; the protocol records "
            "ablat");
}

TEST_F(CovariatesTest, WhatWasAssessedDependsOnThoseThatAreUsed) {
  const std::string without = made_.RunOutcome().inputs_hash();
  made_.review().mutable_covariates(0)->set_number(45);
  EXPECT_EQ(made_.RunOutcome().inputs_hash(), without) << "none is used";
  made_.outcome().add_moderators("covariates.ablat");
  const std::string with = made_.RunOutcome().inputs_hash();
  made_.review().mutable_covariates(0)->set_reason("Read again");
  EXPECT_EQ(made_.RunOutcome().inputs_hash(), with);
  made_.review().mutable_covariates(0)->set_number(44);
  EXPECT_NE(made_.RunOutcome().inputs_hash(), with);
}

TEST_F(CovariatesTest, APlanWithOneThatIsNotRecordedIsRefused) {
  made_.outcome().set_filter("outcome = os");
  made_.outcome().add_subgroups("covariates.latitude = <30 | >=30");
  made_.outcome().add_moderators("covariates.ablat");
  v1::PlannedRegression& regression = *made_.outcome().add_regressions();
  regression.set_id("x");
  regression.add_moderators("covariates.dose");
  const auto violations =
      CheckReviewPlan(made_.review(), "", PlanExtent::kWhole);
  ASSERT_EQ(violations.size(), 2) << violations[0].description;
  EXPECT_EQ(violations[0].field, "outcomes[0].subgroups[0]");
  EXPECT_EQ(violations[0].description,
            "is covariates.latitude, of which `covariates` has no value; want "
            "one of ablat");
  EXPECT_EQ(violations[1].field, "outcomes[0].regressions[0].moderators[0]");
  EXPECT_THAT(CheckReviewPlan(made_.review(), "", PlanExtent::kPart),
              IsEmpty());
}

TEST_F(CovariatesTest, APartIsReadBesideWhatIsRecordedAlready) {
  v1::Review part;
  v1::ReviewOutcome& outcome = *part.add_outcomes();
  outcome.set_id("rr");
  outcome.add_moderators("covariates.ablat");
  EXPECT_THAT(CheckCovariates(part, made_.review(), ""), IsEmpty());
  outcome.add_moderators("covariates.nosuch");
  const auto violations = CheckCovariates(part, made_.review(), "review.");
  ASSERT_EQ(violations.size(), 1);
  EXPECT_EQ(violations[0].field, "review.outcomes[0].moderators[1]");
  EXPECT_THAT(violations[0].description, HasSubstr("want one of ablat"));
}

TEST_F(CovariatesTest, ANumberOfOneTrialIsNoWordOfAnother) {
  v1::Review part;
  v1::StudyCovariate& word = *part.add_covariates();
  word.set_trial("t10");
  word.set_name("ablat");
  word.set_text("north");
  const auto violations = CheckCovariates(part, made_.review(), "");
  ASSERT_EQ(violations.size(), 1);
  EXPECT_EQ(violations[0].field, "covariates[0]");
  EXPECT_EQ(violations[0].description,
            "is a word of t10, and ablat is a number of t11; want numbers of "
            "all trials, or words of all");
  // Where it is of no other trial it may become a word.
  made_.review().mutable_covariates()->DeleteSubrange(1, 12);
  EXPECT_THAT(CheckCovariates(part, made_.review(), ""), IsEmpty());
}

TEST_F(CovariatesTest, LevelsThatNoTrialHasAreTold) {
  Record(made_, 10, "allocation").set_text("random");
  Record(made_, 11, "allocation").set_text("alternate");
  v1::ReviewOutcome& plan = made_.outcome();
  plan.add_subgroups("covariates.allocation = random | alternat");
  plan.add_subgroups("covariates.ablat = <10 | >=10");
  plan.add_moderators("covariates.allocation = <30 | random");
  EXPECT_THAT(
      made_.RunOutcome().plan_notes(),
      ElementsAre(HasSubstr("filter has outcome = events"),
                  "subgroups has \"alternat\", which no trial has as "
                  "covariates.allocation; there are alternate, random",
                  "moderators has \"<30\", a bound of numbers, and "
                  "covariates.allocation is words; there are alternate, "
                  "random"));
}

}  // namespace
}  // namespace consilium
