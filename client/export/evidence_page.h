// The evidence of a registry as one page to read, print, send and keep.
#ifndef CONSILIUM_CLIENT_EXPORT_EVIDENCE_PAGE_H_
#define CONSILIUM_CLIENT_EXPORT_EVIDENCE_PAGE_H_

#include <string>

#include "client/export/registry_evidence.h"

namespace consilium {

// One HTML file that needs nothing else and runs nothing: no script, no font,
// no picture is fetched. The same evidence gives the same bytes everywhere.
std::string RenderEvidencePage(const RegistryEvidence& evidence);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_EVIDENCE_PAGE_H_
