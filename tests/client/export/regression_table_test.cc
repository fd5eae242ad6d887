#include "client/export/regression_table.h"

#include <string>
#include <vector>

#include "client/export/metafor_terms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;

v1::ReviewResult WithRegressions() {
  v1::ReviewResult result;
  result.mutable_stamp()->set_review("registries/r/reviews/made");
  v1::OutcomeResult& outcome = *result.add_outcomes();
  outcome.set_id("os");
  outcome.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  v1::RegressionAnalysis& joint = *outcome.add_regressions();
  joint.set_id("joint");
  joint.add_moderators("year");
  joint.add_moderators("radiotherapy = wbrt | sbrt");
  joint.set_p(0.24);
  joint.set_r2(12);
  for (const char* term : {"intercept", "year", "radiotherapy: sbrt"}) {
    v1::RegressionCoefficient& each = *joint.add_coefficients();
    each.set_name(term);
    each.set_estimate(0.5);
  }
  v1::RegressionAnalysis& few = *outcome.add_regressions();
  few.add_moderators("line");
  few.set_explanation("no study has a value of line");
  return result;
}

std::vector<std::string> ColumnOf(const Table& table, const char* name) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name != name) continue;
    for (const auto& row : table.rows) texts.push_back(CellText(row[i]));
  }
  return texts;
}

TEST(RegressionTableTest, HasARowForEachCoefficientOrTheReason) {
  const Table table = RegressionTable(WithRegressions());
  EXPECT_THAT(ColumnOf(table, "regression"),
              ElementsAre("joint", "joint", "joint", ""));
  EXPECT_THAT(ColumnOf(table, "term"),
              ElementsAre("intercept", "year", "radiotherapy: sbrt", ""));
  EXPECT_THAT(ColumnOf(table, "estimate"),
              ElementsAre("0.5", "0.5", "0.5", ""));
  EXPECT_THAT(ColumnOf(table, "qmP"), ElementsAre("0.24", "0.24", "0.24", ""));
  EXPECT_THAT(ColumnOf(table, "explanation"),
              ElementsAre("", "", "", "no study has a value of line"));
}

TEST(MetaforTerms, ACallFitsTheSameRegression) {
  const v1::ReviewResult result = WithRegressions();
  const v1::OutcomeResult& outcome = result.outcomes(0);
  EXPECT_EQ(MetaforCall(outcome, outcome.regressions(0)),
            "rma(yi, vi, mods= ~ moderator.year + "
            "factor(moderator.radiotherapy, c(\"wbrt\", \"sbrt\")), data=d, "
            "subset=included & outcome==\"os\" & design==\"randomized\", "
            "method=\"REML\", test=\"knha\")");
  EXPECT_EQ(MetaforCall(outcome, outcome.regressions(1)), "");
}

}  // namespace
}  // namespace consilium
