// A table that becomes a stack of cards on a narrow screen: every cell carries
// the name of its column, and roles keep its meaning for screen readers.
//
// One thread. Begin a row, write its cells in the order of the columns, end it.
#ifndef CONSILIUM_PROTO_BASE_HTML_TABLE_H_
#define CONSILIUM_PROTO_BASE_HTML_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/html.h"

namespace consilium {

class HtmlTable {
 public:
  // `kind` gives the style sheet the widths of the columns. `html` must outlive
  // the table.
  HtmlTable(HtmlWriter& html, absl::string_view kind, absl::string_view caption,
            std::vector<std::string> columns);
  HtmlTable(const HtmlTable&) = delete;
  HtmlTable& operator=(const HtmlTable&) = delete;

  // A heading over the rows that follow.
  void BeginGroup(absl::string_view title, absl::string_view remark = "");

  // `kind` tells rows apart for the style sheet; it may be empty.
  void BeginRow(absl::string_view kind = "");
  // Opens the next cell; the first names the row. What is written until
  // EndCell stands in it.
  void BeginCell();
  void EndCell();
  // A cell with nothing but text.
  void Cell(absl::string_view text);
  void EndRow();

  void Finish();

 private:
  HtmlWriter& html_;
  const std::vector<std::string> columns_;
  size_t column_ = 0;
  bool in_group_ = false;
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_HTML_TABLE_H_
