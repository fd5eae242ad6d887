#include "client/cli/withdrawal.h"

#include <google/protobuf/message.h>

#include "client/cli/conflict_view.h"
#include "client/cli/record_view.h"
#include "proto/base/field_path.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor& Field(const Message& record, int number) {
  return *record.GetDescriptor()->FindFieldByNumber(number);
}

// The key of element `i`, as paths have it.
std::string KeyOf(const Message& record, const FieldDescriptor& field, int i) {
  const auto& reflection = *record.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return reflection.GetRepeatedString(record, &field, i);
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return std::to_string(reflection.GetRepeatedEnumValue(record, &field, i));
  }
  if (field.message_type() == nullptr) return "";
  const Message& element = reflection.GetRepeatedMessage(record, &field, i);
  const FieldDescriptor* const key =
      field.message_type()->FindFieldByNumber(kElementKeyField);
  return element.GetReflection()->GetString(element, key);
}

void Remove(Message& record, const FieldPath& path) {
  const FieldDescriptor& field = Field(record, path.field);
  const auto& reflection = *record.GetReflection();
  if (path.kind == MergeKind::kRegister) {
    return reflection.ClearField(&record, &field);
  }
  const int last = reflection.FieldSize(record, &field) - 1;
  for (int i = 0; i <= last; ++i) {
    if (KeyOf(record, field, i) != path.key) continue;
    reflection.SwapElements(&record, &field, i, last);
    return reflection.RemoveLast(&record, &field);
  }
}

}  // namespace

absl::StatusOr<Presence> FindWithdrawable(ServerSession& session,
                                          const FullRecordName& name,
                                          absl::string_view path,
                                          absl::string_view reason) {
  if (path.empty()) {
    ASSIGN_OR_RETURN(const RecordMessage record,
                     session.records().Get(*name.record.traits(), name.Full()));
    const auto& reflection = *record->GetReflection();
    if (!reflection.HasField(*record, &Field(*record, kDeleteTimeField))) {
      return Presence::kThere;
    }
    if (reflection.GetString(
            *record, &Field(*record, kRetractionReasonField)) == reason) {
      return Presence::kWithdrawn;
    }
    return absl::FailedPreconditionError("is retracted for another reason");
  }
  ASSIGN_OR_RETURN(const v1::Conflict field,
                   GetConflict(session, name, path, ""));
  if (field.values_size() > 1) {
    return absl::FailedPreconditionError(
        "was entered by several; want take, value or absent");
  }
  if (field.values(0).has_value()) return Presence::kThere;
  if (field.values(0).message() == reason) return Presence::kWithdrawn;
  return absl::FailedPreconditionError("is absent for another reason");
}

absl::Status Withdraw(ServerSession& session, const FullRecordName& name,
                      absl::string_view path, absl::string_view reason) {
  const RecordTraits& traits = *name.record.traits();
  RecordWriteOptions write;
  if (path.empty()) {
    write.change = session.Change("");
    return session.records()
        .Delete(traits, name.Full(), reason, write)
        .status();
  }
  ASSIGN_OR_RETURN(const FieldPath parsed,
                   FieldPath::Parse(path, traits.descriptor));
  ASSIGN_OR_RETURN(const RecordMessage record,
                   session.records().Get(traits, name.Full()));
  write.change = session.Change(reason);
  write.etag = EtagOf(*record);
  Remove(*record, parsed);
  const FieldDescriptor& field = Field(*record, parsed.field);
  return session.records()
      .Update(traits, *record, {field.name()}, write)
      .status();
}

}  // namespace consilium
