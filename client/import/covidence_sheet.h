// References as Covidence exports them, and what the export tells of their
// screening.
//
// Covidence writes one file for each place that a reference can be in:
// "review_59500_excluded_csv_20190925102123.csv". The columns are the same in
// all; the reason of an exclusion stands in the notes. What each reviewer voted
// is in none of them.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_COVIDENCE_SHEET_H_
#define CONSILIUM_CLIENT_IMPORT_COVIDENCE_SHEET_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"

namespace consilium {

// Where the references of a file are in the review.
enum class CovidencePlace {
  kScreen,      // Not screened yet.
  kSelect,      // Taken in by title and abstract.
  kIrrelevant,  // Left out by title and abstract.
  kIncluded,    // Taken in by full text.
  kExcluded,    // Left out by full text.
};

// What the name of a file tells; absent when Covidence did not give it.
struct CovidenceFile {
  std::string review;  // The number that Covidence calls it by.
  CovidencePlace place = CovidencePlace::kScreen;
};
std::optional<CovidenceFile> CovidenceFileOf(absl::string_view file);

// Whether `table` has the columns of such a file.
bool IsOfCovidence(const CsvTable& table);

// The map for it, as YAML. With `review`, an id of ours, it takes what
// CompleteCovidenceRows adds as decisions for that review.
std::string CovidenceMap(absl::string_view file, absl::string_view review);

// Adds what was decided as columns, as far as the name of `file` tells, and
// takes the reasons out of the notes.
void CompleteCovidenceRows(absl::string_view file, CsvTable& table);

// Whether it adds a column of that name.
bool IsAddedToCovidence(absl::string_view column);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_COVIDENCE_SHEET_H_
