#include <re2/re2.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/import/citation_files.h"
#include "client/import/import_text.h"
#include "client/import/tagged_lines.h"
#include "client/import/text_pattern.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kBibtexWanted[] = "references in BibTeX";

// One precomposed character where there is one.
std::string Compose(const std::string& text) {
  utf8proc_uint8_t* composed =
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
  if (composed == nullptr) return text;
  std::string result(reinterpret_cast<const char*>(composed));
  std::free(composed);
  return result;
}

// TeX as people read it: accents become letters, braces go.
std::string PlainText(std::string text) {
  static const std::pair<const char*, const char*> accents[] = {
      {"`", "\u0300"},  {"'", "\u0301"}, {"\\^", "\u0302"}, {"~", "\u0303"},
      {"\"", "\u0308"}, {"=", "\u0304"}, {"\\.", "\u0307"}, {"c", "\u0327"},
      {"v", "\u030c"},  {"u", "\u0306"}, {"k", "\u0328"},   {"r", "\u030a"},
      {"H", "\u030b"}};
  RE2::GlobalReplace(&text, Pattern("\\\\([ij])\\b"), "\\1");
  for (const auto& [sign, mark] : accents) {
    // A letter as a sign needs a brace or a space: "\c{c}".
    const bool letter = absl::ascii_isalpha(static_cast<unsigned char>(*sign));
    RE2::GlobalReplace(
        &text,
        absl::StrCat("\\\\", sign, letter ? "(?:\\{|\\s+)" : "\\{?\\s*",
                     "([A-Za-z])\\}?"),
        absl::StrCat("\\1", mark));
  }
  text = absl::StrReplaceAll(
      text,
      {{"\\ss", "ß"}, {"\\ae", "æ"}, {"\\AE", "Æ"}, {"\\oe", "œ"}, {"\\o", "ø"},
       {"\\O", "Ø"},  {"\\aa", "å"}, {"\\AA", "Å"}, {"\\l", "ł"},  {"\\L", "Ł"},
       {"\\&", "&"},  {"\\%", "%"},  {"\\$", "$"},  {"\\_", "_"},  {"\\#", "#"},
       {"---", "—"},  {"--", "–"},   {"~", " "},    {"{", ""},     {"}", ""}});
  return Compose(text);
}

class BibtexParser {
 public:
  BibtexParser(absl::string_view file, absl::string_view text)
      : file_(file), text_(text) {}

  absl::StatusOr<std::vector<Citation>> Parse() {
    while ((at_ = text_.find('@', at_)) != absl::string_view::npos) {
      entry_ = at_++;
      const std::string type = absl::AsciiStrToLower(TakeWord());
      SkipSpace();
      if (type.empty() || !Take('{')) continue;  // Text between entries.
      if (type == "comment" || type == "preamble") {
        --at_;
        RETURN_IF_ERROR(TakeBraced().status());
      } else if (type == "string") {
        RETURN_IF_ERROR(TakeFields(strings_));
      } else {
        RETURN_IF_ERROR(TakeEntry(type));
      }
    }
    if (citations_.empty()) return WrongFormat(file_, text_, kBibtexWanted);
    return std::move(citations_);
  }

 private:
  absl::Status Bad(absl::string_view what) const {
    const auto before = text_.substr(0, entry_);
    return BadLine(
        file_,
        static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
        what);
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
      ++at_;
    }
  }
  bool Take(char c) {
    SkipSpace();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string TakeWord() {
    SkipSpace();
    const size_t start = at_;
    while (at_ < text_.size() &&
           !absl::StrContains(" \t\r\n{}\"#,=()", text_[at_])) {
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  absl::StatusOr<std::string> TakeBraced() {
    const size_t start = ++at_;
    int depth = 1;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '{') {
        ++depth;
      } else if (text_[at_] == '}' && --depth == 0) {
        return std::string(text_.substr(start, at_++ - start));
      }
    }
    return Bad("the file ends inside this entry; want its closing brace");
  }

  absl::StatusOr<std::string> TakeQuoted() {
    const size_t start = ++at_;
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '{') {
        ++depth;
      } else if (text_[at_] == '}') {
        --depth;
      } else if (text_[at_] == '"' && depth == 0) {
        return std::string(text_.substr(start, at_++ - start));
      }
    }
    return Bad("the file ends inside this entry; want its closing quote");
  }

  // Parts joined by "#": braced, quoted, a number or the name of a string.
  absl::StatusOr<std::string> TakeValue() {
    std::string value;
    do {
      SkipSpace();
      if (at_ >= text_.size()) {
        return Bad("the file ends inside this entry; want all of it");
      }
      std::string part;
      if (text_[at_] == '{') {
        ASSIGN_OR_RETURN(part, TakeBraced());
      } else if (text_[at_] == '"') {
        ASSIGN_OR_RETURN(part, TakeQuoted());
      } else {
        part = TakeWord();
        if (part.empty()) return Bad("a field has no value; want one");
        const auto known = strings_.find(absl::AsciiStrToLower(part));
        if (known != strings_.end()) part = known->second;
      }
      absl::StrAppend(&value, part);
    } while (Take('#'));
    return value;
  }

  absl::Status TakeFields(std::map<std::string, std::string>& fields) {
    while (!Take('}')) {
      if (Take(',')) continue;
      const std::string name = absl::AsciiStrToLower(TakeWord());
      if (name.empty() || !Take('=')) {
        return Bad("this entry has something else than NAME = VALUE");
      }
      ASSIGN_OR_RETURN(fields[name], TakeValue());
    }
    return absl::OkStatus();
  }

  absl::Status TakeEntry(const std::string& type) {
    TakeWord();  // Its key means something only in a document.
    std::map<std::string, std::string> fields;
    RETURN_IF_ERROR(TakeFields(fields));
    Citation citation;
    const auto before = text_.substr(0, entry_);
    citation.place = absl::StrCat(
        "line ", std::count(before.begin(), before.end(), '\n') + 1);
    if (type == "inproceedings" || type == "conference") {
      citation.type = v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT;
    }
    for (const auto& [name, value] : fields) {
      AddField(name, PlainText(value), value, citation);
    }
    citations_.push_back(std::move(citation));
    return absl::OkStatus();
  }

  static void AddField(const std::string& name, std::string text,
                       const std::string& raw, Citation& citation) {
    const std::map<std::string, std::string*> texts = {
        {"title", &citation.title},
        {"journal", &citation.journal},
        {"journaltitle", &citation.journal},
        {"booktitle", &citation.journal},
        {"volume", &citation.volume},
        {"number", &citation.issue},
        {"issue", &citation.issue},
        {"abstract", &citation.abstract},
        {"publisher", &citation.publisher},
        {"language", &citation.language},
        {"pmid", &citation.pmid},
        {"pmcid", &citation.pmcid}};
    if (const auto found = texts.find(name); found != texts.end()) {
      *found->second = std::move(text);
    } else if (name == "year" || name == "date") {
      citation.date = std::move(text);
    } else if (name == "pages") {
      citation.pages = absl::StrReplaceAll(text, {{"–", "-"}, {" ", ""}});
    } else if (name == "doi" || name == "url") {
      // Not TeX, whatever stands in it.
      (name == "doi" ? citation.doi : citation.url) = absl::StrReplaceAll(
          raw, {{"\\_", "_"}, {"\\%", "%"}, {"{", ""}, {"}", ""}});
    } else if (name == "author") {
      for (const std::string& author : AuthorsOf(raw)) {
        if (author == "others") {
          citation.unknown.push_back("BibTeX author \"others\"");
          continue;
        }
        // In braces of its own it is one name: "{The COVID Group}".
        const std::string plain = PlainText(author);
        citation.authors.push_back(IsBraced(author) ? plain
                                                    : FamilyFirst(plain));
      }
    } else if (name == "keywords") {
      for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(",;"),
                                                   absl::SkipWhitespace())) {
        citation.keywords.emplace_back(absl::StripAsciiWhitespace(word));
      }
    } else if (name == "issn" || name == "isbn") {
      citation.serial_numbers.push_back(std::move(text));
    } else if (name == "note" || name == "annote") {
      citation.trial_texts.push_back(std::move(text));
    } else if (name == "eprint" &&
               RE2::FullMatch(text, Pattern("[0-9]{6,9}"))) {
      citation.pmid = std::move(text);
    } else {
      citation.unknown.push_back(absl::StrCat("BibTeX ", name));
    }
  }

  // The names between each "and" that stands in no braces.
  static std::vector<std::string> AuthorsOf(absl::string_view raw) {
    std::vector<std::string> authors(1);
    int depth = 0;
    for (absl::string_view word :
         absl::StrSplit(raw, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty())) {
      if (depth == 0 && word == "and") {
        authors.emplace_back();
        continue;
      }
      depth += static_cast<int>(std::count(word.begin(), word.end(), '{') -
                                std::count(word.begin(), word.end(), '}'));
      std::string& author = authors.back();
      absl::StrAppend(&author, author.empty() ? "" : " ", word);
    }
    authors.erase(std::remove(authors.begin(), authors.end(), ""),
                  authors.end());
    return authors;
  }

  // Whether one pair of braces holds all of `name`.
  static bool IsBraced(absl::string_view name) {
    if (name.size() < 2 || name.front() != '{' || name.back() != '}') {
      return false;
    }
    int depth = 0;
    for (size_t i = 0; i + 1 < name.size(); ++i) {
      if (name[i] == '{') ++depth;
      if (name[i] == '}' && --depth == 0) return false;
    }
    return true;
  }

  // "Jean-Charles Soria" as "Soria, Jean-Charles".
  static std::string FamilyFirst(absl::string_view author) {
    author = absl::StripAsciiWhitespace(author);
    const size_t space = author.rfind(' ');
    if (absl::StrContains(author, ',') || space == absl::string_view::npos) {
      return std::string(author);
    }
    return absl::StrCat(author.substr(space + 1), ", ",
                        author.substr(0, space));
  }

  const absl::string_view file_;
  const absl::string_view text_;
  size_t at_ = 0;
  size_t entry_ = 0;
  std::map<std::string, std::string> strings_;
  std::vector<Citation> citations_;
};

}  // namespace

absl::StatusOr<std::vector<Citation>> ReadBibtex(absl::string_view file,
                                                 absl::string_view text) {
  return BibtexParser(file, text).Parse();
}

}  // namespace consilium
