// The columns of a table that a map names, and the rows that it wants.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_COLUMNS_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_COLUMNS_H_

#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"
#include "client/import/imported_study.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_row.h"

namespace consilium {

// Thread-compatible.
class SheetColumns {
 public:
  // Finds the columns of `map` in `table`, the sheet of that name. Both must
  // outlive it.
  //   INVALID_ARGUMENT  INVALID_TEXT: the map names columns that are not there,
  //                     or screens for no review.
  static absl::StatusOr<SheetColumns> Bind(const CsvTable& table,
                                           const SheetMap& map,
                                           absl::string_view sheet);

  const std::vector<BoundColumn>& bound() const { return bound_; }

  // Whether the map wants the row.
  bool Wants(const CsvRow& row) const;

  // Counts the cells of a row that the map does not name.
  void CountUnmapped(const CsvRow& row);

  // Tells how many there were.
  void TellUnmapped(ImportedStudy& study) const;

 private:
  SheetColumns(const CsvTable& table, const SheetMap& map)
      : table_(&table), map_(&map) {}

  const CsvTable* table_;
  const SheetMap* map_;
  std::vector<BoundColumn> bound_;
  std::vector<size_t> unmapped_;
  std::map<size_t, int> unmapped_counts_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_COLUMNS_H_
