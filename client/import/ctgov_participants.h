// How many took part in a study of ClinicalTrials.gov, and who they were.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_PARTICIPANTS_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_PARTICIPANTS_H_

#include "client/import/ctgov_arms.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// The participants who started, as counts of the arms.
void ReadCtgovFlow(const JsonNode& module, const v1::Trial& trial,
                   CtgovArms& arms, StudyBuilder& builder);

// The baseline of whole arms. That of cohorts and of the study has no place.
void ReadCtgovBaseline(const JsonNode& module, CtgovArms& arms,
                       StudyBuilder& builder);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_PARTICIPANTS_H_
