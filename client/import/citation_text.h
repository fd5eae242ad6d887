// References as PubMed prints them in one line: "Soria JC, Ohe Y. Title. N Engl
// J Med. 2018 Jan 11;378(2):113-125. doi: 10.1056/NEJMoa1713137."
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_CITATION_TEXT_H_
#define CONSILIUM_CLIENT_IMPORT_CITATION_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/publication.pb.h"

namespace consilium {

// Sets what the reference says as far as it has that form; else the whole of
// it becomes the title.
void ReadCitation(absl::string_view text, v1::Publication& publication);

// The digital object identifier in `text`, in lower case; "" if none.
std::string FindDoi(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CITATION_TEXT_H_
