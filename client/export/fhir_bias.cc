#include "client/export/fhir_bias.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/export/fhir_codes.h"
#include "client/export/review_tables.h"

namespace consilium {
namespace {

absl::string_view ToolText(v1::RiskOfBiasTool tool) {
  switch (tool) {
    case v1::RISK_OF_BIAS_TOOL_ROB2:
      return "RoB 2";
    case v1::RISK_OF_BIAS_TOOL_ROBINS_I:
      return "ROBINS-I";
    default:
      return "a tool of its own";
  }
}

// Low risk is what the value set calls no concern; the steps of the tools
// above that are none of its.
FhirJson JudgementConcept(v1::RiskOfBiasJudgement judgement) {
  const std::string text = JudgementText(judgement);
  if (text.empty()) return nullptr;
  return judgement == v1::RISK_OF_BIAS_JUDGEMENT_LOW
             ? CodeableConcept("http://hl7.org/fhir/certainty-rating",
                               "no-concern", text)
             : TextConcept(text);
}

std::string DomainText(v1::RiskOfBiasTool tool, v1::RiskOfBiasDomain domain) {
  for (const BiasDomain& each : DomainsOf(tool)) {
    if (each.domain == domain) return each.meaning;
  }
  return v1::RiskOfBiasDomain_Name(domain);
}

}  // namespace

ResultBias::ResultBias(const v1::ReviewResult& review) {
  using Key = std::pair<std::string, std::string>;  // Trial and outcome.
  std::map<Key, std::vector<const v1::RiskOfBiasAssessment*>> judged;
  for (const v1::RiskOfBiasAssessment& each : review.risk_of_bias()) {
    if (each.has_outcome()) {
      judged[{each.trial(), each.outcome()}].push_back(&each);
    } else {
      of_trial_[each.trial()].push_back(&each);
    }
  }
  for (const v1::OutcomeResult& outcome : review.outcomes()) {
    const auto add = [&](const std::string& row, const std::string& trial) {
      const auto found = judged.find({trial, outcome.id()});
      if (found == judged.end()) return;
      auto& of_row = of_row_[row];
      of_row.insert(of_row.end(), found->second.begin(), found->second.end());
    };
    for (const v1::StudyResult& study : outcome.studies()) {
      add(study.row(), study.trial_id());
    }
    for (const v1::ExcludedResult& each : outcome.excluded()) {
      add(each.row(), each.trial_id());
    }
  }
}

std::vector<const v1::RiskOfBiasAssessment*> ResultBias::Of(
    const std::string& row, const std::string& trial_id) const {
  if (const auto own = of_row_.find(row); own != of_row_.end()) {
    return own->second;
  }
  const auto all = of_trial_.find(trial_id);
  return all == of_trial_.end() ? std::vector<const v1::RiskOfBiasAssessment*>()
                                : all->second;
}

FhirJson BiasCertainty(const v1::RiskOfBiasAssessment& assessment) {
  FhirJson certainty;
  PutText(
      certainty, "description",
      absl::StrCat("Risk of bias by ", ToolText(assessment.tool()),
                   assessment.has_reason() ? ": " : "", assessment.reason()));
  Add(certainty, "note", Annotation(assessment.note()));
  Put(certainty, "type",
      CertaintyTypeConcept(v1::CERTAINTY_DOMAIN_RISK_OF_BIAS));
  Put(certainty, "rating", JudgementConcept(assessment.overall()));
  PutText(certainty, "rater", absl::StrJoin(assessment.assessors(), ", "));
  for (const v1::DomainJudgement& each : assessment.domains()) {
    FhirJson part;
    PutText(part, "description", each.reason());
    Put(part, "type",
        TextConcept(DomainText(assessment.tool(), each.domain())));
    Put(part, "rating", JudgementConcept(each.judgement()));
    Add(certainty, "subcomponent", std::move(part));
  }
  return certainty;
}

}  // namespace consilium
