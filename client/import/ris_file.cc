#include <re2/re2.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/citation_files.h"
#include "client/import/import_text.h"
#include "client/import/tagged_lines.h"
#include "client/import/text_pattern.h"

namespace consilium {
namespace {

constexpr char kRisWanted[] = "references in RIS";

// One entry, tag by tag.
class RisEntry {
 public:
  explicit RisEntry(const TaggedValue& first) {
    citation_.place = absl::StrCat("line ", first.line);
    const std::string& type = first.value;
    if (type == "CONF" || type == "CPAPER" || type == "ABST") {
      citation_.type = v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT;
    } else if (type == "BOOK" || type == "CHAP" || type == "EDBOOK" ||
               type == "THES" || type == "RPRT" || type == "GEN") {
      citation_.type = v1::PUBLICATION_TYPE_OTHER;
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
