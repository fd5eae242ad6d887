#include "server/page/references.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

// More authors than this are "et al.", as PubMed cites them.
constexpr int kAuthorsShown = 6;

std::string IdOfReport(const v1::Publication& publication) {
  return std::string(absl::StripPrefix(publication.name(), "publications/"));
}

bool IsInitials(absl::string_view word) {
  return word.size() <= 4 && std::all_of(word.begin(), word.end(), [](char c) {
           return absl::ascii_isupper(c) || c == '.' || c == '-';
         });
}

// "Frimodt-Moller" of "Frimodt-Moller J" and of "Frimodt-Moller, Johannes".
std::string FamilyName(absl::string_view author) {
  author = absl::StripSuffix(author, " et al.");
  author = absl::StripSuffix(author, " et al");
  if (const size_t comma = author.find(','); comma != author.npos) {
    return std::string(author.substr(0, comma));
  }
  std::vector<absl::string_view> words =
      absl::StrSplit(author, ' ', absl::SkipEmpty());
  while (words.size() > 1 && IsInitials(words.back())) words.pop_back();
  return absl::StrJoin(words, " ");
}

// Whether a word of a name is written small: "van der Berg".
bool IsParticle(absl::string_view word) {
  static constexpr absl::string_view kParticles[] = {
      "al", "bin", "da", "de", "del", "den", "der", "di", "dos",
      "du", "el",  "la", "le", "ten", "ter", "van", "von"};
  return std::find(std::begin(kParticles), std::end(kParticles), word) !=
         std::end(kParticles);
}

// "Frimodt-Moller" of "FRIMODT-MOLLER".
std::string NameInWriting(absl::string_view word) {
  std::string name;
  bool begins = true;
  for (const char c : word) {
    name += begins ? absl::ascii_toupper(c) : absl::ascii_tolower(c);
    begins = !absl::ascii_isalpha(c);
  }
  return name;
}

// Whether a publication has its authors all in capitals, or all without any,
// as some databases export them. One name of one word may be an acronym, and
// letters beyond ASCII are left as they are.
bool IsOneCase(const v1::Publication& publication) {
  bool upper = false, lower = false, long_word = false;
  for (const std::string& author : publication.authors()) {
    for (const char c : author) {
      if (static_cast<unsigned char>(c) >= 0x80) return false;
      upper = upper || absl::ascii_isupper(c);
      lower = lower || absl::ascii_islower(c);
    }
    const std::vector<absl::string_view> words =
        absl::StrSplit(author, absl::ByAnyChar(" ,"), absl::SkipEmpty());
    long_word = long_word || (words.size() > 1 && words.front().size() > 4);
  }
  return upper != lower && long_word;
}

// A name of several words in one case, as print has it. Initials stay.
std::string InWriting(absl::string_view author) {
  std::vector<std::string> words;
  for (const absl::string_view word : absl::StrSplit(author, ' ')) {
    const bool initials = !words.empty() && word.size() <= 3 &&
                          std::all_of(word.begin(), word.end(), [](char c) {
                            return absl::ascii_isupper(c) || c == '.';
                          });
    words.push_back(initials           ? std::string(word)
                    : IsParticle(word) ? std::string(word)
                                       : NameInWriting(word));
  }
  return absl::StrJoin(words, " ");
}

// The name as print has it: "Smith John" of "SMITH JOHN" and of "smith john",
// where all of a publication's are so. Initials stay, and so does a name of one
// word, which may be that of a group.
std::string AuthorText(const v1::Publication& publication, int index) {
  const std::string& author = publication.authors(index);
  return IsOneCase(publication) && absl::StrContains(author, ' ')
             ? InWriting(author)
             : author;
}

// The family name of the first author likewise.
std::string FirstFamilyName(const v1::Publication& publication) {
  const std::string& author = publication.authors(0);
  const std::string family = FamilyName(author);
  return IsOneCase(publication) && absl::StrContains(author, ' ')
             ? InWriting(family)
             : family;
}

std::string AuthorsText(const v1::Publication& publication) {
  if (publication.authors().empty()) return "";
  const int shown = std::min(publication.authors_size(), kAuthorsShown);
  std::vector<std::string> authors;
  for (int i = 0; i < shown; ++i) {
    authors.push_back(AuthorText(publication, i));
  }
  std::string text = absl::StrJoin(authors, ", ");
  if (shown < publication.authors_size()) absl::StrAppend(&text, ", et al");
  return absl::EndsWith(text, ".") ? text : absl::StrCat(text, ".");
}

// "N Engl J Med. 1948;13(2):100-8."
std::string PlaceText(const v1::Publication& publication) {
  std::string text = publication.journal();
  if (publication.has_year()) {
    absl::StrAppend(&text, text.empty() ? "" : ". ", publication.year());
  }
  if (publication.has_volume()) {
    absl::StrAppend(&text, ";", publication.volume());
  }
  if (publication.has_issue()) {
    absl::StrAppend(&text, "(", publication.issue(), ")");
  }
  if (publication.has_pages()) absl::StrAppend(&text, ":", publication.pages());
  if (!text.empty()) text += '.';
  return text;
}

void Link(HtmlWriter& html, absl::string_view text, absl::string_view address) {
  html.Text(" ");
  html.Element("a", text, {{"href", address}, {"rel", "noreferrer"}});
}

// Whether more is recorded of it than that it exists.
bool IsDescribed(const v1::Publication& publication) {
  return publication.has_title() || publication.authors_size() > 0 ||
         publication.has_doi() || publication.has_pmid() ||
         publication.has_url() || publication.registrations_size() > 0;
}

void WriteReference(HtmlWriter& html, const v1::Publication& publication) {
  html.Open("li", {{"id", absl::StrCat("report-", IdOfReport(publication))}});
  html.Element("strong", ReportLabel(publication));
  html.Text(". ");
  const std::string title =
      absl::EndsWith(publication.title(), ".") || publication.title().empty()
          ? publication.title()
          : absl::StrCat(publication.title(), ".");
  html.Text(JoinWords({AuthorsText(publication), title, PlaceText(publication)},
                      " "));
  if (publication.has_doi()) {
    Link(html, absl::StrCat("doi:", publication.doi()),
         absl::StrCat("https://doi.org/", publication.doi()));
  }
  if (publication.has_pmid()) {
    Link(html, absl::StrCat("PubMed ", publication.pmid()),
         absl::StrCat("https://pubmed.ncbi.nlm.nih.gov/", publication.pmid(),
                      "/"));
  }
  if (publication.has_url() && !publication.has_doi()) {
    Link(html, publication.url(), publication.url());
  }
  for (const std::string& number : publication.registrations()) {
    if (absl::StartsWith(number, "NCT")) {
      Link(html, number,
           absl::StrCat("https://clinicaltrials.gov/study/", number));
    } else {
      html.Text(absl::StrCat(" ", number));
    }
  }
  if (publication.notice() != v1::PUBLICATION_NOTICE_UNSPECIFIED) {
    html.Text(" ");
    WriteMark(html, "doubted", Capitalized(EnumWords(publication.notice())));
  }
  html.Close();
}

}  // namespace

std::string ReportLabel(const v1::Publication& publication) {
  if (publication.authors().empty()) {
    return Capitalized(KebabWords(IdOfReport(publication)));
  }
  return JoinWords(
      {FirstFamilyName(publication),
       publication.has_year() ? absl::StrCat(publication.year()) : ""},
      " ");
}

std::string ReportLabel(const v1::ReviewResult& result, absl::string_view id) {
  const std::string name = absl::StrCat("publications/", id);
  const auto found = std::lower_bound(
      result.reports().begin(), result.reports().end(), name,
      [](const v1::Publication& report, const std::string& wanted) {
        return report.name() < wanted;
      });
  return found == result.reports().end() || found->name() != name
             ? Capitalized(KebabWords(id))
             : ReportLabel(*found);
}

void WriteReferences(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.reports().empty()) return;
  OpenPart(html, "references", "Reports that the results were read in");
  std::vector<const v1::Publication*> reports;
  for (const v1::Publication& each : result.reports()) {
    if (IsDescribed(each)) reports.push_back(&each);
  }
  std::stable_sort(reports.begin(), reports.end(),
                   [](const v1::Publication* a, const v1::Publication* b) {
                     return ReportLabel(*a) < ReportLabel(*b);
                   });
  if (!reports.empty()) {
    html.Open("ul", {{"class", "references"}});
    for (const v1::Publication* each : reports) WriteReference(html, *each);
    html.Close();
  }
  const int others = result.reports_size() - static_cast<int>(reports.size());
  if (others > 0) {
    html.Element("p",
                 absl::StrCat(Plural(others, "report", "reports"),
                              reports.empty() ? "" : " more",
                              ", of which nothing but a name is recorded."),
                 {{"class", "remark"}});
  }
  html.Close();
}

}  // namespace consilium
