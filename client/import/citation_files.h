// Files of references: RIS, BibTeX, and the text that PubMed exports (nbib).
//
// Pure functions. A file whose form is broken is refused whole, with the line:
//   INVALID_ARGUMENT  WRONG_FORMAT: something else, or no entry at all.
//                     INVALID_TEXT: it ends inside an entry, or has a line
//                     that belongs to none.
#ifndef CONSILIUM_CLIENT_IMPORT_CITATION_FILES_H_
#define CONSILIUM_CLIENT_IMPORT_CITATION_FILES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/citation.h"

namespace consilium {

absl::StatusOr<std::vector<Citation>> ReadRis(absl::string_view file,
                                              absl::string_view text);
absl::StatusOr<std::vector<Citation>> ReadPubMed(absl::string_view file,
                                                 absl::string_view text);
absl::StatusOr<std::vector<Citation>> ReadBibtex(absl::string_view file,
                                                 absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CITATION_FILES_H_
