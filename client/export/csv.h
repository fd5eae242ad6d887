// Tables as comma-separated values (RFC 4180) that are safe to open.
#ifndef CONSILIUM_CLIENT_EXPORT_CSV_H_
#define CONSILIUM_CLIENT_EXPORT_CSV_H_

#include <string>
#include <vector>

namespace consilium {

// `cells` as one line, with its end (CR LF). A cell with a comma, a quote or a
// line break stands in quotes. A text that a spreadsheet would take for a
// formula, since it starts with = + - @, a tab or a carriage return and is no
// number, gets a ' before it; numbers stay as they are.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_CSV_H_
