#include <re2/re2.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/citation_files.h"
#include "client/import/import_text.h"
#include "client/import/tagged_lines.h"
#include "client/import/text_pattern.h"

namespace consilium {
namespace {

constexpr char kRisWanted[] = "references in RIS";

// What TY calls articles, abstracts of meetings and preprints; and what else it
// may say.
const std::map<std::string, v1::PublicationType>& Types() {
  static const auto& types = *[] {
    auto* all = new std::map<std::string, v1::PublicationType>{
        {"JOUR", v1::PUBLICATION_TYPE_UNSPECIFIED},
        {"EJOUR", v1::PUBLICATION_TYPE_UNSPECIFIED},
        {"JFULL", v1::PUBLICATION_TYPE_UNSPECIFIED},
        {"INPR", v1::PUBLICATION_TYPE_UNSPECIFIED},
        {"ABST", v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT},
        {"CONF", v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT},
        {"CPAPER", v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT},
        {"UNPB", v1::PUBLICATION_TYPE_PREPRINT}};
    for (const char* other :
         {"ADVS",  "AGGR",    "ANCIENT", "ART",    "BILL",   "BLOG",   "BOOK",
          "CASE",  "CHAP",    "CHART",   "CLSWK",  "COMP",   "CTLG",   "DATA",
          "DBASE", "DICT",    "EBOOK",   "ECHAP",  "EDBOOK", "ELEC",   "ENCYC",
          "EQUA",  "FIGURE",  "GEN",     "GOVDOC", "GRANT",  "HEAR",   "ICOMM",
          "LEGAL", "MANSCPT", "MAP",     "MGZN",   "MPCT",   "MULTI",  "MUSIC",
          "NEWS",  "PAMP",    "PAT",     "PCOMM",  "RPRT",   "SER",    "SLIDE",
          "SOUND", "STAND",   "STAT",    "STD",    "THES",   "UNBILL", "VIDEO",
          "WEB"}) {
      all->emplace(other, v1::PUBLICATION_TYPE_OTHER);
    }
    return all;
  }();
  return types;
}

// One entry, tag by tag.
class RisEntry {
 public:
  explicit RisEntry(const TaggedValue& first) {
    citation_.place = absl::StrCat("line ", first.line);
    const auto type = Types().find(absl::AsciiStrToUpper(first.value));
    if (type != Types().end()) {
      citation_.type = type->second;
    } else {
      citation_.warnings.push_back(
          {absl::StrCat("line ", first.line, ", TY"), first.value,
           "is no type that RIS has; taken as a reference without a type"});
    }
  }

  void Add(const TaggedValue& each) {
    if (each.value.empty()) return;
    const auto lists = Lists();
    if (const auto list = lists.find(each.tag); list != lists.end()) {
      list->second->push_back(each.value);
      return;
    }
    const auto texts = Texts();
    if (const auto text = texts.find(each.tag); text != texts.end()) {
      // The first of several names of one thing.
      if (text->second->empty()) *text->second = each.value;
      return;
    }
    AddOther(each);
  }

  Citation Finish() {
    Citation& c = citation_;
    if (c.journal.empty()) c.journal = short_journal_;
    if (c.title.empty()) c.title = other_title_;
    c.pages = first_page_;
    if (!last_page_.empty() && last_page_ != first_page_ &&
        !absl::StrContains(first_page_, "-")) {
      absl::StrAppend(&c.pages, "-", last_page_);
    }
    const bool pubmed =
        Says(database_, "(?i)pubmed|medline|\\bnlm\\b") ||
        (database_.empty() && Says(accession_, "^(PMID:? ?)?[0-9]{7,8}$"));
    std::string digits;
    if (pubmed &&
        RE2::FullMatch(accession_,
                       Pattern("(?i)(?:PMID:? ?)?([0-9]{1,9})(?:\\[.*)?"),
                       &digits)) {
      if (c.pmid.empty()) c.pmid = digits;
    } else if (!accession_.empty()) {
      c.accession_numbers.push_back(
          database_.empty() ? accession_
                            : absl::StrCat(database_, ":", accession_));
    }
    return std::move(citation_);
  }

 private:
  std::map<std::string, std::vector<std::string>*> Lists() {
    return {{"AU", &citation_.authors},     {"A1", &citation_.authors},
            {"KW", &citation_.keywords},    {"SN", &citation_.serial_numbers},
            {"N1", &citation_.trial_texts}, {"M1", &citation_.trial_texts}};
  }
  std::map<std::string, std::string*> Texts() {
    return {{"TI", &citation_.title},     {"T1", &citation_.title},
            {"CT", &other_title_},        {"BT", &other_title_},
            {"JF", &citation_.journal},   {"JO", &citation_.journal},
            {"T2", &citation_.journal},   {"JA", &short_journal_},
            {"J1", &short_journal_},      {"J2", &short_journal_},
            {"PY", &citation_.date},      {"Y1", &citation_.date},
            {"DA", &citation_.date},      {"VL", &citation_.volume},
            {"IS", &citation_.issue},     {"CP", &citation_.issue},
            {"SP", &first_page_},         {"EP", &last_page_},
            {"DO", &citation_.doi},       {"AB", &citation_.abstract},
            {"N2", &citation_.abstract},  {"LA", &citation_.language},
            {"PB", &citation_.publisher}, {"DB", &database_},
            {"DP", &database_},           {"AN", &accession_}};
  }

  void AddOther(const TaggedValue& each) {
    std::string digits;
    if (each.tag == "UR" || each.tag == "LK" || each.tag == "L2") {
      if (RE2::PartialMatch(
              each.value,
              Pattern("(?:pubmed\\.ncbi\\.nlm\\.nih\\.gov|"
                      "ncbi\\.nlm\\.nih\\.gov/pubmed)/([0-9]{1,9})"),
              &digits)) {
        citation_.pmid = digits;
      }
      if (citation_.url.empty() && Says(each.value, "^https?://")) {
        citation_.url = each.value;
      }
    } else if (Says(each.value, "^PMC[0-9]+$")) {
      citation_.pmcid = each.value;
    } else if (each.tag == "M3") {
      if (Says(each.value, "(?i)conference|abstract")) {
        citation_.type = v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT;
      } else if (Says(each.value, "^10\\.") && citation_.doi.empty()) {
        citation_.doi = each.value;
      }
    } else {
      citation_.unknown.push_back(absl::StrCat("RIS ", each.tag));
    }
  }

  Citation citation_;
  std::string short_journal_, other_title_, first_page_, last_page_;
  std::string database_, accession_;
};

}  // namespace

absl::StatusOr<std::vector<Citation>> ReadRis(absl::string_view file,
                                              absl::string_view text) {
  std::vector<Citation> citations;
  std::optional<RisEntry> entry;
  size_t start = 0;
  for (const TaggedValue& each : SplitTaggedLines(text)) {
    if (each.tag.empty()) continue;
    if (each.tag == "TY") {
      if (entry) {
        return BadLine(file, each.line,
                       absl::StrCat("an entry starts inside that of line ",
                                    start, "; want ER before it"));
      }
      entry.emplace(each);
      start = each.line;
    } else if (!entry) {
      if (citations.empty()) return WrongFormat(file, text, kRisWanted);
      return BadLine(file, each.line, "belongs to no entry; want TY first");
    } else if (each.tag == "ER") {
      citations.push_back(entry->Finish());
      entry.reset();
    } else {
      entry->Add(each);
    }
  }
  if (entry) {
    return BadLine(file, start, "the file ends inside this entry; want its ER");
  }
  if (citations.empty()) return WrongFormat(file, text, kRisWanted);
  return citations;
}

}  // namespace consilium
