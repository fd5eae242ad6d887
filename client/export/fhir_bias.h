// Risk of bias of single results, as certainty of Evidence of FHIR R5.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_FHIR_BIAS_H_
#define CONSILIUM_CLIENT_EXPORT_FHIR_BIAS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/fhir_json.h"
#include "consilium/v1/review_result.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"

namespace consilium {

// The assessments of a review by the results that they are of. Points into the
// review, which must outlive it.
class ResultBias {
 public:
  // Of no review.
  ResultBias() = default;
  explicit ResultBias(const v1::ReviewResult& review);

  // What was judged of the row of that id and trial: for an outcome of the
  // review that it belongs to, else for all results of the trial. Each in the
  // order of the outcomes.
  std::vector<const v1::RiskOfBiasAssessment*> Of(
      const std::string& row, const std::string& trial_id) const;

 private:
  std::map<std::string, std::vector<const v1::RiskOfBiasAssessment*>> of_row_;
  std::map<std::string, std::vector<const v1::RiskOfBiasAssessment*>> of_trial_;
};

// A certainty of the kind RiskOfBias: the judgement over all domains, who
// judged, and a subcomponent for each domain with its reason. A judgement that
// R5 has no code for is a text.
FhirJson BiasCertainty(const v1::RiskOfBiasAssessment& assessment);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_FHIR_BIAS_H_
