// What a study of ClinicalTrials.gov says of itself, as a trial and the
// publications that it names.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_TRIAL_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_TRIAL_H_

#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// Adds the trial, first of all records.
v1::Trial& ReadCtgovTrial(const JsonNode& study, StudyBuilder& builder);

// Adds a publication for each PubMed number among the references, and links
// the trial to it.
void ReadCtgovReferences(const JsonNode& module, v1::Trial& trial,
                         StudyBuilder& builder);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_TRIAL_H_
