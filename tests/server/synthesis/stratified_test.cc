// Rare events and boundaries of pooling by strata and of mixed models;
// metafor/ holds agreement with rma.mh, rma.peto and rma.glmm.
#include "server/synthesis/stratified.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/synthesis/glmm.h"
#include "server/synthesis/small_study.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr EffectMeasure kOddsRatio = EffectMeasure::kLogOddsRatio;

// One table, by hand: the pooled odds ratio is the table's own.
TEST(MantelHaenszelTest, OneStudyIsItsOwnResult) {
  const std::vector<ContrastCounts> one = {{{10, 50}, {20, 50}}};
  const StratifiedResult result = *PoolMantelHaenszel(kOddsRatio, one);
  EXPECT_NEAR(result.pooled->effect, std::log(10.0 * 30 / (40 * 20)), 1e-11);
  EXPECT_NEAR(result.pooled->standard_error,
              std::sqrt(1 / 10.0 + 1 / 40.0 + 1 / 20.0 + 1 / 30.0), 1e-11);
  EXPECT_FALSE(result.q.has_value());
  EXPECT_FALSE(result.tarone.has_value());
}

TEST(MantelHaenszelTest, NoEventsInOneArmHaveNoRatioButADifference) {
  const std::vector<ContrastCounts> studies = {{{0, 50}, {2, 50}},
                                               {{0, 40}, {1, 40}}};
  const StratifiedResult ratio = *PoolMantelHaenszel(kOddsRatio, studies);
  EXPECT_FALSE(ratio.pooled.has_value());
  EXPECT_TRUE(ratio.cochran_mantel_haenszel.has_value());
  const StratifiedResult difference =
      *PoolMantelHaenszel(EffectMeasure::kRiskDifference, studies);
  EXPECT_NEAR(difference.pooled->effect, -3.0 / 90, 1e-11);
}

TEST(MantelHaenszelTest, DoubleZerosWeighNothingInRatios) {
  const std::vector<ContrastCounts> with = {
      {{3, 50}, {7, 50}}, {{5, 40}, {6, 42}}, {{0, 90}, {0, 90}}};
  const std::vector<ContrastCounts> without = {with[0], with[1]};
  for (const EffectMeasure measure :
       {kOddsRatio, EffectMeasure::kLogRiskRatio}) {
    EXPECT_EQ(PoolMantelHaenszel(measure, with)->pooled,
              PoolMantelHaenszel(measure, without)->pooled);
  }
  EXPECT_EQ(PoolPeto(with)->pooled, PoolPeto(without)->pooled);
}

TEST(StratifiedTest, OrderOfStudiesDoesNotMatter) {
  const std::vector<ContrastCounts> there = {
      {{3, 51}, {7, 53}}, {{5, 47}, {6, 42}}, {{1, 97}, {0, 91}}};
  const std::vector<ContrastCounts> back(there.rbegin(), there.rend());
  EXPECT_EQ(PoolMantelHaenszel(kOddsRatio, there)->pooled,
            PoolMantelHaenszel(kOddsRatio, back)->pooled);
  EXPECT_EQ(PoolPeto(there)->q->statistic, PoolPeto(back)->q->statistic);
}

TEST(StratifiedTest, NamesWhatCannotBePooled) {
  EXPECT_FALSE(PoolMantelHaenszel(kOddsRatio, {}).ok());
  EXPECT_THAT(
      PoolPeto(std::vector<ContrastCounts>{{{2, 9}, {1, 9}}, {{7, 5}, {1, 9}}}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("studies[1].treated: has 7 events; want 0 to 5")));
  EXPECT_THAT(PoolPeto(std::vector<ContrastCounts>{{{0, 9}, {0, 9}}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PoolLogRank(std::vector<LogRank>{{1, 4}, {-2, 0}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("trials[1]: has V 0")));
}

// Studies that agree better than chance: no variance between them, and the
// model is a fixed effect's.
TEST(GlmmTest, AlikeStudiesHaveNoVarianceBetween) {
  const std::vector<ArmCounts> arms = {{10, 40}, {11, 44}, {9, 36}};
  const GlmmResult result = *FitProportionGlmm(arms);
  EXPECT_TRUE(result.tau2_at_zero);
  EXPECT_EQ(result.tau2, 0);
  EXPECT_NEAR(result.pooled.effect, std::log(30.0 / 90), 1e-9);
  EXPECT_NEAR(result.pooled.standard_error, std::sqrt(1 / 30.0 + 1 / 90.0),
              1e-9);
}

TEST(GlmmTest, DoubleZerosSayNothing) {
  const std::vector<ContrastCounts> studies = {{{0, 30}, {0, 30}},
                                               {{1, 100}, {6, 98}},
                                               {{0, 60}, {4, 66}},
                                               {{3, 70}, {1, 72}}};
  for (const GlmmModel model :
       {GlmmModel::kConditionalExact, GlmmModel::kUnconditionalFixedStudies}) {
    const auto result = FitOddsRatioGlmm(model, studies);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_THAT(result->uninformative, ElementsAre(0));
    EXPECT_EQ(result->study_count, 3u);
    EXPECT_LT(result->pooled.effect, 0);
  }
}

TEST(GlmmTest, SaysWhyThereIsNoFit) {
  EXPECT_THAT(FitProportionGlmm(std::vector<ArmCounts>{{0, 9}, {0, 5}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the effect has no bound")));
  EXPECT_THAT(FitProportionGlmm(std::vector<ArmCounts>{{3, 9}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(
      FitOddsRatioGlmm(
          GlmmModel::kConditionalExact,
          std::vector<ContrastCounts>{{{1.5, 9}, {1, 9}}, {{2, 9}, {3, 9}}}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("studies[0]: has a count that is no whole number")));
}

TEST(SmallStudyTest, WantsTenStudiesUnlessTold) {
  std::vector<StudyEffect> studies;
  for (int i = 0; i < 9; ++i) {
    studies.push_back(
        {absl::StrCat("study ", i), 0.1 * i * (i % 3 - 1), 0.01 * (i + 1)});
  }
  EXPECT_THAT(TestEgger(studies, EggerModel::kClassic, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("10")));
  EXPECT_TRUE(TestEgger(studies, EggerModel::kClassic, {}, 9).ok());
  EXPECT_FALSE(TestBegg(studies).ok());
  EXPECT_TRUE(TestBegg(studies, 9).ok());
  EXPECT_FALSE(FillFunnel(studies, {}).ok());
  EXPECT_FALSE(CountFailSafe(studies).ok());
}

TEST(SmallStudyTest, EqualStandardErrorsHaveNoSlope) {
  const std::vector<StudyEffect> studies(12, {"study", 0.2, 0.04});
  EXPECT_FALSE(TestEgger(studies, EggerModel::kClassic, {}).ok());
  EXPECT_FALSE(TestBegg(studies).ok());
}

}  // namespace
}  // namespace consilium
