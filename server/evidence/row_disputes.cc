#include "server/evidence/row_disputes.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
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
    const std::string text = TextOf({&field}, variant, {});
    if (text == TextOf({&field}, row, {})) continue;
    v1::FieldReading& reading = fields.emplace_back();
    reading.set_field(field.json_name());
    if (!text.empty()) reading.set_value(text);
  }
  return fields;
}

void TellDispute(const EvidenceRecord& record, const RecordVariant& variant,
                 const std::vector<EvidenceRow*>& others, const RowsById& rows,
                 RowVariants& variants) {
  const auto add = [&](EvidenceRow& row) -> v1::Dispute& {
    const std::string path = row.record() == record.name
                                 ? variant.path
                                 : absl::StrCat(record.name, "#", variant.path);
    auto& conflicts = *row.mutable_conflicts();
    if (std::find(conflicts.begin(), conflicts.end(), path) ==
        conflicts.end()) {
      conflicts.Add(std::string(path));
    }
    v1::Dispute& dispute = *row.add_disputes();
    dispute.set_path(path);
    for (const std::string& each : variant.institutions) {
      dispute.add_institutions(each);
    }
    for (const std::string& each : variant.authors) dispute.add_authors(each);
    if (variant.source.ByteSizeLong() > 0) {
      *dispute.mutable_source() = variant.source;
    }
    return dispute;
  };
  const std::string element = absl::StrCat(record.name, "#", variant.path);
  const auto own = rows.find(element);
  if (variant.removed && own != rows.end()) {
    add(*own->second).set_removed(true);
    return;
  }
  for (EvidenceRow* other : others) {
    const auto found = rows.find(other->id());
    if (found == rows.end()) continue;
    EvidenceRow& row = *found->second;
    const std::vector<v1::FieldReading> fields = DifferentFields(row, *other);
    if (fields.empty() && row.id() != element &&
        row.kind() != v1::EVIDENCE_KIND_TRIAL) {
      continue;
    }
    v1::Dispute& dispute = add(row);
    for (const v1::FieldReading& field : fields) *dispute.add_fields() = field;
    *other->mutable_conflicts() = row.conflicts();
    std::sort(other->mutable_unstated()->begin(),
              other->mutable_unstated()->end());
    variants[&row].push_back({.row = other});
  }
}

}  // namespace consilium
