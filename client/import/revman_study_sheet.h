// What RevMan (Web) and Covidence write of studies, in four tables: study
// information, arms, results and risk of bias.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_REVMAN_STUDY_SHEET_H_
#define CONSILIUM_CLIENT_IMPORT_REVMAN_STUDY_SHEET_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"
#include "client/import/imported_study.h"

namespace consilium {

// Which of the four a table is, by its columns.
enum class RevManStudyTable { kNone, kInformation, kArms, kResults, kBias };
RevManStudyTable RevManStudyTableOf(const CsvTable& table);

// The map, as YAML, for one of the first three; after CompleteRevManStudies.
std::string RevManStudyMap(RevManStudyTable kind);

// Brings one of the first three into the columns of its map: markup is taken
// out of texts, characteristics are gathered, and results of arms and
// comparisons of arms, which share columns, are taken apart.
void CompleteRevManStudies(RevManStudyTable kind, CsvTable& table);

// The judgements in a table of risk of bias, as assessments of `review`, which
// were read in the report `publication`.
std::vector<ImportedStudy> ReadRevManBias(absl::string_view file,
                                          const CsvTable& table,
                                          const std::string& review,
                                          const std::string& publication);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_REVMAN_STUDY_SHEET_H_
