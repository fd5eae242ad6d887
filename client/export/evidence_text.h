// Evidence in the words of a table: values with units, groups by the titles of
// their arms, P values as printed. Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_EVIDENCE_TEXT_H_
#define CONSILIUM_CLIENT_EXPORT_EVIDENCE_TEXT_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/evidence.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

// An enum value as words: "objective response", "phase 3"; "" when unset.
template <typename Enum>
std::string EnumText(Enum value);
std::string EnumText(const google::protobuf::EnumDescriptor& type, int number);

// A quantity with its unit spelled out: "18.6 months", "25 to 40 Gy".
std::string QuantityText(const v1::Quantity& quantity);
// A number with a UCUM unit spelled out; "" for the unit means none.
std::string NumberText(double value, absl::string_view unit);

// Which participants: the arms' titles, the outsider's name, or "group 1 (not
// stated which)", then the subgroup.
std::string GroupText(const v1::Group& group, const Study& study);

// "P < 0.001", "not significant".
std::string PValueText(const v1::PValue& p_value);

// What is measured, for whom and how: "median PFS at 24 months".
std::string EndpointText(const v1::Endpoint& endpoint);
std::string StatisticText(const v1::Estimate& estimate);
std::string ValueText(const v1::Estimate& estimate);
std::string ContrastText(const v1::Contrast& contrast);
std::string GradeText(const v1::GradeBand& grade);
std::string OccurrenceText(const v1::AdverseEventCount& count);
std::string AdverseEventText(const v1::AdverseEvent& event);
std::string AdverseContrastText(const v1::AdverseEventContrast& contrast);

// The parts of a treatment, one a line.
std::vector<std::string> ComponentTexts(const v1::Arm& arm);
// How many took part, as reports say; "not recorded" when none does.
std::string ParticipantsText(const v1::Arm& arm);

// Name of a record without its collection: the last id.
std::string IdOf(absl::string_view name);

template <typename Enum>
std::string EnumText(Enum value) {
  return EnumText(*google::protobuf::GetEnumDescriptor<Enum>(),
                  static_cast<int>(value));
}

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_EVIDENCE_TEXT_H_
