// Data and analyses as Review Manager 5 exports them.
//
// One table holds four kinds of rows, which the numbers tell apart: those of a
// comparison have no outcome, the first of an outcome and the first of each of
// its subgroups say how it is analysed, and the others are studies.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_REVMAN5_SHEET_H_
#define CONSILIUM_CLIENT_IMPORT_REVMAN5_SHEET_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"

namespace consilium {

// Whether `table` has the columns without which such rows are not told apart.
bool IsOfRevMan5(const CsvTable& table);

// The map for it, as YAML, after CompleteRevMan5Rows: of the columns that are
// exported, which people choose.
std::string RevMan5Map(const CsvTable& table);

// Leaves the rows of studies, each with what the rows above say of it, and
// empties the cells that its kind of data does not use: RevMan writes 0 there,
// or what it computed. Numbers lose their marks of thousands.
//   INVALID_ARGUMENT  INVALID_TEXT: a row that is none of the four, or effects
//                     of an outcome that has no row; says where.
absl::Status CompleteRevMan5Rows(absl::string_view file, CsvTable& table);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_REVMAN5_SHEET_H_
