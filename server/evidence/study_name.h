// What readers call a study.
//
// Pure function.
#ifndef CONSILIUM_SERVER_EVIDENCE_STUDY_NAME_H_
#define CONSILIUM_SERVER_EVIDENCE_STUDY_NAME_H_

#include <map>
#include <string>

#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

using Publications = std::map<std::string, const v1::Publication*>;  // By id.

// The acronym; else first author and year of the earliest report of results;
// else the NCT number, another registry number, the number in a review's list
// of references, or `id`.
std::string StudyName(const v1::Trial& trial, const std::string& id,
                      const Publications& publications);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_STUDY_NAME_H_
