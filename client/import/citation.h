// A reference as databases of literature export it, whatever the format, and
// the publication that it makes.
#ifndef CONSILIUM_CLIENT_IMPORT_CITATION_H_
#define CONSILIUM_CLIENT_IMPORT_CITATION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/imported_study.h"
#include "consilium/v1/publication.pb.h"

namespace consilium {

// What one entry says, as it stands there. Empty where it says nothing.
struct Citation {
  std::string place;  // "line 12".
  std::string title, journal, date, volume, issue, pages, abstract, publisher;
  std::vector<std::string> authors, keywords, serial_numbers;
  std::string doi, pmid, pmcid, url, language;
  // Numbers in other databases, as DATABASE:NUMBER.
  std::vector<std::string> accession_numbers;
  v1::PublicationType type = v1::PUBLICATION_TYPE_UNSPECIFIED;
  v1::PublicationNotice notice = v1::PUBLICATION_NOTICE_UNSPECIFIED;
  // Texts that may name trials, beside title and abstract.
  std::vector<std::string> trial_texts;
  // What was read with a doubt.
  std::vector<ImportNote> warnings;
  // Members that have no place, by name.
  std::vector<std::string> unknown;
};

// One publication, its id by PubMed number, DOI, or first author, year and
// title. `format` is "RIS", "BibTeX" or "PubMed".
ImportedStudy ReadCitation(const Citation& citation, absl::string_view format);

// The id of a publication: by PubMed number, DOI, or first author, year and
// title.
std::string PublicationIdFrom(const v1::Publication& publication);

// Whether a value was read in such an export, or a registry's list of
// references: what a later export may say better.
bool IsOfCitation(const v1::Source& source);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CITATION_H_
