// Results of studies, and what reviews pool, as Evidence of FHIR R5.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_FHIR_EVIDENCE_H_
#define CONSILIUM_CLIENT_EXPORT_FHIR_EVIDENCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/fhir_json.h"
#include "client/export/fhir_names.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"

namespace consilium {

// Whether `row` is a result: an estimate, a contrast, or of adverse events.
bool IsResult(const v1::EvidenceRow& row);

// An Evidence of one result, called by the row's id. `measured` is the title of
// what was measured; `bias` has what was judged of it.
FhirJson ResultResource(
    const FhirNames& names, const v1::EvidenceRow& row,
    absl::string_view measured,
    const std::vector<const v1::RiskOfBiasAssessment*>& bias);

// What the Evidence of an outcome and design of the review is called.
std::string PooledName(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome);

// An Evidence of what was pooled; of one study's effect where there is one.
FhirJson PooledResource(const FhirNames& names, const v1::ReviewResult& result,
                        const v1::OutcomeResult& outcome);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_FHIR_EVIDENCE_H_
