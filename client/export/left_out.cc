#include "client/export/left_out.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

LeftOut Of(const v1::OutcomeResult& outcome) {
  return {.outcome = outcome.id(),
          .design = EnumWord(*v1::StudyDesign_descriptor(), outcome.design())};
}

}  // namespace

void AddExcluded(const v1::OutcomeResult& outcome, std::vector<LeftOut>& left) {
  for (const v1::ExcludedResult& excluded : outcome.excluded()) {
    LeftOut& each = left.emplace_back(Of(outcome));
    each.study = excluded.study();
    each.why = EnumWords(excluded.reason());
    each.explanation = excluded.explanation();
    each.row = excluded.row();
  }
}

void AddStudy(const v1::OutcomeResult& outcome, const v1::StudyResult& study,
              std::string why, std::vector<LeftOut>& left) {
  LeftOut& each = left.emplace_back(Of(outcome));
  each.study = study.study();
  each.why = std::move(why);
  each.row = study.row();
}

std::string LeftOutText(const std::vector<LeftOut>& left,
                        absl::string_view what) {
  if (left.empty()) return "";
  std::map<std::string, int> counts;
  for (const LeftOut& each : left) ++counts[each.why];
  std::vector<std::pair<int, std::string>> kinds;
  for (const auto& [why, count] : counts) kinds.emplace_back(-count, why);
  std::sort(kinds.begin(), kinds.end());
  return absl::StrCat(
      left.size(), " ", what, ": ",
      absl::StrJoin(kinds, ", ", [](std::string* out, const auto& kind) {
        absl::StrAppend(out, -kind.first, " ", kind.second);
      }));
}

Table LeftOutTable(const std::vector<LeftOut>& left) {
  Table table{
      .name = "left-out",
      .meaning = "What has no place here",
      .columns = {{"outcome", ColumnType::kText, "Id of the outcome"},
                  {"design", ColumnType::kText, "Design"},
                  {"study", ColumnType::kText, "Short name"},
                  {"why", ColumnType::kText, "Why it is left out"},
                  {"explanation", ColumnType::kText, "The same, longer"},
                  {"row", ColumnType::kText, "Id of the evidence row"}}};
  for (const LeftOut& each : left) {
    table.rows.push_back({TextCell(each.outcome), TextCell(each.design),
                          TextCell(each.study), TextCell(each.why),
                          TextCell(each.explanation), TextCell(each.row)});
  }
  return table;
}

}  // namespace consilium
