// Contradictions and gaps in the evidence: reported, never corrected. README.md
// lists the checks with their tolerances.
#ifndef CONSILIUM_SERVER_EVIDENCE_FINDINGS_H_
#define CONSILIUM_SERVER_EVIDENCE_FINDINGS_H_

#include <vector>

#include "consilium/v1/evidence.pb.h"
#include "server/evidence/evidence.h"

namespace consilium {

// By descending severity, record, path and check.
std::vector<v1::Finding> FindFindings(const Evidence& evidence);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_FINDINGS_H_
