#include "client/import/ctgov_files.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/import_text.h"
#include "client/import/limits.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kStudiesWanted[] =
    "studies of ClinicalTrials.gov, API v2: one, an array, a page with "
    "\"studies\", or one a line";

absl::Status BadText(absl::string_view file, absl::string_view text,
                     size_t offset, absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "INVALID_TEXT",
                   absl::StrCat(file, ":", TextPlace(text, offset), ": ", what,
                                "; nothing of the file was taken"),
                   {{"file", std::string(file)}});
}

// Walks over JSON without building it.
class Scanner {
 public:
  explicit Scanner(absl::string_view text, size_t at = 0)
      : text_(text), at_(at) {}

  size_t offset() const { return at_; }
  // Whether the value that was not taken nests too deep.
  bool too_deep() const { return too_deep_; }
  bool AtEnd() {
    SkipSpace();
    return at_ >= text_.size();
  }
  char Peek() {
    SkipSpace();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  // The next value. Absent when the text ends inside it.
  std::optional<absl::string_view> TakeValue() {
    SkipSpace();
    const size_t start = at_;
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!SkipString()) return std::nullopt;
        if (depth == 0) return text_.substr(start, at_ - start);
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (depth > kTextDepthMax) {
        too_deep_ = true;
        return std::nullopt;
      }
      if (c == '}' || c == ']') {
        if (depth == 0) break;  // Of what is around a bare value.
        if (--depth == 0) {
          ++at_;
          return text_.substr(start, at_ - start);
        }
      }
      if (depth == 0 && (c == ',' || absl::ascii_isspace(c))) break;
      ++at_;
    }
    if (depth > 0 || at_ == start) return std::nullopt;
    return text_.substr(start, at_ - start);
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
  }
  bool SkipString() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    return false;
  }

  absl::string_view text_;
  size_t at_ = 0;
  bool too_deep_ = false;
};

class Splitter {
 public:
  Splitter(absl::string_view file, absl::string_view text)
      : file_(file), text_(text), scanner_(text) {}

  absl::StatusOr<std::vector<StudyText>> Split() {
    if (scanner_.Peek() == '[') {
      RETURN_IF_ERROR(TakeArray(""));
    } else if (scanner_.Peek() == '{') {
      RETURN_IF_ERROR(TakeObjects());
    } else {
      return WrongFormat(file_, text_, kStudiesWanted);
    }
    if (studies_.empty()) {
      return MakeError(
          absl::StatusCode::kInvalidArgument, "WRONG_FORMAT",
          absl::StrCat(file_, ": holds no study; want ", kStudiesWanted),
          {{"file", std::string(file_)}});
    }
    if (!scanner_.AtEnd()) {
      return BadText(file_, text_, scanner_.offset(),
                     "more text after the studies; want none");
    }
    return std::move(studies_);
  }

 private:
  absl::Status Truncated() const {
    if (scanner_.too_deep()) {
      return BadText(file_, text_, scanner_.offset(),
                     absl::StrCat("nests deeper than ", kTextDepthMax,
                                  " levels, as no study does"));
    }
    return BadText(file_, text_, text_.size(),
                   "the file ends inside a study; want all of it");
  }

  absl::Status TakeArray(absl::string_view name) {
    scanner_.Take('[');
    if (scanner_.Take(']')) return absl::OkStatus();
    for (size_t i = 0;; ++i) {
      const auto value = scanner_.TakeValue();
      if (!value.has_value()) return Truncated();
      RETURN_IF_ERROR(Add(absl::StrCat(name, "[", i, "]"), *value));
      if (scanner_.Take(',')) continue;
      if (scanner_.Take(']')) return absl::OkStatus();
      if (scanner_.AtEnd()) return Truncated();
      return BadText(file_, text_, scanner_.offset(),
                     "want \",\" or \"]\" after a study");
    }
  }

  // One study, a page, or several one after the other.
  absl::Status TakeObjects() {
    const auto first = scanner_.TakeValue();
    if (!first.has_value()) return Truncated();
    if (scanner_.AtEnd()) {
      const auto studies = FindStudies(*first);
      if (!studies.has_value()) return Add("", *first);
      scanner_ = Scanner(text_, *studies);
      RETURN_IF_ERROR(TakeArray("studies"));
      scanner_ = Scanner(text_, text_.size());
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(Add(absl::StrCat("line ", LineOf(*first)), *first));
    while (!scanner_.AtEnd()) {
      const auto value = scanner_.TakeValue();
      if (!value.has_value()) return Truncated();
      RETURN_IF_ERROR(Add(absl::StrCat("line ", LineOf(*value)), *value));
    }
    return absl::OkStatus();
  }

  // Where the array "studies" of a page starts. Absent when it is no page.
  std::optional<size_t> FindStudies(absl::string_view object) const {
    Scanner members(text_, OffsetOf(object));
    if (!members.Take('{')) return std::nullopt;
    while (members.Peek() == '"') {
      const auto name = members.TakeValue();
      if (!name.has_value() || !members.Take(':')) return std::nullopt;
      if (*name == "\"studies\"" && members.Peek() == '[') {
        return members.offset();
      }
      if (!members.TakeValue().has_value()) return std::nullopt;
      if (!members.Take(',')) return std::nullopt;
    }
    return std::nullopt;
  }

  size_t OffsetOf(absl::string_view part) const {
    return static_cast<size_t>(part.data() - text_.data());
  }

  std::string LineOf(absl::string_view part) const {
    const std::string place = TextPlace(text_, OffsetOf(part));
    return place.substr(0, place.find(':'));
  }

  absl::Status Add(std::string place, absl::string_view value) {
    // What is JSON and no study is told of each; what another command takes, of
    // the file.
    const absl::string_view command =
        studies_.empty() ? CommandFor(text_) : absl::string_view();
    if (value.empty() || value.front() != '{' ||
        (!command.empty() && !absl::StrContains(command, " ctgov "))) {
      return WrongFormat(file_, text_, kStudiesWanted);
    }
    if (value.size() > kImportStudySizeMax) {
      return TooLarge(absl::StrCat(place, " has ", value.size(),
                                   " bytes; want at most ",
                                   kImportStudySizeMax));
    }
    if (studies_.size() == kImportStudiesMax) {
      return TooLarge(absl::StrCat("has more than ", kImportStudiesMax,
                                   " studies; split it"));
    }
    studies_.push_back({std::move(place), value});
    return absl::OkStatus();
  }

  absl::Status TooLarge(absl::string_view found) const {
    return MakeError(absl::StatusCode::kInvalidArgument, "FILE_TOO_LARGE",
                     absl::StrCat(file_, ": ", found),
                     {{"file", std::string(file_)}});
  }

  absl::string_view file_;
  absl::string_view text_;
  Scanner scanner_;
  std::vector<StudyText> studies_;
};

}  // namespace

absl::StatusOr<std::vector<StudyText>> SplitStudies(absl::string_view file,
                                                    absl::string_view text) {
  return Splitter(file, text).Split();
}

}  // namespace consilium
