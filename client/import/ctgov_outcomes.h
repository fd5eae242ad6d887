// Outcome measures of ClinicalTrials.gov, planned and posted.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_OUTCOMES_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_OUTCOMES_H_

#include "client/import/ctgov_arms.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// Endpoints with the numbers and analyses of the results.
void ReadCtgovOutcomes(const JsonNode& module, const v1::Trial& trial,
                       CtgovArms& arms, StudyBuilder& builder);

// Endpoints without numbers, of a study that has no results yet.
void ReadCtgovPlannedOutcomes(const JsonNode& module, const v1::Trial& trial,
                              StudyBuilder& builder);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_OUTCOMES_H_
