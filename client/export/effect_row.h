// Rows about estimates, of tables that differ in what else they tell.
#ifndef CONSILIUM_CLIENT_EXPORT_EFFECT_ROW_H_
#define CONSILIUM_CLIENT_EXPORT_EFFECT_ROW_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/review_evidence.h"
#include "client/export/table.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// Puts a row together, cell by cell, by the names of columns.
class RowBuilder {
 public:
  explicit RowBuilder(const std::vector<TableColumn>& columns)
      : columns_(columns), cells_(columns.size()) {}

  void Set(absl::string_view column, TableCell cell) {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == column) cells_[i] = std::move(cell);
    }
  }
  std::vector<TableCell> Take() { return std::move(cells_); }

 private:
  const std::vector<TableColumn>& columns_;
  std::vector<TableCell> cells_;
};

// The columns that every such table begins with, up to the two groups.
std::vector<TableColumn> EstimateColumns();

// The columns of counts: ai, n1i, ci, n2i, and t1i and t2i of rates.
std::vector<TableColumn> CountColumns();

// The moderators of all regressions of `plan`.
std::vector<std::string> ModeratorsOf(const v1::ReviewOutcome& plan);

// Fills what is alike for every row of an outcome.
void SetPlan(const v1::ReviewResult& result, const v1::OutcomeResult& outcome,
             RowBuilder& row);

// Fills what the evidence row of that id tells, whether or not the estimate
// counts.
void SetEvidence(const ReviewEvidence& evidence, const std::string& id,
                 const v1::OutcomeResult& outcome, RowBuilder& row);

// Fills who was compared with whom: of a StudyResult or an ExcludedResult.
template <typename Estimate>
void SetGroups(const Estimate& estimate, RowBuilder& row) {
  row.Set("design",
          TextCell(EnumWord(*v1::StudyDesign_descriptor(), estimate.design())));
  row.Set("study", TextCell(estimate.study()));
  row.Set("trial", TextCell(estimate.trial_id()));
  row.Set("group", TextCell(estimate.group()));
  row.Set("reference", TextCell(estimate.reference()));
}

// Fills the columns of counts.
void SetCounts(const v1::StudyResult& study, RowBuilder& row);

// `value` if there is one.
TableCell NumberCell(bool has, double value);
TableCell CountCell(bool has, int32_t value);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_EFFECT_ROW_H_
