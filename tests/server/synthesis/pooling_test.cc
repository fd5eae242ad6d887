#include "server/synthesis/pooling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/funnel.h"
#include "server/synthesis/meta_regression.h"
#include "server/synthesis/sensitivity.h"
#include "server/synthesis/subgroups.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

constexpr Tau2Estimator kEstimators[] = {
    Tau2Estimator::kCommonEffect,
    Tau2Estimator::kDerSimonianLaird,
    Tau2Estimator::kHedges,
    Tau2Estimator::kHunterSchmidt,
    Tau2Estimator::kSidikJonkman,
    Tau2Estimator::kMaximumLikelihood,
    Tau2Estimator::kRestrictedMaximumLikelihood,
    Tau2Estimator::kEmpiricalBayes,
    Tau2Estimator::kPauleMandel};

// Colditz 1994, metadat's dat.bcg, as log risk ratios.
std::vector<StudyEffect> Bcg() {
  // Cases and others, vaccinated and not.
  constexpr double kCounts[][4] = {
      {4, 119, 11, 128},       {6, 300, 29, 274},        {3, 228, 11, 209},
      {62, 13536, 248, 12619}, {33, 5036, 47, 5761},     {180, 1361, 372, 1079},
      {8, 2537, 10, 619},      {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
      {17, 1699, 65, 1600},    {186, 50448, 141, 27197}, {5, 2493, 3, 2338},
      {27, 16886, 29, 17825}};
  std::vector<StudyEffect> studies;
  for (const auto& [a, b, c, d] : kCounts) {
    studies.push_back({.label = std::to_string(studies.size() + 1),
                       .effect = std::log(a / (a + b) / (c / (c + d))),
                       .variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)});
  }
  return studies;
}

// What metafor 3.8-1 prints; it stops before the last digits of tau2.
TEST(PoolTest, GivesThePublishedResultsOfBcg) {
  ASSERT_OK_AND_ASSIGN(
      const PooledResult wald,
      Pool(Bcg(), {.interval_method = IntervalMethod::kNormal,
                   .prediction = PredictionConvention::kNormal}));
  EXPECT_NEAR(wald.pooled.effect, -0.714532, 2e-6);
  EXPECT_NEAR(wald.pooled.standard_error, 0.179782, 2e-6);
  EXPECT_NEAR(wald.pooled.interval.lower, -1.0669, 1e-4);
  EXPECT_NEAR(wald.pooled.interval.upper, -0.3622, 1e-4);
  EXPECT_NEAR(wald.prediction->lower, -1.866692, 1e-5);
  EXPECT_NEAR(wald.prediction->upper, 0.437628, 1e-5);
  const Heterogeneity& among = wald.heterogeneity;
  EXPECT_NEAR(among.q, 152.2330, 1e-2);
  EXPECT_EQ(among.q_df, 12);
  EXPECT_NEAR(*among.tau2, 0.313243, 2e-6);
  EXPECT_NEAR(*among.tau2_standard_error, 0.1664, 1e-4);
  EXPECT_NEAR(*among.i2_from_tau2_percent, 92.2214, 1e-3);
  EXPECT_NEAR(*among.i2_from_q_percent, 92.1173, 1e-3);
  EXPECT_NEAR(*among.h2_from_tau2, 12.8558, 1e-3);
  EXPECT_NEAR(among.tau2_interval->lower, 0.119718, 1e-6);
  EXPECT_NEAR(among.tau2_interval->upper, 1.111486, 1e-5);
  EXPECT_NEAR(among.i2_interval_percent->lower, 81.9206, 1e-4);
  EXPECT_NEAR(among.i2_interval_percent->upper, 97.6781, 1e-3);

  ASSERT_OK_AND_ASSIGN(const PooledResult knapp, Pool(Bcg(), {}));
  EXPECT_NEAR(*knapp.pooled.statistic, -3.95224, 1e-4);
  EXPECT_NEAR(*knapp.pooled.p_value, 0.00192, 1e-5);
  EXPECT_NEAR(knapp.pooled.interval.lower, -1.108445, 1e-5);
  EXPECT_NEAR(knapp.pooled.interval.upper, -0.320621, 1e-5);
  EXPECT_NEAR(knapp.prediction->lower, -1.996034, 3e-5);
  EXPECT_NEAR(knapp.prediction->upper, 0.566968, 3e-5);

  ASSERT_OK_AND_ASSIGN(
      const PooledResult riley,
      Pool(Bcg(), {.interval_method = IntervalMethod::kNormal,
                   .prediction = PredictionConvention::kRiley}));
  EXPECT_NEAR(riley.prediction->lower, -2.0084, 1e-4);
  EXPECT_NEAR(riley.prediction->upper, 0.5793, 1e-4);
  EXPECT_THAT(riley.prediction_df, Optional(11));
}

TEST(PoolTest, OrderOfStudiesDoesNotChangeABit) {
  for (const Tau2Estimator estimator : kEstimators) {
    const PoolingOptions options = {.tau2_estimator = estimator};
    std::vector<StudyEffect> studies = Bcg();
    ASSERT_OK_AND_ASSIGN(PooledResult expected, Pool(studies, options));
    for (int turn = 0; turn < 20; ++turn) {
      // The weights follow the studies.
      std::rotate(studies.begin(), studies.begin() + 5, studies.end());
      std::rotate(expected.weights_percent.begin(),
                  expected.weights_percent.begin() + 5,
                  expected.weights_percent.end());
      std::swap(studies[0], studies[turn % 13]);
      std::swap(expected.weights_percent[0],
                expected.weights_percent[turn % 13]);
      ASSERT_OK_AND_ASSIGN(const PooledResult actual, Pool(studies, options));
      EXPECT_TRUE(actual == expected) << Tau2EstimatorName(estimator);
    }
  }
}

TEST(PoolTest, ShiftingAndScalingEffectsShiftsAndScalesResults) {
  for (const Tau2Estimator estimator : kEstimators) {
    const PoolingOptions options = {.tau2_estimator = estimator};
    ASSERT_OK_AND_ASSIGN(const PooledResult base, Pool(Bcg(), options));
    std::vector<StudyEffect> moved = Bcg();
    for (StudyEffect& study : moved) {
      study.effect = 4 * study.effect + 10;
      study.variance *= 16;
    }
    ASSERT_OK_AND_ASSIGN(const PooledResult result, Pool(moved, options));
    EXPECT_NEAR(result.pooled.effect, 4 * base.pooled.effect + 10, 1e-9);
    EXPECT_NEAR(result.pooled.standard_error, 4 * base.pooled.standard_error,
                1e-9);
    EXPECT_NEAR(result.heterogeneity.q, base.heterogeneity.q, 1e-8);
    EXPECT_NEAR(result.heterogeneity.tau2.value_or(0),
                16 * base.heterogeneity.tau2.value_or(0), 1e-9);
  }
}

TEST(PoolTest, PauleMandelIsEmpiricalBayes) {
  ASSERT_OK_AND_ASSIGN(
      const PooledResult paule_mandel,
      Pool(Bcg(), {.tau2_estimator = Tau2Estimator::kPauleMandel}));
  ASSERT_OK_AND_ASSIGN(
      const PooledResult empirical_bayes,
      Pool(Bcg(), {.tau2_estimator = Tau2Estimator::kEmpiricalBayes}));
  EXPECT_TRUE(paule_mandel == empirical_bayes);
  EXPECT_NEAR(*paule_mandel.heterogeneity.tau2, 0.318068, 2e-6);
}

TEST(PoolTest, OneStudyIsItsOwnResult) {
  for (const Tau2Estimator estimator : kEstimators) {
    ASSERT_OK_AND_ASSIGN(
        const PooledResult result,
        Pool({{"A", -0.5, 0.04}}, {.tau2_estimator = estimator}));
    EXPECT_EQ(result.study_count, 1);
    EXPECT_EQ(result.pooled.effect, -0.5);
    EXPECT_EQ(result.pooled.standard_error, 0.2);
    EXPECT_NEAR(result.pooled.interval.upper, -0.5 + 1.959964 * 0.2, 1e-6);
    EXPECT_EQ(result.interval_method, IntervalMethod::kNormal);
    EXPECT_EQ(result.pooled.df, std::nullopt);
    EXPECT_EQ(result.heterogeneity, Heterogeneity{});
    EXPECT_EQ(result.prediction, std::nullopt);
    EXPECT_THAT(result.weights_percent, ElementsAre(100));
  }
}

TEST(PoolTest, TwoStudiesHaveNoRileyPrediction) {
  const std::vector<StudyEffect> studies = {{"A", 1, 0.1}, {"B", 3, 0.1}};
  ASSERT_OK_AND_ASSIGN(
      const PooledResult result,
      Pool(studies, {.prediction = PredictionConvention::kRiley}));
  EXPECT_EQ(result.pooled.effect, 2);
  // Of two equal variances, tau2 is half the squared difference less them.
  EXPECT_THAT(result.heterogeneity.tau2, Optional(1.9));
  EXPECT_EQ(result.prediction, std::nullopt);
  EXPECT_EQ(result.prediction_df, std::nullopt);
}

TEST(PoolTest, EqualEffectsHaveNoVarianceBetweenStudies) {
  const std::vector<StudyEffect> studies = {
      {"A", 0.25, 0.1}, {"B", 0.25, 0.2}, {"C", 0.25, 0.4}};
  for (const Tau2Estimator estimator : kEstimators) {
    if (estimator == Tau2Estimator::kCommonEffect) continue;
    ASSERT_OK_AND_ASSIGN(const PooledResult result,
                         Pool(studies, {.tau2_estimator = estimator}));
    EXPECT_THAT(result.heterogeneity.tau2, Optional(0));
    EXPECT_EQ(result.heterogeneity.q, 0);
    // Q is smaller than chance gives.
    EXPECT_EQ(result.heterogeneity.tau2_interval, std::nullopt);
    EXPECT_EQ(result.heterogeneity.i2_from_q_percent, std::nullopt);
    EXPECT_THAT(result.heterogeneity.i2_from_tau2_percent, Optional(0));
    // Hartung and Knapp's interval shrinks to the point, and has no test.
    EXPECT_EQ(result.pooled.standard_error, 0);
    EXPECT_EQ(result.pooled.interval, (Interval{0.25, 0.25}));
    EXPECT_EQ(result.pooled.statistic, std::nullopt);
    EXPECT_EQ(result.pooled.p_value, std::nullopt);
  }
  // The floor keeps it as wide as t makes Wald's.
  ASSERT_OK_AND_ASSIGN(
      const PooledResult floored,
      Pool(studies, {.interval_method = IntervalMethod::kHartungKnappAdHoc}));
  EXPECT_NEAR(floored.pooled.standard_error, std::sqrt(1 / 17.5), 1e-12);
}

TEST(PoolTest, CommonEffectHasNoTau2) {
  ASSERT_OK_AND_ASSIGN(
      const PooledResult result,
      Pool(Bcg(), {.tau2_estimator = Tau2Estimator::kCommonEffect,
                   .interval_method = IntervalMethod::kNormal}));
  EXPECT_NEAR(result.pooled.effect, -0.430285, 1e-5);
  EXPECT_EQ(result.heterogeneity.tau2, std::nullopt);
  EXPECT_EQ(result.heterogeneity.i2_from_tau2_percent, std::nullopt);
  EXPECT_NEAR(*result.heterogeneity.i2_from_q_percent, 92.1173, 1e-3);
  EXPECT_EQ(result.prediction, std::nullopt);
}

TEST(PoolTest, LevelMovesEveryInterval) {
  ASSERT_OK_AND_ASSIGN(const PooledResult at_90,
                       Pool(Bcg(), {.level_percent = 90}));
  ASSERT_OK_AND_ASSIGN(const PooledResult at_99,
                       Pool(Bcg(), {.level_percent = 99}));
  EXPECT_GT(at_90.pooled.interval.lower, at_99.pooled.interval.lower);
  EXPECT_LT(at_90.prediction->upper, at_99.prediction->upper);
  EXPECT_LT(at_90.heterogeneity.tau2_interval->upper,
            at_99.heterogeneity.tau2_interval->upper);
  EXPECT_EQ(at_90.pooled.p_value, at_99.pooled.p_value);
  // t with 12 degrees of freedom: 1.782288 and 3.054540 (any table).
  const double error = at_90.pooled.standard_error;
  EXPECT_NEAR((at_90.pooled.interval.upper - at_90.pooled.effect) / error,
              1.782288, 1e-6);
  EXPECT_NEAR((at_99.pooled.interval.upper - at_99.pooled.effect) / error,
              3.054540, 1e-6);
}

TEST(PoolTest, NamesTheStudyTheValueAndTheWish) {
  struct Case {
    StudyEffect study;
    std::string message;
  };
  const Case cases[] = {
      {{"Lin 2020", 0.1, 0},
       "variance of study 'Lin 2020' (number 2) is 0; want a positive number"},
      {{"Lin 2020", 0.1, -0.5}, "is -0.5; want a positive number"},
      {{"Lin 2020", 0.1, kNotANumber}, "is nan; want a positive number"},
      {{"Lin 2020", kNotANumber, 1}, "effect of study 'Lin 2020'"},
      {{"", 0.1, std::numeric_limits<double>::infinity()},
       "variance of study number 2 is inf"},
      {{"Lin 2020", 1e31, 1}, "magnitude at most 1e30"}};
  for (const Case& each : cases) {
    const absl::Status status =
        Pool({{"Wu 2019", 0.2, 0.1}, each.study}, {}).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr(each.message)));
    EXPECT_EQ(GetErrorReason(status), kSynthesisStudy);
    EXPECT_EQ(GetFieldViolations(status)[0].field, "studies[1]");
  }
}

TEST(PoolTest, RefusesNoStudyAndImpossibleLevels) {
  EXPECT_EQ(GetErrorReason(Pool({}, {}).status()), kSynthesisTooFewStudies);
  for (const double level : {0.0, 100.0, -5.0, kNotANumber}) {
    EXPECT_EQ(GetErrorReason(Pool(Bcg(), {.level_percent = level}).status()),
              kSynthesisSetting)
        << level;
  }
}

TEST(PoolTest, ComputesAtTheEdgesOfItsBounds) {
  for (const Tau2Estimator estimator : kEstimators) {
    for (const double scale : {1e-30, 1e-15, 1.0, 1e15, 1e29}) {
      std::vector<StudyEffect> studies = Bcg();
      for (StudyEffect& study : studies) {
        study.effect *= std::sqrt(scale);
        study.variance = std::max(1e-30, study.variance * scale);
      }
      ASSERT_OK_AND_ASSIGN(const PooledResult result,
                           Pool(studies, {.tau2_estimator = estimator}));
      EXPECT_TRUE(std::isfinite(result.pooled.effect));
      EXPECT_TRUE(std::isfinite(result.pooled.interval.upper));
      EXPECT_TRUE(std::isfinite(*result.pooled.p_value));
    }
    // One study that knows everything beside one that knows nothing.
    ASSERT_OK_AND_ASSIGN(
        const PooledResult result,
        Pool({{"A", 1, 1e-30}, {"B", 5, 1e30}, {"C", 1, 1e-30}},
             {.tau2_estimator = estimator}));
    EXPECT_TRUE(std::isfinite(result.pooled.standard_error));
  }
}

TEST(FitMetaRegressionTest, GivesThePublishedResultsOfBcg) {
  const Moderator latitude = {
      "ablat", {44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33}};
  ASSERT_OK_AND_ASSIGN(
      const RegressionResult result,
      FitMetaRegression(Bcg(), {latitude},
                        {.interval_method = IntervalMethod::kNormal}));
  EXPECT_EQ(result.coefficients[0].name, "intercept");
  EXPECT_NEAR(result.coefficients[0].estimate.effect, 0.2515, 1e-4);
  EXPECT_NEAR(result.coefficients[0].estimate.standard_error, 0.2491, 1e-4);
  EXPECT_EQ(result.coefficients[1].name, "ablat");
  EXPECT_NEAR(result.coefficients[1].estimate.effect, -0.0291, 1e-4);
  EXPECT_NEAR(result.coefficients[1].estimate.standard_error, 0.0072, 1e-4);
  EXPECT_NEAR(*result.residual.tau2, 0.0764, 1e-4);
  EXPECT_NEAR(*result.r2_percent, 75.62, 1e-2);
  EXPECT_NEAR(result.residual.q, 30.7331, 1e-3);
  EXPECT_NEAR(result.moderators_test->statistic, 16.3571, 5e-3);
}

TEST(FitMetaRegressionTest, NamesTheModeratorThatSaysNothingNew) {
  const Moderator year = {"year", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}};
  Moderator twice = year;
  twice.name = "twice";
  for (double& value : twice.values) value = 2 * value + 1948;
  const absl::Status copied =
      FitMetaRegression(Bcg(), {year, twice}, {}).status();
  EXPECT_EQ(GetErrorReason(copied), kSynthesisCollinear);
  EXPECT_THAT(copied.message(), HasSubstr("'twice'"));
  const Moderator constant = {"constant", std::vector<double>(13, 0.1)};
  EXPECT_EQ(GetErrorReason(FitMetaRegression(Bcg(), {constant}, {}).status()),
            kSynthesisCollinear);
}

TEST(FitMetaRegressionTest, RefusesValuesThatDoNotFit) {
  const Moderator one = {"dose", {1, 2, 3}};
  const std::vector<StudyEffect> two = {{"A", 1, 1}, {"B", 2, 1}};
  EXPECT_EQ(GetErrorReason(FitMetaRegression(two, {one}, {}).status()),
            kSynthesisTooFewStudies);
  EXPECT_THAT(FitMetaRegression(Bcg(), {one}, {}).status().message(),
              HasSubstr("moderator dose is of 3 values; want one for each of "
                        "13 studies"));
  Moderator missing = {"dose", std::vector<double>(13, 1)};
  missing.values[4] = kNotANumber;
  EXPECT_THAT(
      FitMetaRegression(Bcg(), {missing}, {}).status().message(),
      AllOf(HasSubstr("moderator dose of study '5'"), HasSubstr("is nan")));
}

TEST(PoolSubgroupsTest, OneGroupHasNoInteraction) {
  ASSERT_OK_AND_ASSIGN(const SubgroupAnalysis analysis,
                       PoolSubgroups(Bcg(), std::vector<std::string>(13, "all"),
                                     SubgroupTau2::kSeparate, {}));
  EXPECT_EQ(analysis.interaction.has_value(), false);
  ASSERT_EQ(analysis.groups.size(), 1);
  EXPECT_TRUE(analysis.groups[0].result == analysis.overall);
}

TEST(PoolSubgroupsTest, KeepsGroupsOfOneStudy) {
  std::vector<std::string> names(13, "many");
  names[3] = "lone";
  for (const SubgroupTau2 tau2 :
       {SubgroupTau2::kSeparate, SubgroupTau2::kCommon}) {
    ASSERT_OK_AND_ASSIGN(const SubgroupAnalysis analysis,
                         PoolSubgroups(Bcg(), names, tau2, {}));
    EXPECT_EQ(analysis.groups[0].name, "lone");
    EXPECT_THAT(analysis.groups[0].studies, ElementsAre(3));
    EXPECT_NEAR(analysis.groups[0].result.pooled.effect, Bcg()[3].effect,
                1e-11);
    EXPECT_TRUE(analysis.interaction.has_value());
  }
}

TEST(LeaveOneOutTest, PoolsTheRest) {
  const std::vector<StudyEffect> studies = Bcg();
  ASSERT_OK_AND_ASSIGN(const std::vector<PooledResult> results,
                       LeaveOneOut(studies, {}));
  ASSERT_EQ(results.size(), 13);
  ASSERT_OK_AND_ASSIGN(const PooledResult rest,
                       Pool(absl::MakeConstSpan(studies).subspan(1), {}));
  EXPECT_TRUE(results[0] == rest);
  EXPECT_EQ(GetErrorReason(LeaveOneOut({{"A", 1, 1}}, {}).status()),
            kSynthesisTooFewStudies);
}

TEST(PoolCumulativelyTest, AddsOneByOne) {
  ASSERT_OK_AND_ASSIGN(const std::vector<PooledResult> results,
                       PoolCumulatively(Bcg(), {}));
  ASSERT_EQ(results.size(), 13);
  EXPECT_EQ(results[0].study_count, 1);
  EXPECT_NEAR(results[0].pooled.effect, -0.889311, 1e-6);
  ASSERT_OK_AND_ASSIGN(const PooledResult all, Pool(Bcg(), {}));
  EXPECT_TRUE(results[12] == all);
}

TEST(MeasureInfluenceTest, TwoStudiesAreEachOthersComparison) {
  ASSERT_OK_AND_ASSIGN(const std::vector<StudyInfluence> rows,
                       MeasureInfluence({{"A", 1, 0.1}, {"B", 3, 0.1}}, {}));
  EXPECT_EQ(rows[0].label, "A");
  EXPECT_EQ(rows[0].tau2_deleted, std::nullopt);
  EXPECT_EQ(rows[0].hat, 0.5);
  // (1 - 3) / sqrt(0.1 + 0.1).
  EXPECT_NEAR(*rows[0].studentized_residual, -2 / std::sqrt(0.2), 1e-11);
}

TEST(DrawFunnelTest, CornersLieAtTheLargestStandardError) {
  const std::vector<StudyEffect> studies = {{"A", 0.5, 0.04}, {"B", 1, 0.25}};
  ASSERT_OK_AND_ASSIGN(const Funnel funnel, DrawFunnel(studies, 0.6, {{95.}}));
  EXPECT_EQ(funnel.standard_error_max, 0.5);
  EXPECT_EQ(funnel.points[0].standard_error, 0.2);
  EXPECT_NEAR(funnel.limits[0].corners.lower, 0.6 - 0.5 * 1.959963984540,
              1e-11);
  EXPECT_EQ(GetErrorReason(DrawFunnel(studies, kNotANumber, {{95.}}).status()),
            kSynthesisSetting);
  EXPECT_EQ(GetErrorReason(DrawFunnel(studies, 0, {{100.}}).status()),
            kSynthesisSetting);
}

}  // namespace
}  // namespace consilium
