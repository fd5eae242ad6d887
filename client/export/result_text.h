// Results in the words of a table: values with their units, groups by the
// titles of their arms, P values as bounds.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_RESULT_TEXT_H_
#define CONSILIUM_CLIENT_EXPORT_RESULT_TEXT_H_

#include <google/protobuf/message.h>

#include <string>

#include "client/export/registry_evidence.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

// Which participants: the arms' titles, the outsider's name, or that the
// report does not say; then the subgroup.
std::string GroupText(const v1::Group& group, const Study& study);
// "egfr L858R", "lung-mol-GPA ≥ 3".
std::string SubgroupText(const v1::Subgroup& subgroup);

// "Intracranial progression-free survival (PFS)", or the title as printed.
std::string EndpointText(const v1::Endpoint& endpoint);
// "median", "rate at 24 months, Kaplan-Meier", "hazard ratio, adjusted".
std::string StatisticText(const v1::Estimate& estimate);
std::string StatisticText(const v1::Contrast& contrast);
// "18.6 months (95% CI 15.2 to not reached)"; what the report says in words
// where it prints no number; "no number printed" where it says nothing.
std::string ValueText(const v1::Estimate& estimate);
std::string ValueText(const v1::Contrast& contrast);
// "A versus B".
std::string ComparisonText(const v1::Contrast& contrast, const Study& study);
// "P < 0.001", "not significant, as stated"; "" when nothing is said.
std::string PValueText(const v1::PValue& p_value);

// "Radiation pneumonia, clinical, due to radiotherapy".
std::string AdverseEventText(const v1::AdverseEvent& event);
// "grade 3 to 4, acute".
std::string BandText(const v1::AdverseEventCount& count);
std::string BandText(const v1::AdverseEventContrast& contrast);
// "7.4%, 5 of 68", "none observed".
std::string ValueText(const v1::AdverseEventCount& count);

// The same number without what only adverse events have.
v1::Contrast AsContrast(const v1::AdverseEventContrast& contrast);

std::string DispersionText(const v1::Dispersion& dispersion);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_RESULT_TEXT_H_
