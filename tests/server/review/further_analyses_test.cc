// Subgroups and sensitivity analyses: which studies are in which.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/review/plan_checks.h"
#include "tests/server/review/made_review.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Five trials with a hazard ratio each, of different years and risks of bias.
class FurtherAnalysesTest : public testing::Test {
 protected:
  FurtherAnalysesTest() {
    const std::pair<int, v1::RiskOfBiasJudgement> kTrials[] = {
        {1998, v1::RISK_OF_BIAS_JUDGEMENT_HIGH},
        {2007, v1::RISK_OF_BIAS_JUDGEMENT_LOW},
        {2015, v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS},
        {2021, v1::RISK_OF_BIAS_JUDGEMENT_LOW},
        {2022, v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED}};
    for (const auto& [year, judgement] : kTrials) {
      const std::string id = absl::StrCat("t", year);
      made_.AddTrial(id).set_year(year);
      v1::EvidenceRow& row =
          made_.AddHazardRatio(year / 3000.0, year / 4000.0, year / 2250.0);
      row.set_year(year);
      row.set_participants(year == 2007 ? 90 : year == 2015 ? 1200 : 150);
      if (judgement == v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED) continue;
      v1::RiskOfBiasAssessment& assessment = risk_of_bias_.emplace_back();
      assessment.set_trial(id);
      assessment.set_overall(judgement);
    }
  }

  v1::OutcomeResult Run() const {
    ReviewInput input = made_.Input();
    input.risk_of_bias = risk_of_bias_;
    const auto result =
        ComputeReview(input, "", [] { return absl::OkStatus(); });
    EXPECT_OK(result);
    return result.ok() ? result->outcomes(0) : v1::OutcomeResult();
  }

  // "year < 2015: t1998 t2007".
  static std::vector<std::string> PartsOf(
      const v1::SubgroupAnalysis& analysis) {
    std::vector<std::string> parts;
    for (const v1::PooledPart& part : analysis.parts())
      parts.push_back(Text(part));
    return parts;
  }

  static std::string Text(const v1::PooledPart& part) {
    std::string text = absl::StrCat(part.title(), ":");
    for (const std::string& row : part.rows()) {
      absl::StrAppend(&text, " ", row.substr(7, 5));
    }
    return text;
  }

  MadeReview made_;
  std::vector<v1::RiskOfBiasAssessment> risk_of_bias_;
};

TEST_F(FurtherAnalysesTest, StudiesAreDividedByRiskOfBias) {
  made_.outcome().add_subgroups("riskOfBias");
  made_.outcome().add_subgroups("riskOfBias = high | low");
  const v1::OutcomeResult result = Run();
  ASSERT_EQ(result.subgroups_size(), 2);
  EXPECT_THAT(PartsOf(result.subgroups(0)),
              ElementsAre("low: t2007 t2021", "some-concerns: t2015",
                          "high: t1998", "not stated: t2022"));
  EXPECT_THAT(PartsOf(result.subgroups(1)),
              ElementsAre("high: t1998", "low: t2007 t2021",
                          "other or not stated: t2015 t2022"));
}

TEST_F(FurtherAnalysesTest, StudiesAreDividedByBoundsOfANumber) {
  made_.outcome().add_subgroups("year = <2015 | >=2015");
  made_.outcome().add_subgroups("participants");
  const v1::OutcomeResult result = Run();
  ASSERT_EQ(result.subgroups_size(), 2);
  EXPECT_THAT(PartsOf(result.subgroups(0)),
              ElementsAre("<2015: t1998 t2007", ">=2015: t2015 t2021 t2022"));
  EXPECT_THAT(PartsOf(result.subgroups(1)),
              ElementsAre("90: t2007", "150: t1998 t2021 t2022", "1200: t2015"))
      << "numbers stand by their size";
}

TEST_F(FurtherAnalysesTest, SensitivityLeavesOutStudiesAtHigherRisk) {
  v1::SensitivityAnalysis& analysis = *made_.outcome().add_sensitivity();
  analysis.set_id("not-high");
  analysis.set_risk_of_bias_max(v1::RISK_OF_BIAS_JUDGEMENT_MODERATE);
  const v1::OutcomeResult result = Run();
  ASSERT_EQ(result.sensitivity_size(), 1);
  EXPECT_EQ(Text(result.sensitivity(0)), "not-high: t2007 t2015 t2021");
  EXPECT_EQ(result.pooled().studies(), 5);
}

TEST_F(FurtherAnalysesTest, RiskOfBiasExplainsDifferences) {
  made_.outcome().add_moderators("riskOfBias = low | some-concerns | high");
  const v1::OutcomeResult result = Run();
  ASSERT_EQ(result.regressions_size(), 1);
  std::vector<std::string> names;
  for (const auto& each : result.regressions(0).coefficients()) {
    names.push_back(each.name());
  }
  EXPECT_THAT(names, ElementsAre("intercept", "riskOfBias: some-concerns",
                                 "riskOfBias: high", "riskOfBias: other"));
}

TEST(PlanFieldsTest, WhatDividesNothingIsRefused) {
  const auto faults = [](const std::string& subgroup) {
    v1::ReviewOutcome outcome;
    outcome.set_id("os");
    outcome.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
    outcome.set_filter("outcome = os");
    outcome.add_subgroups(subgroup);
    std::vector<std::string> texts;
    for (const FieldViolation& each :
         CheckOutcomePlan(outcome, "", PlanExtent::kWhole)) {
      texts.push_back(absl::StrCat(each.field, " ", each.description));
    }
    return texts;
  };
  EXPECT_THAT(faults("riskOfBias"), IsEmpty());
  EXPECT_THAT(faults("year = <2015 | >=2015"), IsEmpty());
  EXPECT_THAT(faults("riskOfBias = bad"),
              ElementsAre(HasSubstr("which is no judgement; want one of low")));
  EXPECT_THAT(faults("year = <soon"),
              ElementsAre(HasSubstr("\"<soon\"; want a bound of a number")));
  EXPECT_THAT(faults("drugClasses = <5"),
              ElementsAre(HasSubstr("want a bound of a number")));
}

const v1::SmallStudyTest* FindTest(const v1::OutcomeResult& result,
                                   const std::string& name) {
  for (const v1::SmallStudyTest& test : result.small_study_tests()) {
    if (test.name() == name) return &test;
  }
  return nullptr;
}

// R's lm() of dat.bcg by the formulas of Harbord 2006 and Peters 2006, as
// tests/server/synthesis/metafor/expected.R has them.
TEST(SmallStudiesTest, OddsOfCountsAreTestedWhateverPoolsThem) {
  MadeReview made;
  AddBcg(made);
  for (const v1::PoolingMethod pooling : {v1::POOLING_METHOD_INVERSE_VARIANCE,
                                          v1::POOLING_METHOD_MANTEL_HAENSZEL}) {
    made.outcome().set_pooling(pooling);
    const v1::OutcomeResult result = made.RunOutcome();
    const v1::SmallStudyTest* const harbord = FindTest(result, "Harbord");
    const v1::SmallStudyTest* const peters = FindTest(result, "Peters");
    ASSERT_TRUE(harbord != nullptr && peters != nullptr);
    EXPECT_NEAR(harbord->statistic(), -1.256474344045, 1e-9);
    EXPECT_NEAR(harbord->p(), 0.2349719521221, 1e-9);
    EXPECT_EQ(harbord->degrees_of_freedom(), 11);
    EXPECT_NEAR(peters->statistic(), -1.362476199397, 1e-9);
    EXPECT_NEAR(peters->p(), 0.2002917922841, 1e-9);
    EXPECT_THAT(peters->method(), HasSubstr("log odds ratio on 1 / n"));
  }
}

TEST(SmallStudiesTest, TestsOfCountsWantCountsAndTenStudies) {
  MadeReview few;
  few.outcome().set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  few.outcome().set_filter("outcome = events");
  for (const std::string trial : {"t1", "t2"}) {
    few.AddTrial(trial);
    few.AddCounts("a", 10, 50);
    few.AddCounts("b", 20, 50);
  }
  EXPECT_THAT(FindTest(few.RunOutcome(), "Harbord")->explanation(),
              HasSubstr("wants at least 10 studies and was given 2"));

  MadeReview ratios;
  ratios.AddTrial("t1");
  ratios.AddHazardRatio(0.5, 0.4, 0.625);
  EXPECT_EQ(FindTest(ratios.RunOutcome(), "Harbord"), nullptr);
  ratios.outcome().set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  ratios.results()[0]->set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  EXPECT_THAT(FindTest(ratios.RunOutcome(), "Peters")->explanation(),
              HasSubstr("counts of both arms of every study; without: t1"));
}

}  // namespace
}  // namespace consilium
