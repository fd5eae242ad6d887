// What part of the participants an outcome of ClinicalTrials.gov is of, by its
// title and its population: squamous tumours, PD-L1 of at least 50 %.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_PARTS_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_PARTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// The terms that `text` narrows participants by. Histologies, biomarkers,
// ages and regions that it names in a form that has one meaning.
std::vector<v1::Subgroup> TermsOf(absl::string_view text);

// The terms by which an outcome is narrower than its trial: those of its title,
// else those of its population, without what the trial itself is about. What a
// title narrows by in other words, "(Part 2)", is a cohort of these words.
enum class TitleWords {
  kTerms,  // Only terms are read: the title is of anything.
  kAll,    // The title is of a known measure; other words narrow it too.
};
std::vector<v1::Subgroup> PartsOf(absl::string_view title,
                                  absl::string_view population,
                                  const v1::Trial& trial, TitleWords words);

// A title without the metastases that participants have: "PFS in Participants
// With CNS Metastases" is not of the brain.
std::string WithoutSites(absl::string_view title);

// Whether the words say which population was analyzed and no more: "ITT",
// "Full analysis set (all randomized participants)".
bool IsPlainPopulation(absl::string_view population);

// `text` with its signs of order as words or letters that a key keeps: "<65" as
// "below 65", ">=65" as "≥65".
std::string KeepSigns(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_PARTS_H_
