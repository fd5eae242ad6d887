// Tables as comma-separated values (RFC 4180) that are safe to open.
#ifndef CONSILIUM_CLIENT_EXPORT_CSV_H_
#define CONSILIUM_CLIENT_EXPORT_CSV_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// Whether a spreadsheet would take the text `cell` for a formula: it starts
// with = + - @, a tab or a carriage return and is no number.
bool LooksLikeFormula(absl::string_view cell);

// `cells` as one line, with its end (CR LF). A cell with a comma, a quote or a
// line break stands in quotes. What looks like a formula gets a ' before it;
// numbers stay as they are.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_CSV_H_
