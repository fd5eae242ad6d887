#include "client/import/import_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/import/text_pattern.h"
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

// Whether the first line is a document by itself, and another follows.
bool IsOfLines(absl::string_view text) {
  const size_t end = text.find('\n');
  return end != absl::string_view::npos &&
         absl::StartsWith(absl::StripLeadingAsciiWhitespace(text.substr(end)),
                          "{") &&
         nlohmann::json::accept(text.substr(0, end));
}

Look LookOfJson(absl::string_view start) {
  const absl::string_view head = start.substr(0, 4096);
  if (absl::StartsWith(head, "{\"consilium\":")) {
    return {"records that `consilium export jsonl` wrote",
            "consilium import jsonl FILE"};
  }
  if (Says(head, "\"(protocolSection|resultsSection|derivedSection)\"\\s*:")) {
    return {"ClinicalTrials.gov records", "consilium import ctgov FILE"};
  }
  if (Says(head, "\"resourceType\"\\s*:")) {
    return {"FHIR, which is written and not read here", ""};
  }
  if (Says(head, "\"(FullStudiesResponse|StudyFieldsResponse|Study)\"\\s*:")) {
    return {"records of ClinicalTrials.gov's API v1, which is no more", ""};
  }
  // What `apply` reads: kinds of records.
  if (Says(head,
           "\"(publications?|trials?|arms?|endpoints?|adverseEvents?|reviews?|"
           "links?|riskOfBiasAssessments?|certaint(y|ies)|screenings?)\"\\s*"
           ":")) {
    return IsOfLines(start)
               ? Look{"records as JSON Lines", "consilium import jsonl FILE"}
               : Look{"records as JSON", "consilium apply -f FILE"};
  }
  return {"JSON of another kind", ""};
}

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
  if (Says(start, "^TY {1,3}- ?[A-Z]"))
    return {"RIS citations", "consilium import ris FILE"};
  if (absl::StartsWith(start, "PMID-"))
    return {"PubMed citations", "consilium import pubmed FILE"};
  if (Says(start, "^@[a-z]+\\s*[{(]"))
    return {"BibTeX citations", "consilium import bibtex FILE"};
  if (absl::StartsWith(start, "{") || absl::StartsWith(start, "[")) {
    return LookOfJson(start);
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

absl::string_view CommandFor(absl::string_view text) {
  const Look look = LookOf(text);
  return look.what == "a table" ? "" : look.command;
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
