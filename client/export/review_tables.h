// What a review counts and judges, as tables: the flow of records by PRISMA
// 2020, and risk of bias as R's robvis reads it.
#ifndef CONSILIUM_CLIENT_EXPORT_REVIEW_TABLES_H_
#define CONSILIUM_CLIENT_EXPORT_REVIEW_TABLES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/review_evidence.h"
#include "client/export/table.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"

namespace consilium {

// One row for each number of the flow, and one for each reason that divides
// it. A number that was never recorded is empty.
Table FlowTable(const v1::ReviewResult& result);

// The tool that the assessments of `result` used: ROBINS-I when every one did,
// else RoB 2.
v1::RiskOfBiasTool ToolOf(const v1::ReviewResult& result);

// A domain of a tool, in the tool's order.
struct BiasDomain {
  v1::RiskOfBiasDomain domain;
  const char* meaning;
};
const std::vector<BiasDomain>& DomainsOf(v1::RiskOfBiasTool tool);

// "Some concerns", as the tools write it; empty when nothing was judged.
std::string JudgementText(v1::RiskOfBiasJudgement judgement);

// Short name of the study of that trial.
std::string StudyOf(const ReviewEvidence& evidence, const std::string& trial);

// One row for each study that was judged with `tool`: the judgement for
// `outcome` where there is one, else the one for all outcomes. Without
// `outcome` the latter, and else each outcome's own. The columns are those of
// robvis: Study, D1 to D5 (RoB 2) or D7 (ROBINS-I), Overall, Weight.
Table RiskOfBiasTable(const ReviewEvidence& evidence, v1::RiskOfBiasTool tool,
                      absl::string_view outcome);

// Every judgement with its reason: one row for each domain that was judged,
// then one over all domains.
Table JudgementTable(const ReviewEvidence& evidence);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REVIEW_TABLES_H_
