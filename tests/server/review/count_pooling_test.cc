// What a plan does about counts: zero cells, weights, mixed models.
#include "server/review/count_pooling.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/review/review_plan.h"
#include "tests/server/review/made_review.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::HasSubstr;

// Niel-Weise 2007, metadat's dat.nielweise2007: infections with and without an
// anti-infective catheter.
void AddNielWeise(MadeReview& made) {
  constexpr int kCounts[][4] = {
      {0, 116, 3, 117}, {1, 44, 3, 35},    {2, 208, 9, 195}, {0, 130, 7, 136},
      {5, 151, 6, 157}, {1, 98, 4, 139},   {1, 174, 3, 177}, {1, 74, 2, 39},
      {1, 97, 19, 103}, {1, 113, 2, 122},  {0, 66, 7, 64},   {0, 70, 1, 58},
      {3, 188, 5, 175}, {6, 187, 11, 180}, {0, 118, 0, 105}, {0, 252, 1, 262},
      {1, 345, 3, 362}, {4, 64, 1, 69}};
  made.outcome().set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  made.outcome().set_filter("outcome = events");
  int number = 10;
  for (const auto& [a, n1, c, n2] : kCounts) {
    made.AddTrial(absl::StrCat("t", number++));
    made.AddCounts("a", a, n1);
    made.AddCounts("b", c, n2);
  }
}

v1::ZeroCells CellsOf(
    double add, v1::ZeroCellTables to,
    v1::ZeroCellCorrection correction = v1::ZERO_CELL_CORRECTION_UNSPECIFIED) {
  v1::ZeroCells cells;
  if (add > 0) cells.set_add(add);
  cells.set_to(to);
  if (correction != v1::ZERO_CELL_CORRECTION_UNSPECIFIED) {
    cells.set_correction(correction);
  }
  return cells;
}

// metafor 3.8-1: rma() with test = "knha" and control = list(threshold =
// 1e-12), of escalc(measure = "OR", drop00 = TRUE, add = , to = ); the last
// with n1 / (n1 + n2) and n2 / (n1 + n2) added by hand to the cells of the
// arms.
TEST(CountPoolingTest, AddsToZeroCellsAsThePlanSays) {
  MadeReview made;
  AddNielWeise(made);
  const struct {
    v1::ZeroCells cells;
    int studies;
    double estimate, standard_error;
    const char* words;
  } kCases[] = {
      {{},
       17,
       -0.980383906604,
       0.237644098217,
       "; 0.5 added to each cell of 5 tables with a 0"},
      {CellsOf(0.1, v1::ZERO_CELL_TABLES_UNSPECIFIED), 17, -0.902113963866,
       0.244452261581, "; 0.1 added to each cell of 5 tables with a 0"},
      {CellsOf(0, v1::ZERO_CELL_TABLES_ALL_IF_ANY), 17, -0.881722969038,
       0.220422093427, "; 0.5 added to each cell of all 17 tables"},
      {CellsOf(0.25, v1::ZERO_CELL_TABLES_ALL), 17, -0.903188406029,
       0.236125021593, "; 0.25 added to each cell of all 17 tables"},
      {CellsOf(0, v1::ZERO_CELL_TABLES_NONE), 12, -0.822289270518,
       0.261987841055, "scale: log odds ratio"},
      {CellsOf(0.5, v1::ZERO_CELL_TABLES_ONLY_ZERO,
               v1::ZERO_CELL_CORRECTION_TREATMENT_ARM),
       17, -0.977609077989, 0.237269248448,
       "; 0.5 added to each cell of 5 tables with a 0, divided between the "
       "arms by their size"}};
  for (const auto& wanted : kCases) {
    *made.outcome().mutable_zero_cells() = wanted.cells;
    const v1::OutcomeResult result = made.RunOutcome();
    SCOPED_TRACE(wanted.words);
    EXPECT_EQ(result.studies_size(), wanted.studies);
    EXPECT_NEAR(result.pooled().estimate(), wanted.estimate, 2e-7);
    EXPECT_NEAR(result.pooled().standard_error(), wanted.standard_error, 2e-7);
    EXPECT_TRUE(absl::EndsWith(result.pooled().method(), wanted.words))
        << result.pooled().method();
  }
}

TEST(CountPoolingTest, ThePlanTellsWhatIsAddedAndStudiesHow) {
  MadeReview made;
  AddNielWeise(made);
  const v1::OutcomeResult usual = made.RunOutcome();
  EXPECT_EQ(usual.plan().zero_cells().add(), 0.5);
  EXPECT_EQ(usual.plan().zero_cells().to(), v1::ZERO_CELL_TABLES_ONLY_ZERO);
  EXPECT_EQ(usual.plan().zero_cells().correction(),
            v1::ZERO_CELL_CORRECTION_CONSTANT);
  EXPECT_THAT(usual.studies(0).derivation(),
              HasSubstr("after adding 0.5 to each cell"));

  *made.outcome().mutable_zero_cells() =
      CellsOf(0, v1::ZERO_CELL_TABLES_ONLY_ZERO,
              v1::ZERO_CELL_CORRECTION_TREATMENT_ARM);
  EXPECT_THAT(made.RunOutcome().studies(0).derivation(),
              HasSubstr("after adding 0.4979 to each cell of the first arm and "
                        "0.5021 of the other"));

  *made.outcome().mutable_zero_cells() = CellsOf(0, v1::ZERO_CELL_TABLES_NONE);
  const v1::OutcomeResult none = made.RunOutcome();
  EXPECT_FALSE(none.plan().zero_cells().has_add());
  EXPECT_EQ(none.excluded(0).reason(), v1::EXCLUSION_REASON_NO_VARIANCE);
  EXPECT_THAT(none.excluded(0).explanation(),
              HasSubstr("a count of 0 leaves the effect undefined"));
}

TEST(CountPoolingTest, ASensitivityAnalysisMayAddOtherwise) {
  MadeReview made;
  AddNielWeise(made);
  v1::SensitivityAnalysis& all = *made.outcome().add_sensitivity();
  all.set_id("all");
  *all.mutable_zero_cells() = CellsOf(0.25, v1::ZERO_CELL_TABLES_ALL);
  v1::SensitivityAnalysis& none = *made.outcome().add_sensitivity();
  none.set_id("none");
  *none.mutable_zero_cells() = CellsOf(0, v1::ZERO_CELL_TABLES_NONE);
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_NEAR(result.sensitivity(0).pooled().estimate(), -0.903188406029, 2e-7);
  EXPECT_EQ(result.sensitivity(1).pooled().studies(), 12);
  EXPECT_NEAR(result.sensitivity(1).pooled().estimate(), -0.822289270518, 2e-7);
}

// metafor 3.8-1: weights(rma.mh(measure = "OR")), weights(rma.peto()), and QE
// of rma.mh(add = c(0.1, 0), to = c("only0", "none"), drop00 = c(TRUE, FALSE)).
TEST(CountPoolingTest, ShowsTheWeightsOfMantelHaenszelAndPeto) {
  MadeReview made;
  AddNielWeise(made);
  made.outcome().set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  const v1::OutcomeResult mantel = made.RunOutcome();
  ASSERT_EQ(mantel.studies_size(), 17);
  EXPECT_NEAR(mantel.studies(0).weight(), 3.47758527059, 1e-9);
  EXPECT_NEAR(mantel.studies(8).weight(), 21.23485516263, 1e-9);
  EXPECT_NEAR(mantel.pooled().estimate(), -1.20870483273, 1e-9);
  EXPECT_NEAR(mantel.pooled().q(), 16.8636572911, 1e-7);
  EXPECT_EQ(mantel.pooled().method(),
            "common effect, Mantel-Haenszel, normal interval; counts as they "
            "are, nothing added (effects of single studies: 0.5 added to each "
            "cell of 5 tables with a 0)");
  made.outcome().mutable_zero_cells()->set_add(0.1);
  EXPECT_NEAR(made.RunOutcome().pooled().q(), 17.0150903691, 1e-7);

  made.outcome().clear_zero_cells();
  made.outcome().set_pooling(v1::POOLING_METHOD_PETO);
  const v1::OutcomeResult peto = made.RunOutcome();
  EXPECT_NEAR(peto.studies(0).weight(), 2.729145667523, 1e-9);
  EXPECT_NEAR(peto.studies(8).weight(), 16.585630808886, 1e-9);
}

TEST(CountPoolingTest, ThePlanIsThatWhichWasCarriedOut) {
  MadeReview made;
  AddNielWeise(made);
  EXPECT_EQ(made.RunOutcome().plan().estimator(),
            v1::HETEROGENEITY_ESTIMATOR_REML);
  for (const v1::PoolingMethod method :
       {v1::POOLING_METHOD_MANTEL_HAENSZEL, v1::POOLING_METHOD_PETO}) {
    made.outcome().set_pooling(method);
    const v1::ReviewOutcome plan = made.RunOutcome().plan();
    EXPECT_EQ(plan.model(), v1::POOLING_MODEL_COMMON_EFFECT);
    EXPECT_FALSE(plan.has_estimator());
    EXPECT_EQ(plan.interval_method(), v1::INTERVAL_METHOD_NORMAL);
    EXPECT_EQ(plan.prediction_method(), v1::PREDICTION_METHOD_NONE);
  }
  made.outcome().set_pooling(v1::POOLING_METHOD_GLMM);
  const v1::ReviewOutcome mixed =
      CarriedOutPlan(ResolvePlan(made.review(), made.outcome()));
  EXPECT_EQ(mixed.model(), v1::POOLING_MODEL_RANDOM_EFFECTS);
  EXPECT_EQ(mixed.estimator(), v1::HETEROGENEITY_ESTIMATOR_ML);
  EXPECT_EQ(mixed.interval_method(), v1::INTERVAL_METHOD_NORMAL);
  EXPECT_EQ(mixed.mixed_model(), v1::MIXED_MODEL_UNCONDITIONAL_FIXED_STUDIES);
  made.outcome().set_pooling(v1::POOLING_METHOD_INVERSE_VARIANCE);
  made.outcome().set_model(v1::POOLING_MODEL_COMMON_EFFECT);
  EXPECT_FALSE(made.RunOutcome().plan().has_estimator());
}

TEST(CountPoolingTest, ChoicesWithoutUseAreTold) {
  MadeReview made;
  AddNielWeise(made);
  EXPECT_THAT(made.RunOutcome().plan_notes(),
              testing::Not(Contains(HasSubstr("has no use for"))));
  made.outcome().set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  made.outcome().set_model(v1::POOLING_MODEL_RANDOM_EFFECTS);
  made.outcome().set_estimator(v1::HETEROGENEITY_ESTIMATOR_DERSIMONIAN_LAIRD);
  EXPECT_THAT(
      made.RunOutcome().plan_notes(),
      testing::IsSupersetOf(
          {"the protocol states model random-effects, which pooling "
           "mantel-haenszel has no use for; it was common-effect",
           "the protocol states estimator dersimonian-laird, which pooling "
           "mantel-haenszel has no use for"}));
}

// rma.glmm(measure = "OR", model = "CM.EL") of dat.nielweise2007, metafor 3.8-1
// with numDeriv; metafor/expected.R works out the same without it.
TEST(CountPoolingTest, FitsTheConditionalExactModel) {
  MadeReview made;
  AddNielWeise(made);
  made.outcome().set_pooling(v1::POOLING_METHOD_GLMM);
  made.outcome().set_mixed_model(v1::MIXED_MODEL_CONDITIONAL_EXACT);
  v1::SensitivityAnalysis& other = *made.outcome().add_sensitivity();
  other.set_id("unconditional");
  other.set_mixed_model(v1::MIXED_MODEL_UNCONDITIONAL_FIXED_STUDIES);
  const v1::OutcomeResult result = made.RunOutcome();
  EXPECT_NEAR(result.pooled().estimate(), -1.353158125401, 2e-6);
  EXPECT_NEAR(result.pooled().standard_error(), 0.3510403323757, 1e-6);
  EXPECT_NEAR(result.pooled().tau2(), 0.6934578383431, 1e-6);
  EXPECT_THAT(result.pooled().method(),
              HasSubstr("conditional exact model of odds ratios"));
  EXPECT_EQ(result.plan().mixed_model(), v1::MIXED_MODEL_CONDITIONAL_EXACT);
  // model = "UM.FS".
  EXPECT_NEAR(result.sensitivity(0).pooled().estimate(), -1.236493379076, 2e-5);
}

}  // namespace
}  // namespace consilium
