#include "client/export/regression_table.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/export/effect_row.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

std::vector<TableColumn> RegressionColumns() {
  return {
      {"review", ColumnType::kText, "Id of the review"},
      {"outcome", ColumnType::kText, "Id of the outcome in the review"},
      {"design", ColumnType::kText,
       "How participants came into the groups; each design is pooled apart", "",
       AllowedTexts(*v1::StudyDesign_descriptor())},
      {"regression", ColumnType::kText,
       "Id of the regression in the protocol; empty of one on a single "
       "moderator"},
      {"moderators", ColumnType::kText, "What the model has, all at once"},
      {"term", ColumnType::kText,
       "The coefficient: intercept, a moderator, or one of its levels against "
       "the first"},
      {"estimate", ColumnType::kNumber,
       "The coefficient on the scale of the analysis: of the logarithm for "
       "ratios"},
      {"sei", ColumnType::kNumber, "Its standard error"},
      {"ci.lb", ColumnType::kNumber, "Lower bound of it"},
      {"ci.ub", ColumnType::kNumber, "Upper bound of it"},
      {"p", ColumnType::kNumber, "P that it is 0"},
      {"studies", ColumnType::kInteger, "Studies in the model"},
      {"qm", ColumnType::kNumber,
       "Test of all moderators at once: F where qmDf2 stands, else QM"},
      {"qmDf", ColumnType::kInteger,
       "Its degrees of freedom; of F those of the numerator"},
      {"qmDf2", ColumnType::kNumber, "Degrees of freedom of F's denominator"},
      {"qmP", ColumnType::kNumber, "Its P"},
      {"qe", ColumnType::kNumber, "Q of what the moderators leave unexplained"},
      {"qeDf", ColumnType::kInteger, "Its degrees of freedom"},
      {"qeP", ColumnType::kNumber, "Its P"},
      {"tau2", ColumnType::kNumber, "Residual variance between studies"},
      {"i2", ColumnType::kNumber, "Residual I2, from tau2", "%"},
      {"r2", ColumnType::kNumber, "Share of tau2 that is explained", "%"},
      {"method", ColumnType::kText, "How the model was fitted and tested"},
      {"explanation", ColumnType::kText, "Why it could not be fitted"},
  };
}

RowBuilder BeginRow(const v1::ReviewResult& result,
                    const v1::OutcomeResult& outcome,
                    const v1::RegressionAnalysis& analysis,
                    const std::vector<TableColumn>& columns) {
  RowBuilder row(columns);
  row.Set("review", TextCell(IdOf(result.stamp().review())));
  row.Set("outcome", TextCell(outcome.id()));
  row.Set("design",
          TextCell(EnumWord(*v1::StudyDesign_descriptor(), outcome.design())));
  row.Set("regression", TextCell(analysis.id()));
  row.Set("moderators", TextCell(absl::StrJoin(analysis.moderators(), "; ")));
  row.Set("studies", CountCell(analysis.has_studies(), analysis.studies()));
  row.Set("qm", NumberCell(analysis.has_qm(), analysis.qm()));
  row.Set("qmDf", CountCell(analysis.has_qm_df(), analysis.qm_df()));
  row.Set("qmDf2", NumberCell(analysis.has_qm_df2(), analysis.qm_df2()));
  row.Set("qmP", NumberCell(analysis.has_p(), analysis.p()));
  row.Set("qe", NumberCell(analysis.has_qe(), analysis.qe()));
  row.Set("qeDf", CountCell(analysis.has_qe_df(), analysis.qe_df()));
  row.Set("qeP", NumberCell(analysis.has_qe_p(), analysis.qe_p()));
  row.Set("tau2", NumberCell(analysis.has_tau2(), analysis.tau2()));
  row.Set("i2", NumberCell(analysis.has_i2(), analysis.i2()));
  row.Set("r2", NumberCell(analysis.has_r2(), analysis.r2()));
  row.Set("method", TextCell(analysis.method()));
  row.Set("explanation", TextCell(analysis.explanation()));
  return row;
}

}  // namespace

Table RegressionTable(const v1::ReviewResult& result) {
  Table table{.name = "regressions",
              .meaning =
                  "A coefficient of a regression of an outcome, for one "
                  "design",
              .columns = RegressionColumns()};
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    for (const v1::RegressionAnalysis& analysis : outcome.regressions()) {
      for (const v1::RegressionCoefficient& each : analysis.coefficients()) {
        RowBuilder row = BeginRow(result, outcome, analysis, table.columns);
        row.Set("term", TextCell(each.name()));
        row.Set("estimate", NumberCell(each.has_estimate(), each.estimate()));
        row.Set("sei",
                NumberCell(each.has_standard_error(), each.standard_error()));
        row.Set("ci.lb", NumberCell(each.has_low(), each.low()));
        row.Set("ci.ub", NumberCell(each.has_high(), each.high()));
        row.Set("p", NumberCell(each.has_p(), each.p()));
        table.rows.push_back(row.Take());
      }
      if (analysis.coefficients().empty()) {
        RowBuilder row = BeginRow(result, outcome, analysis, table.columns);
        table.rows.push_back(row.Take());
      }
    }
  }
  return table;
}

}  // namespace consilium
