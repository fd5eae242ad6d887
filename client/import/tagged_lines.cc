#include "client/import/tagged_lines.h"

#include <re2/re2.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/base/errors.h"

namespace consilium {

std::vector<TaggedValue> SplitTaggedLines(absl::string_view text) {
  static const RE2& form = *new RE2("([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)");
  std::vector<TaggedValue> values;
  size_t line = 0;
  for (const absl::string_view each : absl::StrSplit(text, '\n')) {
    ++line;
    const std::string whole(absl::StripTrailingAsciiWhitespace(each));
    TaggedValue value;
    value.line = line;
    const std::string trimmed(absl::StripAsciiWhitespace(whole));
    if (trimmed.empty()) {
      values.push_back(std::move(value));
    } else if (RE2::FullMatch(whole, form, &value.tag, &value.value)) {
      values.push_back(std::move(value));
    } else if (!values.empty() && !values.back().tag.empty() &&
               values.back().tag != "?") {
      absl::StrAppend(&values.back().value, " ", trimmed);
    } else {
      value.tag = "?";
      value.value = trimmed;
      values.push_back(std::move(value));
    }
  }
  return values;
}

absl::Status BadLine(absl::string_view file, size_t line,
                     absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "INVALID_TEXT",
                   absl::StrCat(file, ":", line, ": ", what,
                                "; nothing of the file was taken"),
                   {{"file", std::string(file)}});
}

}  // namespace consilium
