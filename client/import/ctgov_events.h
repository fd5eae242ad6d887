// Adverse events of ClinicalTrials.gov: how many of each group had each event,
// serious and not. The registry knows no grades.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_EVENTS_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_EVENTS_H_

#include "client/import/ctgov_arms.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"

namespace consilium {

void ReadCtgovEvents(const JsonNode& module, CtgovArms& arms,
                     StudyBuilder& builder);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_EVENTS_H_
