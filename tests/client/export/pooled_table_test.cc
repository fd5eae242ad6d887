#include "client/export/pooled_table.h"

#include <string>
#include <vector>

#include "client/export/metafor_terms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;

v1::ReviewResult SmallResult() {
  v1::ReviewResult result;
  result.mutable_stamp()->set_review("registries/r/reviews/made");
  v1::OutcomeResult& survival = *result.add_outcomes();
  survival.set_id("os");
  survival.set_state(v1::OUTCOME_STATE_POOLED);
  survival.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  survival.add_studies();
  survival.add_studies();
  survival.add_excluded();
  survival.mutable_pooled()->mutable_effect()->set_value(0.7);
  survival.mutable_pooled()->set_tau2(0);
  v1::SubgroupAnalysis& by = *survival.add_subgroups();
  by.set_field("radiotherapy = sbrt | wbrt");
  by.set_p(0.04);
  v1::PooledPart& part = *by.add_parts();
  part.set_id("sbrt");
  part.add_rows("a");
  part.mutable_pooled()->mutable_effect()->set_value(0.5);
  survival.add_disputed()->set_id("lowest");
  v1::OutcomeResult& none = *result.add_outcomes();
  none.set_id("pfs");
  none.set_state(v1::OUTCOME_STATE_NO_EVIDENCE);
  none.set_explanation("no row matched");
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

TEST(PooledTableTest, ListsOutcomesWithTheirPartsWhetherPooledOrNot) {
  const Table table = PooledTable(SmallResult());
  EXPECT_THAT(ColumnOf(table, "outcome"), ElementsAre("os", "os", "os", "pfs"));
  EXPECT_THAT(ColumnOf(table, "analysis"),
              ElementsAre("main", "subgroup", "disputed", "main"));
  EXPECT_THAT(ColumnOf(table, "part"),
              ElementsAre("", "radiotherapy = sbrt", "lowest", ""));
  EXPECT_THAT(ColumnOf(table, "studies"), ElementsAre("2", "1", "0", "0"));
  EXPECT_THAT(ColumnOf(table, "listed"), ElementsAre("1", "", "", "0"));
  EXPECT_THAT(ColumnOf(table, "effect"), ElementsAre("0.7", "0.5", "", ""));
  // No variance is a number; none is computed where nothing was pooled.
  EXPECT_THAT(ColumnOf(table, "tau2"), ElementsAre("0", "", "", ""));
  EXPECT_THAT(ColumnOf(table, "interactionP"), ElementsAre("", "0.04", "", ""));
  EXPECT_THAT(ColumnOf(table, "explanation"),
              ElementsAre("", "", "", "no row matched"));
}

TEST(MetaforTerms, MethodsOfCountsHaveTheirOwnNames) {
  v1::ReviewOutcome plan;
  plan.set_measure(v1::EFFECT_MEASURE_ODDS_RATIO);
  EXPECT_EQ(MethodCode(plan), "REML");
  plan.set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  EXPECT_EQ(MethodCode(plan), "MH");
  plan.set_pooling(v1::POOLING_METHOD_PETO);
  EXPECT_EQ(MethodCode(plan), "PETO");
  plan.set_pooling(v1::POOLING_METHOD_GLMM);
  EXPECT_EQ(MethodCode(plan), "UM.FS");
  plan.clear_measure();
  plan.set_statistic(v1::STATISTIC_PROPORTION);
  EXPECT_EQ(MethodCode(plan), "ML");
}

}  // namespace
}  // namespace consilium
