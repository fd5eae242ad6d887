#include "server/evidence/silent_rows.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"
#include "proto/base/units.h"
#include "server/evidence/arm_matcher.h"
#include "server/query/filter_matcher.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// `number` rows `verb`, in the number that it wants.
std::string RowsHave(int64_t number, absl::string_view what) {
  return absl::StrCat(number, number == 1 ? " row has " : " rows have ", what,
                      number == 1 ? "; it is" : "; they are");
}

// The field that a filter writes for one in months or in percent.
const google::protobuf::FieldDescriptor* WrittenField(
    const google::protobuf::FieldDescriptor* field) {
  if (field->containing_type() != EvidenceRow::descriptor()) return field;
  int number = field->number();
  switch (number) {
    case EvidenceRow::kValueMonthsFieldNumber:
    case EvidenceRow::kValuePercentFieldNumber:
      number = EvidenceRow::kValueFieldNumber;
      break;
    case EvidenceRow::kLowMonthsFieldNumber:
    case EvidenceRow::kLowPercentFieldNumber:
      number = EvidenceRow::kLowFieldNumber;
      break;
    case EvidenceRow::kHighMonthsFieldNumber:
    case EvidenceRow::kHighPercentFieldNumber:
      number = EvidenceRow::kHighFieldNumber;
      break;
    default:
      break;
  }
  return EvidenceRow::descriptor()->FindFieldByNumber(number);
}

// The kinds of `rows` of which one has a value at `path`.
std::set<int> KindsWith(const FilterPath& path,
                        absl::Span<const EvidenceRow* const> rows) {
  const FilterNode presence = {.kind = FilterNode::Kind::kPresence,
                               .path = path};
  std::set<int> kinds;
  for (const EvidenceRow* row : rows) {
    if (kinds.count(row->kind()) == 0 && MatchesFilter(presence, *row)) {
      kinds.insert(row->kind());
    }
  }
  return kinds;
}

// Whether rows hold a list of terms there, of which one may be broader than
// what is asked.
bool IsOfTerms(const FilterPath& path) {
  return path.fields.size() == 1 && path.fields[0]->is_repeated() &&
         path.fields[0]->containing_type() == EvidenceRow::descriptor();
}

// "drugs = gefitinib and radiotherapy = wbrt".
std::string AskedOfOneArm(const FilterNode& conjunction) {
  return absl::StrJoin(
      TermsOfOneArm(conjunction), " and ",
      [](std::string* out, const FilterNode* term) {
        absl::StrAppend(out, term->children.empty()
                                 ? term->ToString()
                                 : absl::StrCat("(", term->ToString(), ")"));
      });
}

}  // namespace

SilentRows::SilentRows(const Filter& filter) {
  AddFields(filter.root(), FilterPath{});
}

void SilentRows::AddFields(const FilterNode& node, const FilterPath& prefix) {
  FilterPath path = node.path;
  path.fields.insert(path.fields.begin(), prefix.fields.begin(),
                     prefix.fields.end());
  if (node.kind != FilterNode::Kind::kComparison) {
    for (const FilterNode& child : node.children) AddFields(child, path);
    return;
  }
  if (prefix.fields.empty()) path.fields[0] = WrittenField(path.fields[0]);
  Field& field = fields_[path.ToString()];
  field.path = std::move(path);
  if (const auto* wanted = std::get_if<FilterQuantity>(&node.operand)) {
    field.unit = wanted->unit;
  }
  by_comparison_[&node] = &field;
}

void SilentRows::Add(const EvidenceRow& row,
                     const std::vector<const FilterNode*>& silent) {
  std::set<Field*> fields;
  for (const FilterNode* node : silent) {
    if (node->kind == FilterNode::Kind::kAnd) {
      ++apart_[AskedOfOneArm(*node)];
    } else {
      fields.insert(by_comparison_.at(node));
    }
  }
  for (Field* field : fields) {
    bool other_unit = false;
    if (!field->unit.empty()) {
      for (const std::string& unit : UnitsAt(field->path, row)) {
        if (UnitFactor(unit, field->unit).has_value()) continue;
        field->other_units.insert(unit.empty() ? "no unit" : unit);
        other_unit = true;
      }
    }
    if (other_unit) {
      ++field->other_rows;
    } else {
      ++field->rows[row.kind()];
    }
  }
}

void SilentRows::AddUnsaid(const std::vector<const FilterNode*>& unsaid) {
  std::set<std::string> fields;
  for (const FilterNode* comparison : unsaid) {
    fields.insert(comparison->path.ToString());
  }
  for (const std::string& field : fields) ++unsaid_[field];
}

std::vector<std::string> SilentRows::Notices(
    absl::Span<const EvidenceRow* const> rows, bool unexplained) const {
  std::vector<std::string> notices;
  for (const auto& [name, field] : fields_) {
    if (field.other_rows > 0) {
      notices.push_back(absl::StrCat(
          RowsHave(field.other_rows,
                   absl::StrCat(name, " in ",
                                absl::StrJoin(field.other_units, ", "))),
          " not compared with ", field.unit));
    }
    if (field.rows.empty()) continue;
    const std::set<int> kinds = KindsWith(field.path, rows);
    int64_t count = 0;
    std::vector<std::string> others;
    for (const auto& [kind, number] : field.rows) {
      if (kinds.count(kind) > 0) {
        count += number;
      } else {
        others.push_back(
            EnumText(*v1::EvidenceKind_descriptor()->FindValueByNumber(kind)));
      }
    }
    if (count > 0 && IsOfTerms(field.path)) {
      notices.push_back(absl::StrCat(
          count, count == 1 ? " row says" : " rows say", " nothing of this in ",
          name, count == 1 ? "; it is" : "; they are", " not among these"));
    } else if (count > 0) {
      notices.push_back(absl::StrCat(RowsHave(count, absl::StrCat("no ", name)),
                                     " not among these"));
    } else if (unexplained && !kinds.empty()) {
      notices.push_back(absl::StrCat("no row of kind ",
                                     absl::StrJoin(others, " or "), " has a ",
                                     "value of ", name));
    }
  }
  for (const auto& [asked, number] : apart_) {
    notices.push_back(absl::StrCat(
        RowsHave(number, absl::StrCat(asked, " in different arms")),
        " not among these"));
  }
  for (const auto& [field, number] : unsaid_) {
    notices.push_back(
        absl::StrCat(number, number == 1 ? " row says" : " rows say",
                     " nothing of ", field, "; NOT takes that for no"));
  }
  return notices;
}

}  // namespace consilium
