// The evidence of a version as a Bundle of FHIR R5 (5.0.0). README.md has what
// becomes of what.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_FHIR_BUNDLE_H_
#define CONSILIUM_CLIENT_EXPORT_FHIR_BUNDLE_H_

#include <string>

#include "client/export/registry_rows.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

struct FhirBundle {
  std::string json;      // Indented, with a line break at its end.
  size_t resources = 0;  // Entries.
};

// ResearchStudies, Citations, EvidenceVariables and Evidence, and of `review`,
// which may be null, the Evidence of what it pools. References stay in the
// bundle. The same input gives the same bytes.
FhirBundle MakeFhirBundle(const RegistryRows& read,
                          const v1::ReviewResult* review);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_FHIR_BUNDLE_H_
