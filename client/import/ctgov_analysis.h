// One statistical analysis of an outcome measure of ClinicalTrials.gov.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_ANALYSIS_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_ANALYSIS_H_

#include <map>
#include <string>
#include <vector>

#include "client/import/ctgov_arms.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/endpoint.pb.h"

namespace consilium {

// The outcome that is analyzed.
struct AnalyzedOutcome {
  std::string unit;
  v1::Statistic statistic = v1::STATISTIC_UNSPECIFIED;  // Of its numbers.
  std::vector<const ResultGroup*> groups;               // All that it lists.
  // What it says of each, in their order.
  std::map<const ResultGroup*, std::vector<v1::Estimate>> estimates;
};

// The analysis as a contrast of the groups `compared`, in the registry's
// order.
v1::Contrast ReadCtgovAnalysis(const JsonNode& node,
                               const std::vector<const ResultGroup*>& compared,
                               const AnalyzedOutcome& outcome,
                               StudyBuilder& builder);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_ANALYSIS_H_
