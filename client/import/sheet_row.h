// What one row of a sheet states, part by part.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_ROW_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_ROW_H_

#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/cell_value.h"
#include "client/import/csv_table.h"
#include "client/import/imported_study.h"
#include "client/import/sheet_map.h"

namespace consilium {

// A column, and which cell of a row it is.
struct BoundColumn {
  const SheetColumn* column;
  size_t index;
};

// What is wanted instead of `text`, which a map itself puts where `target`
// says; "" when it is right.
std::string WishFor(const SheetTarget& target, absl::string_view text);

// One part of a row.
struct SheetItem {
  const SheetPart* part = nullptr;
  std::unique_ptr<google::protobuf::Message> message;
  bool told = false;  // By a cell, not by constants alone.
  std::map<std::string, std::string> texts;    // Paths that are no fields.
  std::map<std::string, std::string> columns;  // Path: the column.

  // "" when there is none.
  std::string TextAt(const char* path) const;
  std::string ColumnAt(const std::string& path) const;
};

// Thread-compatible. Holds one row at a time.
class SheetRow {
 public:
  // The map must outlive it.
  explicit SheetRow(const SheetMap& map) : map_(map) {}

  // Reads the constants of the map and the cells, and forgets the row before.
  void Read(const std::vector<BoundColumn>& columns, const CsvRow& row);

  int line() const { return line_; }
  // By label, in the order in which the row states them.
  const std::vector<std::pair<std::string, SheetItem>>& items() const {
    return items_;
  }
  // What is wrong with it, and what was read with a doubt.
  std::vector<ImportNote>& problems() { return problems_; }
  const std::vector<ImportNote>& warnings() const { return warnings_; }

  // The part of that name and label; null when there is none.
  const SheetItem* Find(absl::string_view part, absl::string_view label) const;
  // That of the label, else the one that has none.
  const SheetItem* For(absl::string_view part, absl::string_view label) const;
  // The elements in lists of the record `part` of that label.
  std::vector<const SheetItem*> ElementsOf(absl::string_view part,
                                           absl::string_view label) const;

  // "line 7, column HR"; of the line alone when `column` is "".
  std::string PlaceOf(absl::string_view column) const;
  void Problem(std::string place, absl::string_view value, std::string wish);
  void Warn(std::string place, absl::string_view value, std::string done);

 private:
  SheetItem& ItemOf(const SheetTarget& target);
  void Put(const SheetTarget& target, const std::string& column,
           absl::string_view text, const CellRules& rules);
  void ReadCell(const SheetColumn& column, absl::string_view cell);
  void TellNotRecorded(const SheetColumn& column, absl::string_view lower);

  const SheetMap& map_;
  int line_ = 0;
  std::vector<std::pair<std::string, SheetItem>> items_;
  std::vector<ImportNote> problems_, warnings_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_ROW_H_
