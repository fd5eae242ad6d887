#include "client/import/sheet_row.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/import/limits.h"
#include "client/import/sheet_elements.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// Whether a cell is kept as it stands: it names something, and is no field.
bool IsText(const SheetTarget& target) {
  const absl::string_view name = target.part->name;
  const bool names_arms =
      (name == "estimate" || name == "contrast" || name == "count" ||
       name == "eventContrast" || name == "followUp") &&
      (target.path == "group" || target.path == "reference");
  return names_arms || target.path == kIdPath ||
         (name == "trial" && target.path == kNumberPath) ||
         (name == "publication" && target.path == kRolePath) ||
         (name == "arm" && target.path == "drugs") ||
         (name == "arm" && target.path == "radiotherapies");
}

std::unique_ptr<google::protobuf::Message> NewMessage(const SheetPart& part) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(part.message)
          ->New());
}

}  // namespace

std::string WishFor(const SheetTarget& target, absl::string_view text) {
  if (text.empty() || IsText(target)) return "";
  if (target.path == kPooledValuePath) {
    return CellNumber(text, false) ? "" : "want a number";
  }
  const auto message = NewMessage(*target.part);
  const std::string wish = SetCell(target.path, text, {}, *message);
  if (!wish.empty()) return wish;
  for (const FieldViolation& violation : Validate(*message)) {
    if (violation.field == target.path ||
        absl::StartsWith(violation.field, absl::StrCat(target.path, ".")) ||
        absl::StartsWith(violation.field, absl::StrCat(target.path, "["))) {
      return violation.description;
    }
  }
  return "";
}

std::string SheetItem::TextAt(const char* path) const {
  const auto found = texts.find(path);
  return found == texts.end() ? "" : found->second;
}

std::string SheetItem::ColumnAt(const std::string& path) const {
  const auto found = columns.find(path);
  return found == columns.end() ? "" : found->second;
}

void SheetRow::Read(const std::vector<BoundColumn>& columns,
                    const CsvRow& row) {
  line_ = row.line;
  items_.clear();
  problems_.clear();
  warnings_.clear();
  for (const auto& [target, text] : map_.constants) {
    if (!text.empty()) Put(target, "", text, {});
  }
  for (const BoundColumn& bound : columns) {
    const absl::string_view cell = row.cells[bound.index];
    if (!cell.empty()) ReadCell(*bound.column, cell);
  }
}

void SheetRow::ReadCell(const SheetColumn& column, absl::string_view cell) {
  if (column.targets.empty()) return;
  const std::string lower = absl::AsciiStrToLower(cell);
  absl::string_view text = cell;
  CellRules rules;
  rules.decimal_comma = map_.decimal_comma;
  const auto translated = column.values.find(lower);
  if (translated != column.values.end()) {
    text = translated->second;
    // Of the map, which has decimal points.
    rules.decimal_comma = false;
    if (text.empty()) return;
  } else {
    rules.not_reached = map_.not_reached.count(lower) > 0;
    rules.not_estimable = map_.not_estimable.count(lower) > 0;
    if (!rules.not_reached && !rules.not_estimable &&
        map_.not_recorded.count(lower) > 0) {
      TellNotRecorded(column, lower);
      return;
    }
  }
  for (const SheetTarget& target : column.targets) {
    Put(target, column.name, text, rules);
  }
}

// In survival times the same letters may mean "not reached".
void SheetRow::TellNotRecorded(const SheetColumn& column,
                               absl::string_view lower) {
  if (lower != "nr") return;
  for (const SheetTarget& target : column.targets) {
    const bool has_status =
        absl::string_view(target.part->name) == "estimate" &&
        (target.path == "value" || absl::StartsWith(target.path, "interval."));
    if (!has_status) continue;
    Warn(PlaceOf(column.name), "NR",
         "read as not recorded; if it means not reached, the map says "
         "`notReached: [NR]`");
  }
}

// Puts a cell, or a constant, where the map says.
void SheetRow::Put(const SheetTarget& target, const std::string& column,
                   absl::string_view text, const CellRules& rules) {
  SheetItem& item = ItemOf(target);
  item.told |= !column.empty();
  if (IsText(target)) {
    item.texts[target.path] = std::string(text);
    if (!column.empty()) item.columns[target.path] = column;
    return;
  }
  if (target.path == kPooledValuePath) {
    const auto number = CellNumber(text, rules.decimal_comma);
    if (!number) {
      Problem(PlaceOf(column), text, "want a number");
      return;
    }
    item.texts[target.path] = absl::StrFormat("%.17g", *number);
    item.columns["value"] = column;
    return;
  }
  // A cell says it anew where a constant stood.
  if (!column.empty() && item.columns.count(target.path) == 0) {
    ClearPath(target.path, *item.message);
  }
  const std::string wish = SetCell(target.path, text, rules, *item.message);
  if (!column.empty()) item.columns[target.path] = column;
  if (!wish.empty()) Problem(PlaceOf(column), text, wish);
}

SheetItem& SheetRow::ItemOf(const SheetTarget& target) {
  for (auto& [label, item] : items_) {
    if (item.part == target.part && label == target.label) return item;
  }
  SheetItem& item = items_.emplace_back(target.label, SheetItem()).second;
  item.part = target.part;
  item.message = NewMessage(*target.part);
  return item;
}

const SheetItem* SheetRow::Find(absl::string_view part,
                                absl::string_view label) const {
  for (const auto& [name, item] : items_) {
    if (part == item.part->name && name == label) return &item;
  }
  return nullptr;
}

const SheetItem* SheetRow::For(absl::string_view part,
                               absl::string_view label) const {
  const SheetItem* item = Find(part, label);
  return item != nullptr ? item : Find(part, "");
}

std::vector<const SheetItem*> SheetRow::ElementsOf(
    absl::string_view part, absl::string_view label) const {
  std::vector<const SheetItem*> elements;
  for (const auto& [name, item] : items_) {
    if (item.part->record == nullptr || item.part->record != part) continue;
    if (!item.told) continue;
    if (Find(part, label) == For(part, name)) elements.push_back(&item);
  }
  return elements;
}

std::string SheetRow::PlaceOf(absl::string_view column) const {
  return column.empty() ? absl::StrCat("line ", line_)
                        : absl::StrCat("line ", line_, ", column ", column);
}

void SheetRow::Problem(std::string place, absl::string_view value,
                       std::string wish) {
  problems_.push_back(
      {std::move(place),
       value.empty() ? "" : Quote(ShortenUtf8(value, kImportValueShown)),
       std::move(wish)});
}

void SheetRow::Warn(std::string place, absl::string_view value,
                    std::string done) {
  warnings_.push_back({std::move(place), ShortenUtf8(value, kImportValueShown),
                       std::move(done)});
}

}  // namespace consilium
