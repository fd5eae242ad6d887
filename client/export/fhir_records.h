// Records of a registry as resources of FHIR R5.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_FHIR_RECORDS_H_
#define CONSILIUM_CLIENT_EXPORT_FHIR_RECORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/fhir_json.h"
#include "client/export/fhir_names.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// A study with what hangs below it. Points into records.
struct FhirStudy {
  const v1::Trial* trial = nullptr;
  std::vector<const v1::Arm*> arms;
  std::vector<const v1::Endpoint*> endpoints;
};

// What the participants of the trial of that relative name are called by.
std::string PopulationName(absl::string_view trial);

// A resource of `type` that is called `name`, begun with what all have.
FhirJson BeginResource(const FhirNames& names, const char* type,
                       absl::string_view name);

// A ResearchStudy.
FhirJson StudyResource(const FhirNames& names, const FhirStudy& study);

// A Citation.
FhirJson CitationResource(const FhirNames& names,
                          const v1::Publication& publication);

// An EvidenceVariable: who was studied, what was given, what was measured.
FhirJson PopulationResource(const FhirNames& names, const v1::Trial& trial);
FhirJson ExposureResource(const FhirNames& names, const v1::Arm& arm);
FhirJson OutcomeResource(const FhirNames& names, const v1::Endpoint& endpoint);
FhirJson OutcomeResource(const FhirNames& names, const v1::AdverseEvent& event);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_FHIR_RECORDS_H_
