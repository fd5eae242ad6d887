#include "client/import/sheet_columns.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/errors.h"
#include "proto/base/suggestion.h"

namespace consilium {
absl::StatusOr<SheetColumns> SheetColumns::Bind(const CsvTable& table,
                                                const SheetMap& map,
                                                absl::string_view sheet) {
  SheetColumns columns(table, map);
  std::vector<TextProblem> problems;
  std::set<size_t> bound;
  for (const SheetColumn& column : map.columns) {
    const std::optional<size_t> index = table.Find(column.name);
    if (index) {
      bound.insert(*index);
      columns.bound_.push_back({&column, *index});
    } else if (!map.of_known_form && !column.targets.empty()) {
      problems.push_back(
          {column.position, absl::StrCat("columns.", column.name),
           absl::StrCat("is no column of ", sheet,
                        DidYouMean(column.name, table.header), "; it has ",
                        absl::StrJoin(table.header, ", "))});
    }
  }
  for (const auto& [name, words] : map.where) {
    if (!table.Find(name)) {
      problems.push_back({{},
                          absl::StrCat("where.", name),
                          absl::StrCat("is no column of ", sheet)});
    }
  }
  if (SaysOf(map, "screening") && !SaysOf(map, "review")) {
    problems.push_back({{},
                        "review.id",
                        "is missing; want the review that was screened for, "
                        "as in --set review.id=ID"});
  }
  for (size_t i = 0; i < table.header.size(); ++i) {
    if (bound.count(i) == 0) columns.unmapped_.push_back(i);
  }
  if (!problems.empty()) return TextError(map.file, problems);
  return columns;
}

bool SheetColumns::Wants(const CsvRow& row) const {
  return std::all_of(
      map_->where.begin(), map_->where.end(), [&](const auto& wanted) {
        const std::string cell =
            absl::AsciiStrToLower(row.cells[*table_->Find(wanted.first)]);
        return wanted.second.count(cell) > 0;
      });
}

void SheetColumns::CountUnmapped(const CsvRow& row) {
  for (const size_t index : unmapped_) {
    if (!row.cells[index].empty()) ++unmapped_counts_[index];
  }
}

void SheetColumns::TellUnmapped(ImportedStudy& study) const {
  for (const auto& [index, count] : unmapped_counts_) {
    study.left_out[absl::StrCat("column ", table_->header[index])] = count;
  }
}

}  // namespace consilium
