#include "client/export/workbook.h"

#include <stdlib.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/export/csv.h"
#include "client/export/limits.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

namespace fs = std::filesystem;

constexpr time_t kNoTime = 946'684'800;  // 2000-01-01, whenever it is written.
constexpr size_t kColumnWidthMin = 8;    // Characters.
constexpr size_t kColumnWidthMax = 40;

absl::Status CannotWriteWorkbook(absl::string_view what) {
  return MakeError(absl::StatusCode::kInternal, "WORKBOOK_NOT_WRITTEN",
                   absl::StrCat("the workbook cannot be written: ", what));
}

absl::Status TooManyRows(const Table& table) {
  return MakeError(
      absl::StatusCode::kResourceExhausted, "TOO_MANY_ROWS",
      absl::StrCat("the sheet ", table.name, " would have ", table.rows.size(),
                   " rows; a sheet holds ", kSheetRowsMax,
                   "; want tables as CSV or JSON Lines"));
}

// `text` as far as a cell takes it, cut between characters of UTF-8. Bytes are
// never fewer than the characters that the limit counts.
std::string CutToCell(const std::string& text) {
  if (text.size() <= kSheetCellSizeMax) return text;
  size_t end = kSheetCellSizeMax - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + "...";
}

// A folder of its own, removed with what it holds.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    std::string name = fs::temp_directory_path(error) / "consilium-XXXXXX";
    if (!error && mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// A workbook being written. Its first error stays.
class BookWriter {
 public:
  explicit BookWriter(lxw_workbook* book)
      : book_(book),
        header_(workbook_add_format(book)),
        text_(workbook_add_format(book)),
        wrapped_(workbook_add_format(book)) {
    format_set_bold(header_);
    format_set_bottom(header_, LXW_BORDER_THIN);
    // A cell of the format "@" keeps what it holds as text when it is edited.
    format_set_num_format(text_, "@");
    format_set_text_wrap(wrapped_);
    format_set_align(wrapped_, LXW_ALIGN_VERTICAL_TOP);
  }

  // With `wraps` long texts take several lines instead of running on.
  void WriteSheet(const Table& table, bool wraps) {
    lxw_worksheet* const sheet =
        workbook_add_worksheet(book_, table.name.c_str());
    if (sheet == nullptr) return Note(LXW_ERROR_SHEETNAME_ALREADY_USED);
    const auto columns = static_cast<lxw_col_t>(table.columns.size());
    for (lxw_col_t i = 0; i < columns; ++i) {
      Note(worksheet_set_column(sheet, i, i, WidthOf(table, i), nullptr));
      Note(worksheet_write_string(sheet, 0, i, table.columns[i].name.c_str(),
                                  header_));
    }
    worksheet_freeze_panes(sheet, 1, 1);
    const auto rows = static_cast<lxw_row_t>(table.rows.size());
    Note(worksheet_autofilter(sheet, 0, 0, rows, columns - 1));
    for (lxw_row_t row = 0; row < rows; ++row) {
      for (lxw_col_t i = 0; i < columns; ++i) {
        Note(WriteCell(sheet, row + 1, i, table.rows[row][i],
                       wraps ? wrapped_ : nullptr));
      }
    }
  }

  lxw_error error() const { return error_; }

 private:
  void Note(lxw_error error) {
    if (error_ == LXW_NO_ERROR) error_ = error;
  }

  // Wide enough for the header and most texts, in characters.
  static double WidthOf(const Table& table, size_t column) {
    size_t widest = table.columns[column].name.size() + 3;  // With its arrow.
    for (const std::vector<TableCell>& row : table.rows) {
      widest = std::max(widest, CellText(row[column]).size() + 1);
    }
    return static_cast<double>(
        std::clamp(widest, kColumnWidthMin, kColumnWidthMax));
  }

  lxw_error WriteCell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column,
                      const TableCell& cell, lxw_format* format) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
      return worksheet_write_string(sheet, row, column,
                                    CutToCell(*text).c_str(),
                                    LooksLikeFormula(*text) ? text_ : format);
    }
    if (const auto* integer = std::get_if<int64_t>(&cell)) {
      return worksheet_write_number(sheet, row, column,
                                    static_cast<double>(*integer), format);
    }
    if (const auto* flag = std::get_if<bool>(&cell)) {
      return worksheet_write_boolean(sheet, row, column, *flag ? 1 : 0, format);
    }
    const auto* const number = std::get_if<double>(&cell);
    if (number == nullptr || !std::isfinite(*number)) return LXW_NO_ERROR;
    return worksheet_write_number(sheet, row, column, *number, format);
  }

  lxw_workbook* const book_;
  lxw_format* const header_;
  lxw_format* const text_;
  lxw_format* const wrapped_;
  lxw_error error_ = LXW_NO_ERROR;
};

Table AboutTable(const Workbook& workbook) {
  Table table{.name = "about",
              .meaning = "One thing to know about the workbook",
              .columns = {{"about", ColumnType::kText, "What"},
                          {"value", ColumnType::kText, "Its value"}}};
  for (const auto& [what, value] : workbook.about) {
    table.rows.push_back({TextCell(what), TextCell(value)});
  }
  return table;
}

Table DictionaryTable(const std::vector<Table>& tables) {
  Table dictionary{.name = "dictionary",
                   .columns = {{"sheet"},
                               {"column"},
                               {"type"},
                               {"meaning"},
                               {"unit"},
                               {"values"},
                               {"row"}}};
  for (const Table& table : tables) {
    for (const TableColumn& column : table.columns) {
      dictionary.rows.push_back(
          {TextCell(table.name), TextCell(column.name),
           TextCell(ColumnTypeText(column.type)), TextCell(column.meaning),
           TextCell(column.unit), TextCell(column.allowed),
           TextCell(table.meaning)});
    }
  }
  return dictionary;
}

lxw_error WriteFile(const Workbook& workbook, const std::string& path,
                    std::string folder) {
  lxw_workbook_options options = {};
  options.tmpdir = folder.data();
  lxw_workbook* const book = workbook_new_opt(path.c_str(), &options);
  if (book == nullptr) return LXW_ERROR_MEMORY_MALLOC_FAILED;
  std::string title = workbook.title;
  lxw_doc_properties properties = {};
  properties.title = title.data();
  properties.created = kNoTime;
  workbook_set_properties(book, &properties);
  BookWriter writer(book);
  writer.WriteSheet(AboutTable(workbook), /*wraps=*/true);
  for (const Table& table : workbook.tables) {
    writer.WriteSheet(table, /*wraps=*/false);
  }
  writer.WriteSheet(DictionaryTable(workbook.tables), /*wraps=*/true);
  const lxw_error closed = workbook_close(book);
  return writer.error() == LXW_NO_ERROR ? closed : writer.error();
}

}  // namespace

absl::StatusOr<std::string> WorkbookBytes(const Workbook& workbook) {
  for (const Table& table : workbook.tables) {
    if (table.rows.size() > kSheetRowsMax) return TooManyRows(table);
  }
  const ScratchFolder folder;
  if (folder.path().empty())
    return CannotWriteWorkbook("there is no folder for it");
  const std::string path = folder.path() / "workbook.xlsx";
  const lxw_error error = WriteFile(workbook, path, folder.path());
  if (error != LXW_NO_ERROR) return CannotWriteWorkbook(lxw_strerror(error));
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty()) return CannotWriteWorkbook("it cannot be read back");
  return bytes;
}

}  // namespace consilium
