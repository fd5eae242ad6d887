// One study of ClinicalTrials.gov, API v2, as the records of a trial.
//
// README.md has the table of what goes where. Registry values name the NCT
// number as their registration, so that they stand beside those of papers.
//
// Pure function.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_STUDY_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_STUDY_H_

#include "absl/strings/string_view.h"
#include "client/import/imported_study.h"

namespace consilium {

// Everything that is wrong is among the study's problems; never fails.
ImportedStudy ReadCtgovStudy(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_STUDY_H_
