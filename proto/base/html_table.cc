#include "proto/base/html_table.h"

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"

namespace consilium {

HtmlTable::HtmlTable(HtmlWriter& html, absl::string_view kind,
                     absl::string_view caption,
                     std::vector<std::string> columns)
    : html_(html), columns_(std::move(columns)) {
  html_.Open("table", {{"class", kind}, {"role", "table"}});
  html_.Element("caption", caption);
  html_.Open("thead", {{"role", "rowgroup"}}).Open("tr", {{"role", "row"}});
  for (const std::string& column : columns_) {
    html_.Element("th", column, {{"scope", "col"}, {"role", "columnheader"}});
  }
  html_.Close().Close();
}

void HtmlTable::BeginGroup(absl::string_view title, absl::string_view remark) {
  if (in_group_) html_.Close();
  in_group_ = true;
  html_.Open("tbody", {{"role", "rowgroup"}});
  html_.Open("tr", {{"role", "row"}, {"class", "group"}});
  html_.Open("th", {{"scope", "rowgroup"},
                    {"role", "rowheader"},
                    {"colspan", absl::StrCat(columns_.size())}});
  html_.Text(title);
  if (!remark.empty()) html_.Element("span", remark, {{"class", "remark"}});
  html_.Close().Close();
}

void HtmlTable::BeginRow(absl::string_view kind) {
  if (!in_group_) {
    html_.Open("tbody", {{"role", "rowgroup"}});
    in_group_ = true;
  }
  column_ = 0;
  html_.Open("tr", {{"role", "row"}, {"class", kind}});
}

void HtmlTable::BeginCell() {
  assert(column_ < columns_.size());
  const std::string& label = columns_[column_];
  if (column_ == 0) {
    html_.Open(
        "th", {{"scope", "row"}, {"role", "rowheader"}, {"data-label", label}});
  } else {
    html_.Open("td", {{"role", "cell"}, {"data-label", label}});
  }
  ++column_;
}

void HtmlTable::EndCell() { html_.Close(); }

void HtmlTable::Cell(absl::string_view text) {
  BeginCell();
  html_.Text(text);
  EndCell();
}

void HtmlTable::EndRow() { html_.Close(); }

void HtmlTable::Finish() {
  if (in_group_) html_.Close();
  html_.Close();
}

}  // namespace consilium
