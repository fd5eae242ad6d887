// What a command writes to standard output, in the format that the user asked
// for: table | json | jsonl | csv | name, of some commands also html.
#ifndef CONSILIUM_CLIENT_CLI_OUTPUT_H_
#define CONSILIUM_CLIENT_CLI_OUTPUT_H_

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/terminal.h"

namespace consilium {

enum class OutputFormat { kTable, kJson, kJsonLines, kCsv, kName, kHtml };

// The words for the formats that every command writes, in the order of
// OutputFormat: all but html.
const std::vector<std::string>& OutputFormatNames();

// Reads html too.
//   INVALID_ARGUMENT  USAGE: no such format.
absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view name);

// True for json and jsonl, where errors are JSON too.
bool IsJson(OutputFormat format);

struct Column {
  std::string header;
  bool is_number = false;  // Aligned right.
};

struct Row {
  // For -o name. Rows without a name are left out there.
  std::string name;
  // One JSON object on one line, for json and jsonl.
  std::string json;
  // For table and csv, one a column.
  std::vector<std::string> cells;
};

// Writes a list, row by row, in bounded memory:
//   table  columns as wide as the first rows need; on a terminal the widest
//          are cut to fit it, the first last. Control characters are made
//          visible.
//   json   one array. jsonl: one object a line.
//   csv    RFC 4180 with a header; a cell that a spreadsheet would take for a
//          formula gets a ' before it.
//   name   one name a line.
// Commands that write html write it themselves.
//
// One thread. Nothing may be added after Finish, which must be called.
class ListWriter {
 public:
  virtual ~ListWriter() = default;
  virtual void Add(Row row) = 0;
  // Ends the list. `empty_text` is what a table without rows says.
  virtual void Finish(absl::string_view empty_text) = 0;
};

// `out` must outlive the writer.
std::unique_ptr<ListWriter> MakeListWriter(OutputFormat format,
                                           std::vector<Column> columns,
                                           std::ostream& out,
                                           const Terminal& terminal);

// One thing shown alone, or what a command did.
struct Details {
  std::string name;
  std::string json;  // On one line or several; written as it is.
  // For table, one line each; for csv, one column each.
  std::vector<std::pair<std::string, std::string>> fields;
  // For table only: a sentence before the fields, and the next useful command.
  std::string summary;
  std::string next;
};

void WriteDetails(OutputFormat format, const Details& details,
                  std::ostream& out);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_OUTPUT_H_
