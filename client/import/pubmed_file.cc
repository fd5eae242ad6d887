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

namespace consilium {
namespace {

constexpr char kPubMedWanted[] =
    "references as PubMed exports them for citation "
    "managers (nbib)";

// Types of PubMed that say what kind of publication it is, the first that
// applies.
struct TypeWord {
  const char* word;
  v1::PublicationType type;
};
constexpr TypeWord kTypes[] = {
    {"Meta-Analysis", v1::PUBLICATION_TYPE_META_ANALYSIS},
    {"Systematic Review", v1::PUBLICATION_TYPE_REVIEW},
    {"Review", v1::PUBLICATION_TYPE_REVIEW},
    {"Clinical Trial Protocol", v1::PUBLICATION_TYPE_PROTOCOL},
    {"Published Erratum", v1::PUBLICATION_TYPE_CORRECTION},
    {"Retraction of Publication", v1::PUBLICATION_TYPE_CORRECTION},
    {"Editorial", v1::PUBLICATION_TYPE_COMMENT},
    {"Comment", v1::PUBLICATION_TYPE_COMMENT},
    {"Letter", v1::PUBLICATION_TYPE_COMMENT},
    {"Preprint", v1::PUBLICATION_TYPE_PREPRINT}};

class PubMedEntry {
 public:
  explicit PubMedEntry(const TaggedValue& first) {
    citation_.place = absl::StrCat("line ", first.line);
    citation_.pmid = first.value;
  }

  bool has_source() const { return has_source_; }

  void Add(const TaggedValue& each) {
    const std::map<std::string, std::string*> texts = {
        {"TI", &citation_.title},    {"BTI", &citation_.title},
        {"TA", &short_journal_},     {"JT", &citation_.journal},
        {"DP", &citation_.date},     {"VI", &citation_.volume},
        {"IP", &citation_.issue},    {"PG", &citation_.pages},
        {"AB", &citation_.abstract}, {"LA", &citation_.language},
        {"PMC", &citation_.pmcid},   {"PB", &citation_.publisher}};
    if (const auto text = texts.find(each.tag); text != texts.end()) {
      if (text->second->empty()) *text->second = each.value;
    } else if (each.tag == "FAU") {
      citation_.authors.push_back(each.value);
    } else if (each.tag == "AU") {
      short_authors_.push_back(each.value);
    } else if (each.tag == "CN") {
      group_authors_.push_back(each.value);
    } else if (each.tag == "OT" || each.tag == "MH") {
      citation_.keywords.push_back(each.value);
    } else if (each.tag == "IS" || each.tag == "ISBN") {
      citation_.serial_numbers.push_back(each.value);
    } else if (each.tag == "SI") {
      // "ClinicalTrials.gov/NCT02296125".
      citation_.trial_texts.push_back(each.value);
    } else {
      AddOther(each);
    }
  }

  Citation Finish() {
    if (citation_.authors.empty()) citation_.authors = short_authors_;
    for (std::string& group : group_authors_) {
      citation_.authors.push_back(std::move(group));
    }
    if (citation_.journal.empty()) citation_.journal = short_journal_;
    return std::move(citation_);
  }

 private:
  void AddOther(const TaggedValue& each) {
    static const std::map<std::string, bool>& administrative =
        *new std::map<std::string, bool>{
            {"OWN", true},  {"STAT", true}, {"DCOM", true}, {"LR", true},
            {"AD", true},   {"AUID", true}, {"EDAT", true}, {"MHDA", true},
            {"CRDT", true}, {"PHST", true}, {"PST", true},  {"PL", true},
            {"JID", true},  {"SB", true},   {"DEP", true},  {"JI", true}};
    if (each.tag == "LID" || each.tag == "AID") {
      if (absl::EndsWith(each.value, "[doi]") && citation_.doi.empty()) {
        citation_.doi = each.value;
      }
    } else if (each.tag == "PT") {
      for (const auto& [word, type] : kTypes) {
        if (each.value == word && citation_.type == 0) citation_.type = type;
      }
      if (each.value == "Retracted Publication") {
        citation_.notice = v1::PUBLICATION_NOTICE_RETRACTED;
      }
    } else if (each.tag == "RIN") {
      citation_.notice = v1::PUBLICATION_NOTICE_RETRACTED;
    } else if (each.tag == "ECI") {
      if (citation_.notice != v1::PUBLICATION_NOTICE_RETRACTED) {
        citation_.notice = v1::PUBLICATION_NOTICE_CONCERN;
      }
    } else if (each.tag == "EIN") {
      if (citation_.notice == 0) {
        citation_.notice = v1::PUBLICATION_NOTICE_CORRECTED;
      }
    } else if (each.tag == "SO") {
      has_source_ = true;
    } else if (administrative.count(each.tag) == 0) {
      citation_.unknown.push_back(absl::StrCat("PubMed ", each.tag));
    }
  }

  Citation citation_;
  std::string short_journal_;
  std::vector<std::string> short_authors_, group_authors_;
  bool has_source_ = false;
};

}  // namespace

absl::StatusOr<std::vector<Citation>> ReadPubMed(absl::string_view file,
                                                 absl::string_view text) {
  std::vector<Citation> citations;
  std::optional<PubMedEntry> entry;
  size_t start = 0;
  for (const TaggedValue& each : SplitTaggedLines(text)) {
    if (each.tag.empty()) continue;
    if (each.tag == "PMID") {
      if (entry) citations.push_back(entry->Finish());
      entry.emplace(each);
      start = each.line;
    } else if (!entry) {
      return WrongFormat(file, text, kPubMedWanted);
    } else if (each.tag == "?") {
      return BadLine(file, each.line, "belongs to no value; want a tag first");
    } else {
      entry->Add(each);
    }
  }
  if (!entry) return WrongFormat(file, text, kPubMedWanted);
  // PubMed ends an entry with SO, and a file with the end of a line.
  if (!entry->has_source() && !absl::EndsWith(text, "\n")) {
    return BadLine(file, start, "the file ends inside this entry; want its SO");
  }
  citations.push_back(entry->Finish());
  return citations;
}

}  // namespace consilium
