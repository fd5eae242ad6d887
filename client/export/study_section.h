// One study on the page: what it is, who got what, what was found, and what
// its authors conclude.
#ifndef CONSILIUM_CLIENT_EXPORT_STUDY_SECTION_H_
#define CONSILIUM_CLIENT_EXPORT_STUDY_SECTION_H_

#include <string>

#include "client/export/registry_evidence.h"
#include "proto/base/html.h"

namespace consilium {

// Where a study stands on the page; in this order.
enum class StudyKind { kResults, kComparison, kOngoing, kPreclinical };

StudyKind KindOf(const Study& study);

// The id of the study's section.
std::string StudyAnchor(const Study& study);

// "Phase 3, interventional, randomized".
std::string DesignText(const v1::Trial& trial);
// "133", or "not recorded": no number is ever made up.
std::string EnrolledText(const v1::Trial& trial);

void WriteStudy(const RegistryEvidence& evidence, const Study& study,
                HtmlWriter& html);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_STUDY_SECTION_H_
