// Maps for sheets of known forms.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_LAYOUTS_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_LAYOUTS_H_

#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"

namespace consilium {

// The map, as YAML, for a sheet with the header of `table` that another program
// wrote as `file`; "" when it is none of these:
//   RevMan     the data rows of a data package
//   RevMan 5   data and analyses, after CompleteRevMan5Rows
//   RevMan     studies: information, arms, results; after CompleteRevManStudies
//   Covidence  references, and their screening for `review` unless that is ""
std::string LayoutOf(absl::string_view file, const CsvTable& table,
                     absl::string_view review = "");

// RevMan keeps what an analysis is in a second file of the data package.
using RevManAnalysis = std::pair<std::string, std::string>;  // Group, number.
using RevManSettings =
    std::map<RevManAnalysis, std::map<std::string, std::string>>;

// Whether `table` is that file; then adds its rows to `settings`.
bool TakeRevManSettings(const CsvTable& table, RevManSettings& settings);

// Adds to data rows of RevMan the columns of their settings, and empties the
// cells that their kind of data does not use: RevMan writes 0 there.
//   INVALID_ARGUMENT  INVALID_TEXT: a kind of data that RevMan has not.
absl::Status CompleteRevManRows(absl::string_view file,
                                const RevManSettings& settings,
                                CsvTable& table);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_LAYOUTS_H_
