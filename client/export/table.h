// A table with what each of its columns means: the one form from which CSV
// files, sheets of a workbook and its data dictionary are written.
#ifndef CONSILIUM_CLIENT_EXPORT_TABLE_H_
#define CONSILIUM_CLIENT_EXPORT_TABLE_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace consilium {

enum class ColumnType { kText, kInteger, kNumber, kFlag };

// "text", "integer", "number", "TRUE or FALSE".
absl::string_view ColumnTypeText(ColumnType type);

struct TableColumn {
  std::string name;
  ColumnType type = ColumnType::kText;
  std::string meaning;
  std::string unit = {};     // Empty when it has none, or a column tells it.
  std::string allowed = {};  // The only values, in words; empty for any.
};

// Nothing stands for a value that is missing, which is never 0.
using TableCell =
    std::variant<std::monostate, std::string, int64_t, double, bool>;

struct Table {
  std::string name;     // In kebab case.
  std::string meaning;  // What one row stands for.
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  // As long as `columns`, each.
};

// A cell of `text`; nothing when it is empty.
TableCell TextCell(absl::string_view text);

// What a cell holds, as text: numbers in the shortest form that reads back as
// the same number, flags as TRUE and FALSE.
std::string CellText(const TableCell& cell);

// `table` with a header, as CsvLine writes it.
std::string TableToCsv(const Table& table);

// The short texts of the values of `type`, as the allowed ones of a column.
std::string AllowedTexts(const google::protobuf::EnumDescriptor& type);

// The short text of the value of `type` with that number; empty for zero and
// for what this release does not know.
std::string EnumWord(const google::protobuf::EnumDescriptor& type, int number);

// `value` with 12 significant digits, which do not depend on the machine that
// computed it.
double RoundedToDigits(double value);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_TABLE_H_
