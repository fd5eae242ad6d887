// One statistical analysis of an outcome measure of ClinicalTrials.gov.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_ANALYSIS_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_ANALYSIS_H_

#include <string>
#include <vector>

#include "client/import/ctgov_arms.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/endpoint.pb.h"

namespace consilium {

// The analysis as a contrast of the groups `compared`, in the registry's
// order, of an outcome in `unit`.
v1::Contrast ReadCtgovAnalysis(const JsonNode& node,
                               const std::vector<const ResultGroup*>& compared,
                               const std::string& unit, StudyBuilder& builder);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_ANALYSIS_H_
