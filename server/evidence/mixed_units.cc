#include "server/evidence/mixed_units.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/row_matcher.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// The field that the comparison is with; 0 of other parts of a filter.
int FieldOf(const FilterNode& node) {
  return node.kind == FilterNode::Kind::kComparison &&
                 node.path.fields.size() == 1 &&
                 node.path.fields[0]->containing_type() ==
                     EvidenceRow::descriptor()
             ? node.path.fields[0]->number()
             : 0;
}

// Adds the fields of rows that are compared in the units of their rows.
void AddFields(const FilterNode& node, std::set<int>& fields) {
  for (const FilterNode& child : node.children) AddFields(child, fields);
  switch (const int number = FieldOf(node)) {
    case EvidenceRow::kValueFieldNumber:
    case EvidenceRow::kLowFieldNumber:
    case EvidenceRow::kHighFieldNumber:
      fields.insert(number);
      break;
    default:
      break;
  }
}

// The filter without its comparisons with the field, as far as all must hold.
FilterNode Without(int field, const FilterNode& root) {
  FilterNode rest = root;
  if (root.kind != FilterNode::Kind::kAnd) {
    rest = FilterNode{.kind = FilterNode::Kind::kAnd};
    rest.children = {root};
  }
  const auto is_of_field = [field](const FilterNode& node) {
    return FieldOf(node) == field;
  };
  rest.children.erase(
      std::remove_if(rest.children.begin(), rest.children.end(), is_of_field),
      rest.children.end());
  return rest;
}

std::string UnitOf(const EvidenceRow& row) {
  return row.unit().empty() ? "no unit" : row.unit();
}

}  // namespace

std::vector<std::string> MixedUnits(const Filter& filter,
                                    absl::Span<const EvidenceRow* const> rows) {
  std::set<int> fields;
  AddFields(filter.root(), fields);
  std::vector<std::string> hints;
  for (const int number : fields) {
    const auto& field = *EvidenceRow::descriptor()->FindFieldByNumber(number);
    const FilterNode rest = Without(number, filter.root());
    RowMatcher matcher(rest);
    std::set<std::string> open;
    std::map<std::string, int64_t> units;  // Rows by unit.
    bool times = false;
    bool shares = false;
    for (const EvidenceRow* row : rows) {
      if (!EvidenceRow::GetReflection()->HasField(*row, &field) ||
          matcher.Match(*row, open) != RowMatch::kYes) {
        continue;
      }
      ++units[UnitOf(*row)];
      times |= Months(1, row->unit()).has_value();
      shares |= PercentPerUnit(*row).has_value();
    }
    if (units.size() < 2) continue;
    const std::string& name = field.json_name();
    std::string hint = absl::StrCat(
        name, " is compared as printed, in ",
        absl::StrJoin(units, " and ", [](std::string* out, const auto& unit) {
          absl::StrAppend(out, unit.first, " (", unit.second,
                          unit.second == 1 ? " row)" : " rows)");
        }));
    if (times) absl::StrAppend(&hint, "; ", name, "Months compares all times");
    if (shares) {
      absl::StrAppend(&hint, "; ", name, "Percent compares all shares");
    }
    hints.push_back(std::move(hint));
  }
  return hints;
}

}  // namespace consilium
