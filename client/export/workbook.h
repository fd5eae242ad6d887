// Tables as a workbook of Office Open XML (.xlsx).
#ifndef CONSILIUM_CLIENT_EXPORT_WORKBOOK_H_
#define CONSILIUM_CLIENT_EXPORT_WORKBOOK_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/export/table.h"

namespace consilium {

struct Workbook {
  std::string title;
  // What the workbook is, line by line: what, and its value.
  std::vector<std::pair<std::string, std::string>> about;
  std::vector<Table> tables;  // With names that differ.
};

// The sheet about, one for each table, named after it, and the sheet
// dictionary, which tells what every column of the tables holds. Headers stay
// in sight, and columns can be filtered.
//
// Numbers are numbers, flags are flags, and missing values are empty. Texts are
// texts: none is a formula or a link, nor becomes a formula when it is edited.
// One that is too long for a cell ends in "...".
//
// Holds no date, author or computer: the same workbook gives the same bytes.
//   RESOURCE_EXHAUSTED  TOO_MANY_ROWS: a sheet cannot hold them.
//   INTERNAL            WORKBOOK_NOT_WRITTEN: temporary files cannot be had.
absl::StatusOr<std::string> WorkbookBytes(const Workbook& workbook);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_WORKBOOK_H_
