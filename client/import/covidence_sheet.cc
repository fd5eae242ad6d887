#include "client/import/covidence_sheet.h"

#include <re2/re2.h>

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/import/text_pattern.h"

namespace consilium {
namespace {

constexpr char kReferences[] = R"(rows: publication
columns:
  Title: title
  Authors: authors
  Abstract: abstract
  Published Year: year
  Journal: journal
  Volume: volume
  Issue: issue
  Pages: pages
  Accession Number: accessionNumbers
  DOI: doi
  Notes: note
  Tags: keywords
  "Covidence #": source.note
)";

// The columns that CompleteCovidenceRows adds.
constexpr char kTitles[] = "Title and abstract";
constexpr char kTexts[] = "Full text";
constexpr char kReason[] = "Exclusion reason";

constexpr char kDecisions[] =
    R"(# Added from the name of the file, and from the notes.
  Title and abstract: screening[title-abstract].decision
  Full text: screening[full-text].decision
  Exclusion reason: screening[full-text].reason
constants:
  screening[title-abstract].stage: title-abstract
  screening[title-abstract].screener: consensus
  screening[full-text].stage: full-text
  screening[full-text].screener: consensus
)";

struct Decided {
  absl::string_view titles, texts;
};

Decided DecidedAt(CovidencePlace place) {
  switch (place) {
    case CovidencePlace::kScreen:
      break;
    case CovidencePlace::kSelect:
      return {"include", ""};
    case CovidencePlace::kIrrelevant:
      return {"exclude", ""};
    case CovidencePlace::kIncluded:
      return {"include", "include"};
    case CovidencePlace::kExcluded:
      return {"include", "exclude"};
  }
  return {"", ""};
}

// Takes the reason out of "Exclusion reason: Wrong study design; ", and leaves
// what else stands there.
absl::string_view TakeReason(absl::string_view& notes) {
  absl::string_view rest = notes;
  if (!absl::ConsumePrefix(&rest, "Exclusion reason:")) return "";
  const size_t end = rest.find(';');
  const absl::string_view reason =
      absl::StripAsciiWhitespace(rest.substr(0, end));
  notes = end == absl::string_view::npos
              ? ""
              : absl::StripAsciiWhitespace(rest.substr(end + 1));
  return reason;
}

}  // namespace

std::optional<CovidenceFile> CovidenceFileOf(absl::string_view file) {
  static const auto& places = *new std::map<std::string, CovidencePlace>{
      {"screen", CovidencePlace::kScreen},
      {"select", CovidencePlace::kSelect},
      {"irrelevant", CovidencePlace::kIrrelevant},
      {"included", CovidencePlace::kIncluded},
      {"excluded", CovidencePlace::kExcluded}};
  const absl::string_view name = file.substr(file.find_last_of('/') + 1);
  CovidenceFile found;
  std::string place;
  if (!RE2::PartialMatch(Piece(name),
                         Pattern("review_([0-9]+)_([a-z]+)_csv_[0-9]+"),
                         &found.review, &place)) {
    return std::nullopt;
  }
  const auto known = places.find(place);
  if (known == places.end()) return std::nullopt;
  found.place = known->second;
  return found;
}

bool IsOfCovidence(const CsvTable& table) {
  for (const char* name : {"Title", "Authors", "Covidence #", "Study", "Ref"}) {
    if (!table.Find(name)) return false;
  }
  return true;
}

std::string CovidenceMap(absl::string_view file, absl::string_view review) {
  std::string map = "# References as Covidence exports them.\n";
  // Each export has a name of its own; all of a review are one sheet.
  if (const auto told = CovidenceFileOf(file)) {
    absl::StrAppend(&map, "sheet: Covidence ", told->review, "\n");
  }
  absl::StrAppend(&map, kReferences);
  if (!review.empty()) {
    absl::StrAppend(
        &map, kDecisions, "  review.id: \"",
        absl::StrReplaceAll(review, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"\n");
  }
  return absl::StrCat(map, "ignore: [Published Month, Ref, Study]\n");
}

void CompleteCovidenceRows(absl::string_view file, CsvTable& table) {
  if (!IsOfCovidence(table) || table.Find(kTitles) || table.Find(kTexts) ||
      table.Find(kReason)) {
    return;
  }
  const auto told = CovidenceFileOf(file);
  const Decided decided =
      DecidedAt(told ? told->place : CovidencePlace::kScreen);
  const auto notes = table.Find("Notes");
  table.header.insert(table.header.end(), {kTitles, kTexts, kReason});
  for (CsvRow& row : table.rows) {
    absl::string_view reason;
    if (notes) reason = TakeReason(row.cells[*notes]);
    row.cells.insert(row.cells.end(), {decided.titles, decided.texts, reason});
  }
}

bool IsAddedToCovidence(absl::string_view column) {
  return column == kTitles || column == kTexts || column == kReason;
}

}  // namespace consilium
