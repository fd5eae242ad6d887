#include "client/export/citations.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace consilium {
namespace {

std::string PublicationIdOf(const v1::Publication& publication) {
  return publication.name().substr(publication.name().rfind('/') + 1);
}

// `text` on one line: a line break would end the field.
std::string OnOneLine(absl::string_view text) {
  return absl::StrJoin(
      absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()), " ");
}

// What reference managers call it, in RIS and in BibTeX.
struct EntryType {
  absl::string_view ris;
  absl::string_view bibtex;
  absl::string_view journal;  // The field of BibTeX that `journal` is.
  absl::string_view publisher = "publisher";
};

// An ISBN has 10 or 13 digits, an ISSN 8.
bool IsIsbn(absl::string_view number) {
  return std::count(number.begin(), number.end(), '-') + 10 <=
         static_cast<std::ptrdiff_t>(number.size());
}

EntryType EntryTypeOf(const v1::Publication& publication) {
  const bool in_journal = publication.has_journal();
  const bool has_isbn = std::any_of(publication.serial_numbers().begin(),
                                    publication.serial_numbers().end(), IsIsbn);
  switch (publication.type()) {
    case v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT:
      return {"CPAPER", "inproceedings", "booktitle"};
    case v1::PUBLICATION_TYPE_PREPRINT:
      return {"UNPB", in_journal ? "article" : "misc", "journal"};
    case v1::PUBLICATION_TYPE_AGENCY_DOCUMENT:
      // A report wants the institution that gave it out.
      if (publication.has_publisher()) {
        return {"RPRT", "techreport", "howpublished", "institution"};
      }
      return in_journal ? EntryType{"RPRT", "techreport", "institution"}
                        : EntryType{"ELEC", "misc", "howpublished"};
    case v1::PUBLICATION_TYPE_OTHER:
      if (!has_isbn && !publication.has_publisher()) {
        return {"GEN", "misc", "howpublished"};
      }
      break;
    default:
      // Also reviews and reports appear in books, but not in those of journals.
      if (!has_isbn && (in_journal || !publication.has_publisher())) {
        return {"JOUR", in_journal ? "article" : "misc", "journal"};
      }
  }
  // Books have a publisher, and their parts a book that they are in.
  return in_journal ? EntryType{"CHAP", "incollection", "booktitle"}
                    : EntryType{"BOOK", "book", "booktitle"};
}

class RisRecord {
 public:
  void Add(absl::string_view tag, absl::string_view value) {
    if (value.empty()) return;
    absl::StrAppend(&text_, tag, "  - ", OnOneLine(value), "\r\n");
  }
  std::string Take() { return std::move(text_) + "ER  - \r\n\r\n"; }

 private:
  std::string text_;
};

// First and last page; all in the first when it is no range.
std::pair<std::string, std::string> PagesOf(const v1::Publication& record) {
  std::vector<std::string> parts = absl::StrSplit(record.pages(), '-');
  if (parts.size() != 2) return {record.pages(), ""};
  return {parts[0], parts[1]};
}

std::string ToRis(const v1::Publication& publication) {
  RisRecord ris;
  const EntryType type = EntryTypeOf(publication);
  ris.Add("TY", type.ris);
  ris.Add("ID", PublicationIdOf(publication));
  ris.Add("TI", publication.title());
  for (const std::string& author : publication.authors()) {
    ris.Add("AU", author);
  }
  if (publication.has_year()) ris.Add("PY", absl::StrCat(publication.year()));
  ris.Add(type.ris == "JOUR" || type.ris == "UNPB" ? "JO" : "T2",
          publication.journal());
  ris.Add("VL", publication.volume());
  ris.Add("IS", publication.issue());
  const auto [first, last] = PagesOf(publication);
  ris.Add("SP", first);
  ris.Add("EP", last);
  ris.Add("PB", publication.publisher());
  for (const std::string& number : publication.serial_numbers()) {
    ris.Add("SN", number);
  }
  ris.Add("DO", publication.doi());
  ris.Add("AN", publication.pmid());
  ris.Add("C2", publication.pmcid());
  ris.Add("UR", publication.url());
  ris.Add("LA", publication.language());
  for (const std::string& word : publication.keywords()) ris.Add("KW", word);
  for (const std::string& number : publication.registrations()) {
    ris.Add("N1", absl::StrCat("Registration: ", number));
  }
  for (const std::string& number : publication.accession_numbers()) {
    ris.Add("N1", absl::StrCat("Accession: ", number));
  }
  ris.Add("N1", publication.note());
  ris.Add("AB", publication.abstract());
  return ris.Take();
}

// A DOI or a URL, which stand as they are: BibTeX counts braces in them, with
// or without a backslash.
std::string BibtexAddress(absl::string_view address) {
  return absl::StrReplaceAll(address, {{"{", "%7B"}, {"}", "%7D"}});
}

// What TeX takes for itself, written so that it prints it.
std::string BibtexText(absl::string_view text) {
  std::string escaped;
  for (const char c : OnOneLine(text)) {
    switch (c) {
      case '\\':
        escaped += "{\\textbackslash}";
        break;
      case '~':
        escaped += "{\\textasciitilde}";
        break;
      case '^':
        escaped += "{\\textasciicircum}";
        break;
      // Balanced: BibTeX counts braces behind a backslash too.
      case '{':
        escaped += "{\\textbraceleft}";
        break;
      case '}':
        escaped += "{\\textbraceright}";
        break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
        escaped.push_back('\\');
        escaped.push_back(c);
        break;
      default:
        escaped.push_back(c);
    }
  }
  return escaped;
}

std::string ToBibtex(const v1::Publication& publication) {
  const EntryType type = EntryTypeOf(publication);
  std::string entry =
      absl::StrCat("@", type.bibtex, "{", PublicationIdOf(publication));
  const auto add = [&](absl::string_view name, absl::string_view value) {
    if (value.empty()) return;
    absl::StrAppend(&entry, ",\n  ", name, " = {", value, "}");
  };
  std::vector<std::string> authors;
  for (const std::string& author : publication.authors()) {
    // An institution's name is no family name and given names.
    authors.push_back(absl::StrContains(author, ',') ||
                              !absl::StrContains(author, ' ')
                          ? BibtexText(author)
                          : absl::StrCat("{", BibtexText(author), "}"));
  }
  add("author", absl::StrJoin(authors, " and "));
  // The braces keep the capitals of drugs and genes.
  if (publication.has_title()) {
    add("title", absl::StrCat("{", BibtexText(publication.title()), "}"));
  }
  add(type.journal, BibtexText(publication.journal()));
  if (publication.has_year()) add("year", absl::StrCat(publication.year()));
  add("volume", BibtexText(publication.volume()));
  add("number", BibtexText(publication.issue()));
  add("pages", absl::StrJoin(absl::StrSplit(BibtexText(publication.pages()),
                                            '-', absl::SkipEmpty()),
                             "--"));
  add(type.publisher, BibtexText(publication.publisher()));
  std::vector<std::string> isbns, issns;
  for (const std::string& number : publication.serial_numbers()) {
    (IsIsbn(number) ? isbns : issns).push_back(BibtexText(number));
  }
  add("isbn", absl::StrJoin(isbns, ", "));
  add("issn", absl::StrJoin(issns, ", "));
  add("doi", BibtexAddress(publication.doi()));
  add("pmid", publication.pmid());
  add("pmcid", publication.pmcid());
  add("url", BibtexAddress(publication.url()));
  add("language", publication.language());
  add("keywords", BibtexText(absl::StrJoin(publication.keywords(), ", ")));
  if (!publication.registrations().empty()) {
    add("note", BibtexText(absl::StrCat(
                    "Registration: ",
                    absl::StrJoin(publication.registrations(), ", "))));
  }
  add("abstract", BibtexText(publication.abstract()));
  return absl::StrCat(entry, "\n}\n\n");
}

}  // namespace

bool IsReference(const v1::Publication& publication) {
  return publication.has_title() || publication.authors_size() > 0 ||
         publication.has_journal() || publication.has_doi() ||
         publication.has_pmid() || publication.has_pmcid() ||
         publication.has_url() || publication.has_abstract() ||
         publication.has_note() || publication.registrations_size() > 0 ||
         publication.accession_numbers_size() > 0;
}

std::string PublicationsToRis(absl::Span<const v1::Publication> publications) {
  std::string ris;
  for (const v1::Publication& each : publications) ris += ToRis(each);
  return ris;
}

std::string PublicationsToBibtex(
    absl::Span<const v1::Publication> publications) {
  std::string bibtex;
  for (const v1::Publication& each : publications) bibtex += ToBibtex(each);
  return bibtex;
}

}  // namespace consilium
