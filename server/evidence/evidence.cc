#include "server/evidence/evidence.h"

#include <utility>

#include "server/evidence/evidence_builder.h"
#include "server/evidence/limits.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;

constexpr int kFirstRecordField = 100;

// Blocks as large as the system maps by themselves: the heap of a thread grows
// by a page and a system call at a time.
google::protobuf::ArenaOptions EvidenceArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = kEvidenceBlockSize / 8;
  options.max_block_size = kEvidenceBlockSize;
  return options;
}

void CopyField(const google::protobuf::Message& from,
               const FieldDescriptor* field, google::protobuf::Message& to) {
  const google::protobuf::Reflection* reflection = from.GetReflection();
  if (!field->is_repeated()) {
    if (field->message_type() != nullptr) {
      reflection->MutableMessage(&to, field)
          ->CopyFrom(reflection->GetMessage(from, field));
      return;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        reflection->SetString(&to, field, reflection->GetString(from, field));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection->SetInt32(&to, field, reflection->GetInt32(from, field));
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        reflection->SetDouble(&to, field, reflection->GetDouble(from, field));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection->SetBool(&to, field, reflection->GetBool(from, field));
        break;
      default:
        reflection->SetEnumValue(&to, field,
                                 reflection->GetEnumValue(from, field));
        break;
    }
    return;
  }
  for (int i = 0; i < reflection->FieldSize(from, field); ++i) {
    if (field->message_type() != nullptr) {
      reflection->AddMessage(&to, field)
          ->CopyFrom(reflection->GetRepeatedMessage(from, field, i));
    } else {
      reflection->AddString(&to, field,
                            reflection->GetRepeatedString(from, field, i));
    }
  }
}

}  // namespace

Evidence::Evidence() : arena_(EvidenceArena()) {}

absl::StatusOr<std::shared_ptr<const Evidence>> Evidence::Build(
    const RegistryStore& store, Version version,
    const CheckAlive& check_alive) {
  return EvidenceBuilder(store, std::move(version), check_alive).Build();
}

const v1::EvidenceRow* Evidence::FindRow(absl::string_view id) const {
  const auto found = rows_by_id_.find(id);
  return found == rows_by_id_.end() ? nullptr : found->second;
}

const TrialEvidence* Evidence::FindTrial(absl::string_view id) const {
  const auto found = trials_.find(std::string(id));
  return found == trials_.end() ? nullptr : &found->second;
}

void CopyRow(const v1::EvidenceRow& row, RowParts parts,
             v1::EvidenceRow& copy) {
  std::vector<const FieldDescriptor*> fields;
  row.GetReflection()->ListFields(row, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!parts.records && field->number() >= kFirstRecordField) continue;
    if (!parts.provenance &&
        field->number() == v1::EvidenceRow::kProvenanceFieldNumber) {
      continue;
    }
    CopyField(row, field, copy);
  }
}

void ForEachRecord(
    const v1::EvidenceRow& row,
    absl::FunctionRef<void(int, const google::protobuf::Message&)> visit) {
  const auto* const reflection = row.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(row, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->number() < kFirstRecordField) continue;
    if (!field->is_repeated()) {
      visit(field->number(), reflection->GetMessage(row, field));
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(row, field); ++i) {
      visit(field->number(), reflection->GetRepeatedMessage(row, field, i));
    }
  }
}

}  // namespace consilium
