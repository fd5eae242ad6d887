#include "proto/base/text_node.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/text_parser.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

TextPosition PositionAt(absl::string_view text, size_t offset) {
  TextPosition position{1, 1};
  for (const char c : text.substr(0, offset)) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else if (!continuation) {
      ++position.column;
    }
  }
  return position;
}

bool IsForbiddenControl(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' &&
          c != '\t') ||
         c == 0x7F;
}

// What no text may hold, whatever its format.
void CheckBytes(absl::string_view text, std::vector<TextProblem>& problems) {
  if (text.size() > kTextFileSizeMax) {
    problems.push_back(
        {{},
         "",
         absl::StrCat("the text has ", text.size(), " bytes; want at most ",
                      kTextFileSizeMax)});
    return;
  }
  const size_t valid = ValidUtf8PrefixSize(text);
  if (valid != text.size()) {
    problems.push_back(
        {PositionAt(text, valid), "",
         absl::StrCat("the text is not UTF-8 at byte ", valid, ", ",
                      Quote(text.substr(valid, 1)), "; want UTF-8")});
    return;
  }
  const auto control =
      std::find_if(text.begin(), text.end(), IsForbiddenControl);
  if (control != text.end()) {
    const size_t offset = control - text.begin();
    problems.push_back(
        {PositionAt(text, offset), "",
         absl::StrCat("the text holds a control character, ",
                      Quote(text.substr(offset, 1)), "; want plain text")});
  }
}

std::string At(absl::string_view file, const TextPosition& position) {
  std::string place(file.empty() ? "input" : file);
  if (position.line > 0) {
    absl::StrAppend(&place, ":", position.line, ":", position.column);
  }
  return place;
}

}  // namespace

const TextNode* TextNode::Find(absl::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

TextFormat GuessTextFormat(absl::string_view file, absl::string_view text) {
  if (absl::EndsWithIgnoreCase(file, ".json")) return TextFormat::kJson;
  if (absl::EndsWithIgnoreCase(file, ".yaml") ||
      absl::EndsWithIgnoreCase(file, ".yml")) {
    return TextFormat::kYaml;
  }
  absl::ConsumePrefix(&text, kByteOrderMark);
  const absl::string_view start = absl::StripLeadingAsciiWhitespace(text);
  const bool json =
      absl::StartsWith(start, "{") || absl::StartsWith(start, "[");
  return json ? TextFormat::kJson : TextFormat::kYaml;
}

absl::StatusOr<std::vector<TextNode>> ParseText(absl::string_view file,
                                                absl::string_view text,
                                                TextFormat format) {
  absl::ConsumePrefix(&text, kByteOrderMark);
  std::vector<TextProblem> problems;
  std::vector<TextNode> documents;
  CheckBytes(text, problems);
  if (problems.empty()) {
    if (format == TextFormat::kJson) {
      ParseJsonText(text, documents, problems);
    } else {
      ParseYamlText(text, documents, problems);
    }
  }
  if (!problems.empty()) return TextError(file, problems);
  return documents;
}

void AddEntry(TextNode::Entry entry, TextNode& map,
              std::vector<TextProblem>& problems) {
  if (map.entries.size() == kTextKeysMax) {
    problems.push_back(
        {entry.position, "",
         absl::StrCat("the mapping that starts in line ", map.position.line,
                      " has too many keys; want at most ", kTextKeysMax)});
  }
  // Counted once, kept never: the search below stays short.
  if (map.entries.size() >= kTextKeysMax) return;
  for (const TextNode::Entry& other : map.entries) {
    if (other.key != entry.key) continue;
    problems.push_back({entry.position, "",
                        absl::StrCat("the key ", Quote(entry.key),
                                     " occurs twice, first in "
                                     "line ",
                                     other.position.line, "; want it once")});
    return;
  }
  map.entries.push_back(std::move(entry));
}

absl::Status TextError(absl::string_view file,
                       const std::vector<TextProblem>& problems) {
  std::vector<std::string> lines;
  std::vector<FieldViolation> violations;
  for (const TextProblem& problem : problems) {
    if (lines.size() == kProblemsMax) break;
    const std::string place = At(file, problem.position);
    const std::string path =
        problem.path.empty() ? "" : absl::StrCat(problem.path, ": ");
    lines.push_back(absl::StrCat(place, ": ", path, problem.description));
    violations.push_back(
        {absl::StrCat(place, problem.path.empty() ? "" : ": ", problem.path),
         problem.description});
  }
  if (problems.size() > kProblemsMax) {
    lines.push_back(
        absl::StrCat("and ", problems.size() - kProblemsMax, " more problems"));
  }
  std::string message;
  for (const std::string& line : lines) {
    absl::StrAppend(&message, message.empty() ? "" : "\n", line);
  }
  return InvalidInput("INVALID_TEXT", message, violations, {{"file", file}});
}

}  // namespace consilium
