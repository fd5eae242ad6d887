// Tables as comma-separated values (RFC 4180), as spreadsheets of every
// country write them: with commas, semicolons or tabs.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_CSV_TABLE_H_
#define CONSILIUM_CLIENT_IMPORT_CSV_TABLE_H_

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

struct CsvRow {
  int line = 0;                          // Where it starts, from 1.
  std::vector<absl::string_view> cells;  // As many as the header has.
};

// Cells point into the text that was read, or into `owned`.
struct CsvTable {
  char delimiter = ',';
  int header_line = 0;
  std::vector<std::string> header;  // Without spaces around.
  std::vector<CsvRow> rows;         // None of empty cells only.
  std::deque<std::string> owned;

  // The column of that name, else the only one that differs from it in case
  // alone; absent if there is none. Sheets have both "n" and "N".
  std::optional<size_t> Find(absl::string_view name) const;
};

// The table in `text`, which must outlive it; its first line that is not empty
// is the header. Without a `delimiter` it is the one of comma, semicolon and
// tab that the header has most of, or that a line "sep=;" before it names.
//   INVALID_ARGUMENT  INVALID_TEXT: a quote that does not end, text after one,
//                     a row of more or fewer cells than the header, a header
//                     with a name twice; says where.
//                     WRONG_FORMAT: one column only, or no rows.
//                     FILE_TOO_LARGE: more rows or columns than limits.h has.
absl::StatusOr<CsvTable> ReadCsv(absl::string_view file, absl::string_view text,
                                 std::optional<char> delimiter = {});

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CSV_TABLE_H_
