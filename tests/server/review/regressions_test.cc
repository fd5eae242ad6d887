// Regressions on several moderators at once, against metafor.
#include "server/review/regressions.h"

#include "gmock/gmock.h"
#include "tests/server/review/made_review.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The years of dat.bcg, beside its ways of allocation: r(andom), a(lternate),
// s(ystematic), which stand as analysis populations.
void AddBcgWithYears(MadeReview& made, v1::PlannedRegression& regression) {
  constexpr int kYears[] = {1948, 1949, 1960, 1977, 1973, 1953, 1973,
                            1980, 1968, 1961, 1974, 1969, 1976};
  AddBcg(made, "rrrraarrrssss");
  int number = 0;
  for (v1::EvidenceRow* row : made.results()) {
    row->set_year(kYears[number++ / 2]);
  }
  regression.set_id("year-and-allocation");
  regression.set_title("Year beside allocation");
  regression.add_moderators("year");
  regression.add_moderators("population = itt | pp | full-analysis");
}

// metafor 3.8-1 of dat.bcg, with the level random first: rma(yi, vi, mods = ~
// year + alloc, test = "knha", control = list(threshold = 1e-12)).
TEST(RegressionsTest, FitsANumberBesideAWordAsMetaforDoes) {
  MadeReview made;
  AddBcgWithYears(made, *made.outcome().add_regressions());
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.regressions_size(), 1);
  const v1::RegressionAnalysis& model = result.regressions(0);
  EXPECT_EQ(model.explanation(), "");
  EXPECT_EQ(model.id(), "year-and-allocation");
  EXPECT_EQ(model.title(), "Year beside allocation");
  EXPECT_THAT(model.moderators(),
              ElementsAre("year", "population = itt | pp | full-analysis"));
  EXPECT_EQ(model.studies(), 13);
  EXPECT_EQ(
      model.method(),
      "random effects, REML, Hartung-Knapp tests, scale: log risk ratio; "
      "against population = itt; with 13 studies for 3 covariates it is a "
      "hint at most (the Cochrane Handbook, 10.11.4, advises ten for each)");
  ASSERT_EQ(model.coefficients_size(), 4);
  const struct {
    const char* name;
    double estimate, standard_error, p, low;
  } kWanted[] = {{"intercept", -57.5558302056642, 32.8046054096903,
                  0.113238036762, -131.765003306},
                 {"year", 0.0287662592317, 0.0166695331604, 0.118485721881,
                  -0.00894284460747},
                 {"population: pp", 0.4343333488088, 0.3840590738027,
                  0.287330641089, -0.434468635932},
                 {"population: full-analysis", 0.5860770203963, 0.4556134872473,
                  0.230425515960, -0.444592293248}};
  for (int i = 0; i < 4; ++i) {
    const v1::RegressionCoefficient& given = model.coefficients(i);
    SCOPED_TRACE(kWanted[i].name);
    EXPECT_EQ(given.name(), kWanted[i].name);
    EXPECT_NEAR(given.estimate() / kWanted[i].estimate, 1, 1e-7);
    EXPECT_NEAR(given.standard_error() / kWanted[i].standard_error, 1, 1e-7);
    EXPECT_NEAR(given.p() / kWanted[i].p, 1, 1e-7);
    EXPECT_NEAR(given.low() / kWanted[i].low, 1, 1e-6);
  }
  EXPECT_NEAR(model.qm(), 1.68103403865, 1e-7);
  EXPECT_EQ(model.qm_df(), 3);
  EXPECT_EQ(model.qm_df2(), 9);
  EXPECT_NEAR(model.p(), 0.239792711158, 1e-8);
  EXPECT_NEAR(model.qe(), 88.3987705537, 1e-6);
  EXPECT_EQ(model.qe_df(), 9);
  EXPECT_NEAR(model.tau2(), 0.276238607027, 1e-7);
  EXPECT_NEAR(model.i2(), 85.1911391946, 1e-5);
  EXPECT_NEAR(model.r2(), 11.8133910782, 1e-5);
}

// The same with test = "z".
TEST(RegressionsTest, TestsAllModeratorsByChiSquareWithNormalIntervals) {
  MadeReview made;
  AddBcgWithYears(made, *made.outcome().add_regressions());
  made.outcome().set_interval_method(v1::INTERVAL_METHOD_NORMAL);
  const v1::RegressionAnalysis model = made.RunOutcome().regressions(0);
  EXPECT_NEAR(model.qm(), 4.77402253237, 1e-7);
  EXPECT_EQ(model.qm_df(), 3);
  EXPECT_FALSE(model.has_qm_df2());
  EXPECT_NEAR(model.p(), 0.189112149855, 1e-8);
  EXPECT_NEAR(model.coefficients(1).p(), 0.0931500790968, 1e-8);
}

TEST(RegressionsTest, StandsBesideThoseOnOneModerator) {
  MadeReview made;
  AddBcgWithYears(made, *made.outcome().add_regressions());
  made.outcome().add_moderators("year");
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.regressions_size(), 2);
  EXPECT_FALSE(result.regressions(0).has_id());
  EXPECT_EQ(result.regressions(0).coefficients_size(), 2);
  EXPECT_EQ(result.regressions(1).coefficients_size(), 4);
}

TEST(RegressionsTest, SaysWhyAModelCannotBeFitted) {
  MadeReview made;
  v1::PlannedRegression& regression = *made.outcome().add_regressions();
  AddBcgWithYears(made, regression);
  for (v1::EvidenceRow* row : made.results()) {
    row->set_line(row->year() - 1900);
    row->set_enrolled(7);
  }
  regression.clear_moderators();
  regression.add_moderators("year");
  regression.add_moderators("line");
  EXPECT_THAT(made.RunOutcome().regressions(0).explanation(),
              HasSubstr("moderator 'line' follow from the intercept and the "
                        "moderators before it"));
  regression.set_moderators(1, "enrolled");
  EXPECT_EQ(made.RunOutcome().regressions(0).explanation(),
            "all studies have the same value of enrolled");
  regression.set_moderators(1, "assessor");
  EXPECT_EQ(made.RunOutcome().regressions(0).explanation(),
            "no study has a value of assessor");
  made.results()[4]->set_assessor(v1::ASSESSOR_INVESTIGATOR);
  EXPECT_THAT(made.RunOutcome().regressions(0).explanation(),
              HasSubstr("t10, t11, t15, t19, t18"));
  EXPECT_THAT(made.RunOutcome().regressions(0).explanation(),
              HasSubstr("have no value of assessor"));
  regression.set_moderators(1, "population");
  made.outcome().set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  EXPECT_EQ(made.RunOutcome().regressions(0).explanation(),
            "a regression wants inverse-variance pooling");
}

TEST(RegressionsTest, FewStudiesAreCountedAgainstCoefficients) {
  MadeReview made;
  AddBcgWithYears(made, *made.outcome().add_regressions());
  made.outcome().set_filter("outcome = events AND year >= 1976");
  // 1976, 1977 and 1980.
  const v1::OutcomeResult result = made.RunOutcome();
  ASSERT_EQ(result.studies_size(), 3);
  EXPECT_EQ(result.regressions(0).explanation(),
            "the model has 3 coefficients, the intercept among them, and wants "
            "at least 4 studies; there are 3");
}

}  // namespace
}  // namespace consilium
