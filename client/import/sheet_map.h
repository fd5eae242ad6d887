// What the columns of an extraction sheet are, as people write it in YAML.
// README.md has the form.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_MAP_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_MAP_H_

#include <google/protobuf/descriptor.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/text_node.h"

namespace consilium {

// Something that a row of a sheet states: a record, or an element of one.
struct SheetPart {
  const char* name;  // "estimate".
  const google::protobuf::Descriptor* message;
  const char* record;  // The part whose list it is in; null for a record.
  const char* list;    // "estimates".
};

// In the order in which they are built: what others refer to first.
const std::vector<SheetPart>& SheetParts();
const SheetPart* FindSheetPart(absl::string_view name);

// Where a cell goes: "estimate[control].interval.low". The label tells apart
// parts of one kind in one row.
struct SheetTarget {
  const SheetPart* part = nullptr;
  std::string label;
  std::string path;  // A field of the part, or one of the names below.

  std::string ToText() const;
};

// Paths that are no fields.
inline constexpr char kIdPath[] = "id";          // Of any record.
inline constexpr char kNumberPath[] = "number";  // Of a trial: in a registry.
inline constexpr char kRolePath[] = "role";      // Of a publication, in trials.
// Of a contrast: the value as it is pooled, for a ratio its logarithm.
inline constexpr char kPooledValuePath[] = "pooledValue";

struct SheetColumn {
  std::string name;
  TextPosition position;
  std::vector<SheetTarget> targets;  // None: known, and not taken.
  // What stands in cells, in lower case, and what it is; "" is no value.
  std::map<std::string, std::string> values;
};

struct SheetMap {
  std::string file;  // Of the map, for messages.
  const SheetPart* rows = nullptr;
  std::optional<std::string> sheet;  // The name by which rows are known.
  std::optional<char> delimiter;
  bool decimal_comma = false;
  // In lower case.
  std::set<std::string> not_recorded, not_reached, not_estimable;
  std::vector<SheetColumn> columns;
  std::vector<std::pair<SheetTarget, std::string>> constants;
  // Only rows with one of these words, in lower case, in the column.
  std::map<std::string, std::set<std::string>> where;
  // Columns in which an empty cell has what stands above it, as merged cells of
  // a spreadsheet leave them.
  std::set<std::string> fill_down;
  // A map for sheets of a known form, which may lack columns.
  bool of_known_form = false;
};

// Reads a map.
//   INVALID_ARGUMENT  INVALID_TEXT: all problems, as "file:line:column: ...".
absl::StatusOr<SheetMap> ReadSheetMap(absl::string_view file,
                                      absl::string_view text);

// Whether a column, or a constant, says something of the part of that name.
bool SaysOf(const SheetMap& map, absl::string_view part);

// Adds the constant that `text` states: "contrast.measure=hr".
//   INVALID_ARGUMENT  no such target.
absl::Status AddConstant(absl::string_view text, SheetMap& map);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_MAP_H_
