#include "client/cli/output.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/limits.h"
#include "client/export/csv.h"
#include "proto/base/suggestion.h"

namespace consilium {
namespace {

constexpr absl::string_view kColumnGap = "  ";

class TableWriter : public ListWriter {
 public:
  TableWriter(std::vector<Column> columns, std::ostream& out,
              const Terminal& terminal)
      : columns_(std::move(columns)), out_(out), terminal_(terminal) {}

  void Add(Row row) override {
    for (std::string& cell : row.cells) cell = VisibleText(cell);
    row.cells.resize(columns_.size());
    if (!widths_.empty()) {
      WriteCells(row.cells, /*bold=*/false);
      return;
    }
    waiting_.push_back(std::move(row.cells));
    if (waiting_.size() >= kTableRowsMeasured) WriteWaiting();
  }

  void Finish(absl::string_view empty_text) override {
    if (widths_.empty() && waiting_.empty()) {
      if (!empty_text.empty()) out_ << empty_text << "\n";
    } else if (widths_.empty()) {
      WriteWaiting();
    }
    out_.flush();
  }

 private:
  void WriteWaiting() {
    Measure();
    std::vector<std::string> headers;
    for (const Column& column : columns_) {
      headers.push_back(absl::AsciiStrToUpper(column.header));
    }
    WriteCells(headers, terminal_.color);
    for (const auto& cells : waiting_) WriteCells(cells, /*bold=*/false);
    waiting_.clear();
  }

  void Measure() {
    for (const Column& column : columns_) {
      widths_.push_back(DisplayWidth(column.header));
    }
    for (const auto& cells : waiting_) {
      for (size_t i = 0; i < cells.size(); ++i) {
        widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
      }
    }
    if (terminal_.is_terminal) FitTerminal();
  }

  // Takes from the widest column until all fit; from the first, which says
  // what the row is about, only when the others have no more to give.
  void FitTerminal() {
    int total = -static_cast<int>(kColumnGap.size());
    for (const int width : widths_) {
      total += width + static_cast<int>(kColumnGap.size());
    }
    for (; total > terminal_.width; --total) {
      auto widest = std::max_element(widths_.begin() + 1, widths_.end());
      if (widest == widths_.end() || *widest <= kColumnWidthMin) {
        widest = widths_.begin();
      }
      if (*widest <= kColumnWidthMin) break;
      --*widest;
    }
  }

  void WriteCells(const std::vector<std::string>& cells, bool bold) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) absl::StrAppend(&line, kColumnGap);
      const std::string cell =
          terminal_.is_terminal ? CutToWidth(cells[i], widths_[i]) : cells[i];
      absl::StrAppend(&line, columns_[i].is_number
                                 ? PadLeft(cell, widths_[i])
                                 : PadRight(cell, widths_[i]));
    }
    absl::StripTrailingAsciiWhitespace(&line);
    out_ << (bold ? "\x1b[1m" : "") << line << (bold ? "\x1b[0m" : "") << "\n";
  }

  const std::vector<Column> columns_;
  std::ostream& out_;
  const Terminal terminal_;
  std::vector<std::vector<std::string>> waiting_;
  std::vector<int> widths_;  // Empty until the header is written.
};

class JsonWriter : public ListWriter {
 public:
  explicit JsonWriter(std::ostream& out) : out_(out) {}

  void Add(Row row) override {
    out_ << (is_first_ ? "[\n" : ",\n") << row.json;
    is_first_ = false;
  }

  void Finish(absl::string_view) override {
    out_ << (is_first_ ? "[]" : "\n]") << std::endl;
  }

 private:
  std::ostream& out_;
  bool is_first_ = true;
};

// Writes each row on a line of its own, at once.
class LineWriter : public ListWriter {
 public:
  LineWriter(OutputFormat format, const std::vector<Column>& columns,
             std::ostream& out)
      : format_(format), out_(out) {
    if (format != OutputFormat::kCsv) return;
    std::vector<std::string> headers;
    for (const Column& column : columns) headers.push_back(column.header);
    out_ << CsvLine(headers);
  }

  void Add(Row row) override {
    if (format_ == OutputFormat::kCsv) {
      out_ << CsvLine(row.cells);
    } else if (format_ == OutputFormat::kJsonLines) {
      out_ << row.json << "\n";
    } else if (!row.name.empty()) {
      out_ << VisibleText(row.name) << "\n";
    }
  }

  void Finish(absl::string_view) override { out_.flush(); }

 private:
  const OutputFormat format_;
  std::ostream& out_;
};

void WriteDetailsTable(const Details& details, std::ostream& out) {
  if (!details.summary.empty()) {
    out << VisibleText(details.summary, KeepLines::kYes) << "\n";
  }
  int width = 0;
  std::vector<std::string> labels;
  for (const auto& [label, value] : details.fields) {
    // A label may hold the id of an institution, as a stranger wrote it.
    labels.push_back(VisibleText(label, KeepLines::kEscaped));
    width = std::max(width, DisplayWidth(labels.back()));
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    std::string line = absl::StrCat(PadRight(labels[i], width), kColumnGap,
                                    VisibleText(details.fields[i].second));
    absl::StripTrailingAsciiWhitespace(&line);
    out << line << "\n";
  }
  if (!details.next.empty()) out << "next: " << details.next << "\n";
}

void WriteDetailsCsv(const Details& details, std::ostream& out) {
  std::vector<std::string> headers;
  std::vector<std::string> cells;
  for (const auto& [label, value] : details.fields) {
    headers.push_back(label);
    cells.push_back(value);
  }
  out << CsvLine(headers) << CsvLine(cells);
}

}  // namespace

const std::vector<std::string>& OutputFormatNames() {
  static const auto* const names =
      new std::vector<std::string>{"table", "json", "jsonl", "csv", "name"};
  return *names;
}

absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view name) {
  if (name == "html") return OutputFormat::kHtml;
  const auto& names = OutputFormatNames();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return UsageError(absl::StrCat("\"", name,
                                   "\" is no output format; -o takes table, "
                                   "json, jsonl, csv or name",
                                   DidYouMean(name, names)));
  }
  return static_cast<OutputFormat>(found - names.begin());
}

bool IsJson(OutputFormat format) {
  return format == OutputFormat::kJson || format == OutputFormat::kJsonLines;
}

std::unique_ptr<ListWriter> MakeListWriter(OutputFormat format,
                                           std::vector<Column> columns,
                                           std::ostream& out,
                                           const Terminal& terminal) {
  switch (format) {
    case OutputFormat::kTable:
      return std::make_unique<TableWriter>(std::move(columns), out, terminal);
    case OutputFormat::kJson:
      return std::make_unique<JsonWriter>(out);
    default:
      return std::make_unique<LineWriter>(format, columns, out);
  }
}

void WriteDetails(OutputFormat format, const Details& details,
                  std::ostream& out) {
  switch (format) {
    case OutputFormat::kTable:
      WriteDetailsTable(details, out);
      break;
    case OutputFormat::kJson:
    case OutputFormat::kJsonLines:
      out << absl::StripTrailingAsciiWhitespace(details.json) << "\n";
      break;
    case OutputFormat::kCsv:
      WriteDetailsCsv(details, out);
      break;
    case OutputFormat::kName:
      if (!details.name.empty()) out << VisibleText(details.name) << "\n";
      break;
    case OutputFormat::kHtml:
      break;
  }
  out.flush();
}

}  // namespace consilium
