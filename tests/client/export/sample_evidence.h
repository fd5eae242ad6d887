// The example evidence as a server would give it.
#ifndef CONSILIUM_TESTS_CLIENT_EXPORT_SAMPLE_EVIDENCE_H_
#define CONSILIUM_TESTS_CLIENT_EXPORT_SAMPLE_EVIDENCE_H_

#include "absl/strings/string_view.h"
#include "client/export/registry_evidence.h"

namespace consilium {

// Every study of deploy/evidence/nsclc, at a snapshot, each value entered by
// the institution "north". Run from the root of the repository.
RegistryEvidence SampleEvidence();

// One study from YAML as those files hold it.
RegistryEvidence EvidenceFromYaml(absl::string_view yaml);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_CLIENT_EXPORT_SAMPLE_EVIDENCE_H_
