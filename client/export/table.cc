#include "client/export/table.h"

#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/export/csv.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"

namespace consilium {

absl::string_view ColumnTypeText(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
      return "integer";
    case ColumnType::kNumber:
      return "number";
    case ColumnType::kFlag:
      return "TRUE or FALSE";
    default:
      return "text";
  }
}

TableCell TextCell(absl::string_view text) {
  if (text.empty()) return TableCell();
  return TableCell(std::string(text));
}

std::string CellText(const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&cell)) {
    return absl::StrCat(*integer);
  }
  if (const auto* flag = std::get_if<bool>(&cell)) {
    return *flag ? "TRUE" : "FALSE";
  }
  const auto* const number = std::get_if<double>(&cell);
  // What no number can be written for is missing.
  if (number == nullptr || !std::isfinite(*number)) return "";
  return ShortestDecimal(*number);
}

std::string TableToCsv(const Table& table) {
  std::vector<std::string> cells;
  for (const TableColumn& column : table.columns) cells.push_back(column.name);
  std::string csv = CsvLine(cells);
  for (const std::vector<TableCell>& row : table.rows) {
    cells.clear();
    for (const TableCell& cell : row) cells.push_back(CellText(cell));
    csv += CsvLine(cells);
  }
  return csv;
}

std::string AllowedTexts(const google::protobuf::EnumDescriptor& type) {
  return absl::StrJoin(EnumTexts(type), ", ");
}

std::string EnumWord(const google::protobuf::EnumDescriptor& type, int number) {
  const auto* const value = type.FindValueByNumber(number);
  return value == nullptr || number == 0 ? "" : EnumText(*value);
}

double RoundedToDigits(double value) {
  double rounded = value;
  if (!absl::SimpleAtod(absl::StrFormat("%.11e", value), &rounded)) {
    return value;
  }
  return rounded;
}

}  // namespace consilium
