// Studies and treatments in the words of a table.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_STUDY_TEXT_H_
#define CONSILIUM_CLIENT_EXPORT_STUDY_TEXT_H_

#include <string>

#include "client/export/registry_evidence.h"

namespace consilium {

// "SINDAS: EGFR-TKI combined with ...": acronym and title, else the id.
std::string StudyTitle(const v1::Trial& trial);
// The acronym, else the first registration, else the id: for lists.
std::string StudyLabel(const v1::Trial& trial);
// Its numbers in registries: "NCT02893332, JapicCTI-090825".
std::string RegistrationsText(const v1::Trial& trial);
// "Phase 2/3"; "" when not stated.
std::string PhaseText(const v1::Trial& trial);
// "Yes, stated", "No, inferred: two groups are compared", "Not stated".
std::string FactText(const v1::Fact& fact);
std::string EligibilityText(const v1::EligibilityTerm& term);
std::string PreclinicalModelText(const v1::PreclinicalModel& model);
std::string FollowUpText(const v1::FollowUp& follow_up, const Study& study);

std::string ParticipantsText(const v1::ParticipantCount& count);
std::string BaselineText(const v1::BaselineValue& value);

// Author and year of a publication and where it is cited, as far as known.
std::string PublicationText(const v1::Publication& publication);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_STUDY_TEXT_H_
