// The rows of a sheet as records, by what its map says of the columns.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_ROWS_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_ROWS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"
#include "client/import/imported_study.h"
#include "client/import/sheet_map.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

// The studies of `table`, which was read from `file`: all rows of a trial make
// one, and so does a publication without a trial. Columns that the map does
// not name are told with the first.
//   INVALID_ARGUMENT  INVALID_TEXT: the map names columns that are not there.
absl::StatusOr<std::vector<ImportedStudy>> ReadSheet(absl::string_view file,
                                                     const CsvTable& table,
                                                     const SheetMap& map);

// What the note of every source begins with that was read in the sheet of that
// name, before the line.
std::string SheetMark(absl::string_view sheet);

// Whether a value was read in the sheet of that name: what it may say anew.
bool IsOfSheet(const v1::Source& source, absl::string_view sheet);

// Whether both name one place of one sheet, whatever its line: rows move.
bool IsSameInSheet(const v1::Source& a, const v1::Source& b);

// The name by which the rows of `file` are known.
std::string SheetNameOf(absl::string_view file, const SheetMap& map);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_ROWS_H_
