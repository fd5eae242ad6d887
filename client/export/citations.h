// Publications as reference managers read them.
#ifndef CONSILIUM_CLIENT_EXPORT_CITATIONS_H_
#define CONSILIUM_CLIENT_EXPORT_CITATIONS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/publication.pb.h"

namespace consilium {

// Whether anything is recorded of the publication by which somebody finds it.
bool IsReference(const v1::Publication& publication);

// RIS, lines ended by CR LF: TY to ER for each publication. AN holds its
// PubMed number, ID its id in the registry, and N1 each registration that it
// states ("Registration: NCT02893332").
std::string PublicationsToRis(absl::Span<const v1::Publication> publications);

// BibTeX in ASCII but for UTF-8 letters; the key of an entry is the
// publication's id, which no two share and no version changes.
std::string PublicationsToBibtex(
    absl::Span<const v1::Publication> publications);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_CITATIONS_H_
