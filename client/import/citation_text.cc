#include "client/import/citation_text.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/import/text_pattern.h"
#include "proto/base/utf8.h"

namespace consilium {

std::string FindDoi(absl::string_view text) {
  static const RE2& form = *new RE2("(?i)\\b(10\\.[0-9]{4,9}/[^\\s\"<>]+)");
  std::string doi;
  if (!RE2::PartialMatch(Piece(text), form, &doi)) return "";
  while (!doi.empty() && absl::StrContains(".,;:)]}", doi.back())) {
    // A bracket may belong to it: 10.1016/S0140-6736(16)32455-2.
    if (doi.back() == ')' && absl::StrContains(doi, '(')) {
      const auto open = std::count(doi.begin(), doi.end(), '(');
      if (std::count(doi.begin(), doi.end(), ')') <= open) break;
    }
    doi.pop_back();
  }
  absl::AsciiStrToLower(&doi);
  return doi;
}

void ReadCitation(absl::string_view text, v1::Publication& publication) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return;
  if (const std::string doi = FindDoi(text); !doi.empty()) {
    publication.set_doi(doi);
  }
  static const RE2& form = *new RE2(
      "((?:[^.]|\\.,)+?)\\. (.+?[.?!]) ([^.?!;]+|(?:[A-Z][a-z]{0,6}\\. "
      ")+[^.?!;]+)"
      "\\. "
      "([12][0-9]{3})\\b[^;:.]*(?:;([^(:;.]*)(?:\\(([^)]*)\\))?"
      "(?::([^.;]*))?)?.*");
  std::string authors, title, journal, volume, issue, pages;
  int year = 0;
  if (!RE2::FullMatch(Piece(text), form, &authors, &title, &journal, &year,
                      &volume, &issue, &pages)) {
    publication.set_title(ShortenUtf8(text, 2000));
    return;
  }
  for (absl::string_view author :
       absl::StrSplit(authors, absl::ByAnyChar(",;"))) {
    author = absl::StripAsciiWhitespace(author);
    if (author.empty() || author == "et al") continue;
    publication.add_authors(ShortenUtf8(author, 2000));
  }
  absl::string_view whole = title;
  absl::ConsumeSuffix(&whole, ".");
  publication.set_title(ShortenUtf8(whole, 2000));
  publication.set_journal(ShortenUtf8(journal, 500));
  publication.set_year(year);
  const auto set = [](absl::string_view part, std::string* field) {
    part = absl::StripAsciiWhitespace(part);
    *field = std::string(part.substr(0, 50));
  };
  if (!volume.empty()) set(volume, publication.mutable_volume());
  if (!issue.empty()) set(issue, publication.mutable_issue());
  if (!pages.empty()) set(pages, publication.mutable_pages());
}

}  // namespace consilium
