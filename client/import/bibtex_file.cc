#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
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
#include "client/import/tex_text.h"
#include "client/import/text_pattern.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kBibtexWanted[] = "references in BibTeX";

// What an entry of a type is that is no article. Books and theses have no type
// of their own; their publisher, and of a part its book, tell them apart.
v1::PublicationType EntryTypeOf(absl::string_view entry) {
  static const auto& others = *new std::set<absl::string_view>{
      "book",        "booklet", "collection", "inbook",        "incollection",
      "manual",      "mvbook",  "phdthesis",  "mastersthesis", "thesis",
      "proceedings", "report",  "techreport", "dataset",       "software"};
  if (entry == "inproceedings" || entry == "conference") {
    return v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT;
  }
  return others.count(entry) > 0 ? v1::PUBLICATION_TYPE_OTHER
                                 : v1::PUBLICATION_TYPE_UNSPECIFIED;
}

bool IsNumber(absl::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Whether every style of BibTeX defines `name`, which is in lower case.
bool IsMonth(absl::string_view name) {
  static const auto& months = *new std::set<absl::string_view>{
      "jan", "feb", "mar", "apr", "may", "jun",
      "jul", "aug", "sep", "oct", "nov", "dec"};
  return months.count(name) > 0;
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
      if (type.empty()) continue;  // Text between entries.
      if (Take('{')) {
        close_ = '}';
      } else if (Take('(')) {
        close_ = ')';
      } else {
        continue;
      }
      if (type == "comment" || type == "preamble") {
        if (close_ != '}') continue;  // Text up to the next entry.
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
    return BadLine(file_, static_cast<size_t>(LineOfEntry()), what);
  }

  int64_t LineOfEntry() const { return LineOf(entry_); }

  int64_t LineOf(size_t place) const {
    const auto before = text_.substr(0, place);
    return std::count(before.begin(), before.end(), '\n') + 1;
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
    const size_t end = EndOfGroup(text_, start);
    if (end == absl::string_view::npos) {
      return Bad("the file ends inside this entry; want its closing brace");
    }
    at_ = end + 1;
    return std::string(text_.substr(start, end - start));
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
        const std::string name = absl::AsciiStrToLower(part);
        const auto known = strings_.find(name);
        if (known != strings_.end()) {
          part = known->second;
        } else if (!IsNumber(part) && !IsMonth(name)) {
          undefined_.push_back(
              {absl::StrCat("line ", LineOf(at_)), part,
               "is defined by no @string before it; its name was taken for "
               "what it stands for"});
        }
      }
      absl::StrAppend(&value, part);
    } while (Take('#'));
    return value;
  }

  absl::Status TakeFields(std::map<std::string, std::string>& fields) {
    while (!Take(close_)) {
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
    // Its key means something only in a document, but there one entry.
    const std::string key = TakeWord();
    std::map<std::string, std::string> fields;
    RETURN_IF_ERROR(TakeFields(fields));
    Citation citation;
    citation.place = absl::StrCat("line ", LineOfEntry());
    citation.type = EntryTypeOf(type);
    const auto [first, is_new] =
        lines_.emplace(absl::AsciiStrToLower(key), LineOfEntry());
    if (!is_new && !key.empty()) {
      citation.warnings.push_back(
          {citation.place, key,
           absl::StrCat("is also the key of the entry in line ", first->second,
                        ", and BibTeX reads that alone; both were taken")});
    }
    for (const auto& [name, value] : fields) {
      AddField(name, PlainTex(value), value, citation);
    }
    // Those in a @string before it, too.
    for (ImportNote& note : undefined_) {
      citation.warnings.push_back(std::move(note));
    }
    undefined_.clear();
    citations_.push_back(std::move(citation));
    return absl::OkStatus();
  }

  static void AddField(const std::string& name, std::string text,
                       const std::string& raw, Citation& citation) {
    const std::map<std::string, std::string*> texts = {
        {"title", &citation.title},          {"journal", &citation.journal},
        {"journaltitle", &citation.journal}, {"booktitle", &citation.journal},
        {"school", &citation.journal},       {"institution", &citation.journal},
        {"howpublished", &citation.journal}, {"volume", &citation.volume},
        {"number", &citation.issue},         {"issue", &citation.issue},
        {"abstract", &citation.abstract},    {"publisher", &citation.publisher},
        {"language", &citation.language},    {"pmid", &citation.pmid},
        {"pmcid", &citation.pmcid}};
    if (const auto found = texts.find(name); found != texts.end()) {
      *found->second = std::move(text);
    } else if (name == "year" || name == "date") {
      citation.date = std::move(text);
    } else if (name == "pages") {
      citation.pages = absl::StrReplaceAll(text, {{"–", "-"}, {" ", ""}});
    } else if (name == "doi" || name == "url") {
      // Not TeX, whatever stands in it.
      (name == "doi" ? citation.doi : citation.url) =
          absl::StrReplaceAll(raw, {{"\\_", "_"},
                                    {"\\%", "%"},
                                    {"\\&", "&"},
                                    {"\\#", "#"},
                                    {"{", ""},
                                    {"}", ""}});
    } else if (name == "author") {
      for (const std::string& author : AuthorsOf(raw)) {
        if (author == "others") {
          citation.unknown.push_back("BibTeX author \"others\"");
          continue;
        }
        // In braces of its own it is one name: "{The COVID Group}".
        const std::string plain = PlainTex(author);
        citation.authors.push_back(IsBraced(author) ? plain
                                                    : FamilyFirst(plain));
      }
    } else if (name == "keywords") {
      for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(",;"),
                                                   absl::SkipWhitespace())) {
        citation.keywords.emplace_back(absl::StripAsciiWhitespace(word));
      }
    } else if (name == "issn" || name == "isbn") {
      for (absl::string_view each : absl::StrSplit(text, absl::ByAnyChar(",;"),
                                                   absl::SkipWhitespace())) {
        citation.serial_numbers.emplace_back(each);
      }
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
      depth += DepthOf(word);
      std::string& author = authors.back();
      absl::StrAppend(&author, author.empty() ? "" : " ", word);
    }
    authors.erase(std::remove(authors.begin(), authors.end(), ""),
                  authors.end());
    return authors;
  }

  // How many groups `word` opens and leaves open; less than 0 of those before.
  static int DepthOf(absl::string_view word) {
    int depth = 0;
    for (size_t i = 0; i < word.size(); ++i) {
      if (word[i] == '\\') {
        ++i;
      } else if (word[i] == '{') {
        ++depth;
      } else if (word[i] == '}') {
        --depth;
      }
    }
    return depth;
  }

  // Whether one pair of braces holds all of `name`.
  static bool IsBraced(absl::string_view name) {
    return !name.empty() && name.front() == '{' &&
           EndOfGroup(name, 1) == name.size() - 1;
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
  char close_ = '}';  // What ends the entry.
  std::map<std::string, std::string> strings_;
  std::map<std::string, int64_t> lines_;  // Of keys in lower case.
  std::vector<ImportNote> undefined_;  // Names of strings that are not there.
  std::vector<Citation> citations_;
};

}  // namespace

absl::StatusOr<std::vector<Citation>> ReadBibtex(absl::string_view file,
                                                 absl::string_view text) {
  return BibtexParser(file, text).Parse();
}

}  // namespace consilium
