#include "client/cli/evidence_tally.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/json_value.h"

namespace consilium {
namespace {

// Of rows that have no value of a field, in tables.
constexpr char kNone[] = "(none)";

std::string ShownValue(const std::string& value) {
  return value.empty() ? kNone : value;
}

// `values` once each; "" when there is none.
std::set<std::string> Distinct(const std::vector<std::string>& values) {
  if (values.empty()) return {""};
  return {values.begin(), values.end()};
}

}  // namespace

EvidenceTally::EvidenceTally(std::vector<std::string> fields,
                             std::vector<std::string> titles)
    : fields_(std::move(fields)), titles_(std::move(titles)) {
  for (std::string& title : titles_) {
    title.erase(0, title.find_last_of('.') + 1);
  }
}

void EvidenceTally::Count(const v1::EvidenceRow& row,
                          const std::vector<std::vector<std::string>>& values) {
  std::vector<Key> keys = {{}};
  for (const std::vector<std::string>& of_field : values) {
    std::vector<Key> longer;
    for (const Key& key : keys) {
      for (const std::string& value : Distinct(of_field)) {
        longer.push_back(key);
        longer.back().push_back(value);
      }
    }
    keys = std::move(longer);
  }
  for (const Key& key : keys) CountIn(key, row, row.possible());
}

void EvidenceTally::Count(const v1::EvidenceRow& row) {
  for (const v1::RowGroup& group : row.groups()) {
    CountIn({group.values().begin(), group.values().end()}, row,
            row.possible() || group.possible());
  }
}

void EvidenceTally::CountIn(const Key& key, const v1::EvidenceRow& row,
                            bool possible) {
  Cell& cell = cells_[key];
  if (possible) {
    ++cell.possible;
    cell.possible_studies.insert(row.trial_id());
  } else {
    ++cell.rows;
    cell.studies.insert(row.trial_id());
  }
}

void EvidenceTally::Show(CommandContext& context) const {
  const bool cross = fields_.size() > 1 && !cells_.empty() &&
                     context.settings.output == OutputFormat::kTable;
  cross ? ShowCrossTable(context) : List(context);
}

void EvidenceTally::List(CommandContext& context) const {
  std::vector<Column> columns;
  for (const std::string& title : titles_) columns.push_back({title});
  columns.push_back({"rows", true});
  columns.push_back({"studies", true});
  columns.push_back({"possible", true});
  const auto list = context.List(columns);
  for (const auto& [key, cell] : cells_) {
    JsonValue json;
    std::vector<std::string> cells;
    for (size_t i = 0; i < key.size(); ++i) {
      if (key.size() == 1) {
        json["value"] = key[i];
      } else {
        json["values"][fields_[i]] = key[i];
      }
      cells.push_back(ShownValue(key[i]));
    }
    json["rows"] = cell.rows;
    json["studies"] = cell.studies.size();
    json["possible"] = cell.possible;
    cells.push_back(absl::StrCat(cell.rows));
    cells.push_back(absl::StrCat(cell.studies.size()));
    cells.push_back(absl::StrCat(cell.possible));
    list->Add({key.front(), OneLine(json), std::move(cells)});
  }
  list->Finish("no rows match");
}

// Sorted; those without a value come last.
std::vector<std::string> EvidenceTally::ValuesOf(size_t field) const {
  std::set<std::string> values;
  for (const auto& [key, cell] : cells_) values.insert(key[field]);
  std::vector<std::string> sorted(values.begin(), values.end());
  if (!sorted.empty() && sorted.front().empty()) {
    std::rotate(sorted.begin(), sorted.begin() + 1, sorted.end());
  }
  return sorted;
}

void EvidenceTally::ShowCrossTable(CommandContext& context) const {
  const std::vector<std::string> across = ValuesOf(1);
  std::vector<Column> columns = {{titles_[0]}};
  for (const std::string& value : across) {
    columns.push_back({ShownValue(value), true});
  }
  const auto list = context.List(columns);
  for (const std::string& down : ValuesOf(0)) {
    std::vector<std::string> cells = {ShownValue(down)};
    for (const std::string& value : across) {
      const auto found = cells_.find({down, value});
      if (found == cells_.end()) {
        cells.emplace_back();
        continue;
      }
      const Cell& cell = found->second;
      const auto more = std::count_if(cell.possible_studies.begin(),
                                      cell.possible_studies.end(),
                                      [&cell](const std::string& study) {
                                        return cell.studies.count(study) == 0;
                                      });
      cells.push_back(more == 0 ? absl::StrCat(cell.studies.size())
                                : absl::StrCat(cell.studies.size(), "+", more));
    }
    list->Add({down, "{}", std::move(cells)});
  }
  list->Finish("no rows match");
  context.io.out << "studies by " << titles_[0] << " (down) and " << titles_[1]
                 << " (across); behind + those that may match\n";
}

}  // namespace consilium
