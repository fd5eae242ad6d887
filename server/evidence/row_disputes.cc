#include "server/evidence/row_disputes.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "proto/base/row_field.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using v1::EvidenceRow;

// Fields that follow from others, or that tell of the row itself.
constexpr int kFollowing[] = {
    EvidenceRow::kIdFieldNumber,
    EvidenceRow::kRecordFieldNumber,
    EvidenceRow::kPathFieldNumber,
    EvidenceRow::kPrintedFieldNumber,
    EvidenceRow::kConflictsFieldNumber,
    EvidenceRow::kUnstatedFieldNumber,
    EvidenceRow::kPossibleFieldNumber,
    EvidenceRow::kAdverseEventTermsFieldNumber,
    EvidenceRow::kGradeLowFieldNumber,
    EvidenceRow::kGradeHighFieldNumber,
    EvidenceRow::kSecondaryFieldNumber,
    EvidenceRow::kValueMonthsFieldNumber,
    EvidenceRow::kLowMonthsFieldNumber,
    EvidenceRow::kHighMonthsFieldNumber,
    EvidenceRow::kValuePercentFieldNumber,
    EvidenceRow::kLowPercentFieldNumber,
    EvidenceRow::kHighPercentFieldNumber,
    EvidenceRow::kValuePrintedFieldNumber,
    EvidenceRow::kPPrintedFieldNumber,
};

bool IsFollowing(const FieldDescriptor& field) {
  return field.message_type() != nullptr ||
         std::find(std::begin(kFollowing), std::end(kFollowing),
                   field.number()) != std::end(kFollowing);
}

}  // namespace

std::vector<v1::FieldReading> DifferentFields(const EvidenceRow& row,
                                              const EvidenceRow& variant) {
  std::vector<v1::FieldReading> fields;
  const google::protobuf::Descriptor& type = *EvidenceRow::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsFollowing(field)) continue;
    const std::string text = TextOf({&field, {}}, variant);
    if (text == TextOf({&field, {}}, row)) continue;
    v1::FieldReading& reading = fields.emplace_back();
    reading.set_field(field.json_name());
    if (!text.empty()) reading.set_value(text);
  }
  return fields;
}

}  // namespace consilium
