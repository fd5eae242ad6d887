#include "client/import/import_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

absl::Status WrongEncoding(absl::string_view file, absl::string_view found,
                           absl::string_view from) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, "WRONG_ENCODING",
      absl::StrCat(file, ": ", found, "; want UTF-8, as `iconv -f ", from,
                   " -t UTF-8` makes it"),
      {{"file", std::string(file)}});
}

// Whether the first two lines are divided alike.
bool IsTable(absl::string_view text) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(text.substr(0, 4096), absl::MaxSplits('\n', 2));
  if (lines.size() < 2) return false;
  for (const char c : {',', ';', '\t'}) {
    const auto count = std::count(lines[0].begin(), lines[0].end(), c);
    if (count > 0 && count == std::count(lines[1].begin(), lines[1].end(), c)) {
      return true;
    }
  }
  return false;
}

// What a file looks like, and the command for it; "" when it is not known.
struct Look {
  absl::string_view what;
  absl::string_view command;
};

Look LookOf(absl::string_view text) {
  const absl::string_view start = absl::StripLeadingAsciiWhitespace(text);
  if (absl::StartsWith(start, "%PDF")) return {"a PDF", ""};
  if (absl::StartsWith(start, "PK\x03\x04")) {
    return {"a ZIP archive or a spreadsheet", ""};
  }
  if (absl::StartsWith(start, "\x1f\x8b")) return {"compressed with gzip", ""};
  if (absl::StartsWithIgnoreCase(start, "<!doctype html") ||
      absl::StartsWithIgnoreCase(start, "<html")) {
    return {"a web page", ""};
  }
  if (absl::StartsWith(start, "<")) return {"XML", ""};
  if (absl::StartsWith(start, "TY  -"))
    return {"RIS citations", "consilium import ris FILE"};
  if (absl::StartsWith(start, "PMID-"))
    return {"PubMed citations", "consilium import pubmed FILE"};
  if (absl::StartsWith(start, "@"))
    return {"BibTeX citations", "consilium import bibtex FILE"};
  if (absl::StartsWith(start, "{") || absl::StartsWith(start, "[")) {
    if (absl::StrContains(start.substr(0, 4096), "\"protocolSection\"")) {
      return {"ClinicalTrials.gov records", "consilium import ctgov FILE"};
    }
    return {"JSON", "consilium apply -f FILE"};
  }
  if (IsTable(start)) return {"a table", "consilium import csv FILE"};
  return {"text", ""};
}

}  // namespace

absl::StatusOr<absl::string_view> CheckImportText(absl::string_view file,
                                                  absl::string_view text) {
  if (absl::StartsWith(text, "\xff\xfe") ||
      absl::StartsWith(text, "\xfe\xff")) {
    return WrongEncoding(file, "is UTF-16", "UTF-16");
  }
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  if (absl::StripAsciiWhitespace(text).empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "WRONG_FORMAT",
                     absl::StrCat(file, ": is empty; want records"),
                     {{"file", std::string(file)}});
  }
  const size_t valid = ValidUtf8PrefixSize(text);
  const absl::string_view start =
      text.substr(0, std::min<size_t>(4, text.size()));
  if (absl::StartsWith(start, "PK\x03\x04") ||
      absl::StartsWith(start, "\x1f\x8b") || absl::StartsWith(start, "%PDF")) {
    return WrongFormat(file, text, "text");
  }
  if (start.find('\0') != absl::string_view::npos) {
    return WrongEncoding(file, "has zero bytes, as UTF-16 does", "UTF-16");
  }
  if (valid != text.size()) {
    return WrongEncoding(
        file,
        absl::StrFormat("byte 0x%02X at %s is no UTF-8, perhaps Latin-1",
                        static_cast<unsigned char>(text[valid]),
                        TextPlace(text, valid)),
        "ISO-8859-1");
  }
  return text;
}

absl::Status WrongFormat(absl::string_view file, absl::string_view text,
                         absl::string_view wanted) {
  const Look look = LookOf(text);
  std::string message =
      absl::StrCat(file, ": looks like ", look.what, "; want ", wanted);
  if (!look.command.empty()) {
    absl::StrAppend(&message, ", or use `", look.command, "`");
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "WRONG_FORMAT", message,
                   {{"file", std::string(file)}});
}

std::string TextPlace(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t start = before.rfind('\n');
  const size_t column =
      start == absl::string_view::npos ? offset + 1 : offset - start;
  return absl::StrCat(line, ":", column);
}

}  // namespace consilium
