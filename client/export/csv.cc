#include "client/export/csv.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace consilium {
namespace {

std::string CsvCell(absl::string_view cell) {
  const std::string text =
      LooksLikeFormula(cell) ? absl::StrCat("'", cell) : std::string(cell);
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace

bool LooksLikeFormula(absl::string_view cell) {
  if (cell.empty() || !absl::StrContains("=+-@\t\r", cell.substr(0, 1))) {
    return false;
  }
  double number = 0;
  return !absl::SimpleAtod(cell, &number);
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(&line, i > 0 ? "," : "", CsvCell(cells[i]));
  }
  return absl::StrCat(line, "\r\n");
}

}  // namespace consilium
