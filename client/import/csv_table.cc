#include "client/import/csv_table.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/import/import_text.h"
#include "client/import/limits.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kTableWanted[] = "a table with a header and rows, as CSV";

absl::Status BadText(absl::string_view file, int line, absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "INVALID_TEXT",
                   absl::StrCat(file, ":", line, ": ", what,
                                "; nothing of the file was taken"),
                   {{"file", std::string(file)}});
}

absl::Status TooLarge(absl::string_view file, absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FILE_TOO_LARGE",
                   absl::StrCat(file, ": has more than ", what),
                   {{"file", std::string(file)}});
}

absl::string_view Trimmed(absl::string_view cell) {
  cell = absl::StripAsciiWhitespace(cell);
  // Spreadsheets write spaces that do not break.
  while (absl::ConsumePrefix(&cell, "\xc2\xa0") ||
         absl::ConsumeSuffix(&cell, "\xc2\xa0")) {
    cell = absl::StripAsciiWhitespace(cell);
  }
  return cell;
}

class CsvReader {
 public:
  CsvReader(absl::string_view file, absl::string_view text)
      : file_(file), text_(text) {}

  absl::StatusOr<CsvTable> Read(std::optional<char> delimiter) {
    SkipEmptyLines();
    const absl::string_view first = FirstLine();
    if (absl::StartsWithIgnoreCase(first, "sep=") && first.size() == 5) {
      if (!delimiter) delimiter = first[4];
      at_ += first.size();
      SkipEmptyLines();
    }
    table_.delimiter = delimiter ? *delimiter : DetectDelimiter();
    RETURN_IF_ERROR(ReadHeader());
    while (true) {
      SkipEmptyLines();
      if (at_ >= text_.size()) break;
      RETURN_IF_ERROR(ReadRow());
    }
    if (table_.rows.empty()) {
      return MakeError(absl::StatusCode::kInvalidArgument, "WRONG_FORMAT",
                       absl::StrCat(file_, ": has a header and no rows"),
                       {{"file", std::string(file_)}});
    }
    return std::move(table_);
  }

 private:
  bool AtLineEnd() const {
    return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r';
  }
  void SkipLineEnd() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
      ++line_;
    } else if (at_ > 0 && at_ <= text_.size() && text_[at_ - 1] == '\r') {
      ++line_;
    }
  }
  void SkipEmptyLines() {
    while (at_ < text_.size() && AtLineEnd()) SkipLineEnd();
  }
  absl::string_view FirstLine() const {
    return text_.substr(at_, text_.find_first_of("\r\n", at_) - at_);
  }

  char DetectDelimiter() const {
    char best = ',';
    ptrdiff_t most = 0;
    std::string bare;  // The header without what stands in quotes.
    bool quoted = false;
    for (const char c : text_.substr(at_)) {
      if (c == '"') quoted = !quoted;
      if (!quoted && (c == '\n' || c == '\r')) break;
      if (!quoted) bare.push_back(c);
    }
    for (const char c : {',', ';', '\t'}) {
      const auto count = std::count(bare.begin(), bare.end(), c);
      if (count <= most) continue;
      most = count;
      best = c;
    }
    return best;
  }

  absl::StatusOr<absl::string_view> ReadCell() {
    const size_t start = at_;
    if (at_ >= text_.size() || text_[at_] != '"') {
      while (!AtLineEnd() && text_[at_] != table_.delimiter) ++at_;
      return Trimmed(text_.substr(start, at_ - start));
    }
    const int opened = line_;
    std::string cell;
    bool doubled = false;
    for (++at_;; ++at_) {
      if (at_ >= text_.size()) {
        return BadText(
            file_, opened,
            absl::StrCat("the quote that opens cell ", cells_.size() + 1,
                         " does not end; is the file cut short?"));
      }
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        if (doubled) cell.push_back(text_[at_]);
        continue;
      }
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
      if (!doubled)
        cell = std::string(text_.substr(start + 1, at_ - start - 1));
      doubled = true;
      cell.push_back('"');
      ++at_;
    }
    const absl::string_view inside = text_.substr(start + 1, at_ - start - 1);
    ++at_;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (!AtLineEnd() && text_[at_] != table_.delimiter) {
      return BadText(file_, line_,
                     absl::StrCat("text stands after the quote that ends cell ",
                                  cells_.size() + 1, "; want ",
                                  Quote(std::string(1, table_.delimiter)),
                                  " or a quote doubled"));
    }
    if (!doubled) return Trimmed(inside);
    return Trimmed(table_.owned.emplace_back(std::move(cell)));
  }

  // The cells of the row at hand.
  absl::Status ReadCells() {
    cells_.clear();
    while (true) {
      ASSIGN_OR_RETURN(const absl::string_view cell, ReadCell());
      cells_.push_back(cell);
      if (cells_.size() > kImportColumnsMax + 1) {
        return TooLarge(file_, absl::StrCat(kImportColumnsMax, " columns"));
      }
      if (AtLineEnd()) break;
      ++at_;
    }
    SkipLineEnd();
    return absl::OkStatus();
  }

  absl::Status ReadHeader() {
    table_.header_line = line_;
    const absl::string_view look = text_;
    RETURN_IF_ERROR(ReadCells());
    if (cells_.size() < 2) return WrongFormat(file_, look, kTableWanted);
    std::set<std::string> names;
    for (const absl::string_view cell : cells_) {
      std::string name(cell);
      // A column without a name is known by its number.
      if (name.empty()) name = absl::StrCat("#", table_.header.size() + 1);
      if (!names.insert(name).second) {
        return BadText(file_, table_.header_line,
                       absl::StrCat("two columns are called ", Quote(name),
                                    "; want a name for each"));
      }
      table_.header.push_back(std::move(name));
    }
    return absl::OkStatus();
  }

  absl::Status ReadRow() {
    CsvRow row;
    row.line = line_;
    RETURN_IF_ERROR(ReadCells());
    const size_t width = table_.header.size();
    // Cells past the header that hold nothing are how spreadsheets end lines.
    while (cells_.size() > width && cells_.back().empty()) cells_.pop_back();
    const bool is_empty =
        std::all_of(cells_.begin(), cells_.end(),
                    [](absl::string_view cell) { return cell.empty(); });
    if (is_empty) return absl::OkStatus();
    if (cells_.size() != width) {
      return BadText(
          file_, row.line,
          absl::StrCat("has ", cells_.size(), " cells, and the header ", width,
                       at_ >= text_.size() ? "; is the file cut short?" : ""));
    }
    row.cells = cells_;
    table_.rows.push_back(std::move(row));
    if (table_.rows.size() > kImportRowsMax) {
      return TooLarge(file_, absl::StrCat(kImportRowsMax, " rows"));
    }
    return absl::OkStatus();
  }

  const absl::string_view file_;
  const absl::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  std::vector<absl::string_view> cells_;
  CsvTable table_;
};

}  // namespace

std::optional<size_t> CsvTable::Find(absl::string_view name) const {
  std::optional<size_t> found;
  int count = 0;
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name) return i;
    if (!absl::EqualsIgnoreCase(header[i], name)) continue;
    found = i;
    ++count;
  }
  return count == 1 ? found : std::nullopt;
}

absl::StatusOr<CsvTable> ReadCsv(absl::string_view file, absl::string_view text,
                                 std::optional<char> delimiter) {
  return CsvReader(file, text).Read(delimiter);
}

}  // namespace consilium
