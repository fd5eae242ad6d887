#include "server/rpc/record_message.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "storage/merge/path_view.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

const FieldDescriptor* Field(const Message& message, int32_t number) {
  return message.GetDescriptor()->FindFieldByNumber(number);
}

void SetTextField(Message& message, int32_t number, std::string text) {
  const FieldDescriptor* field = Field(message, number);
  if (field == nullptr) return;
  message.GetReflection()->SetString(&message, field, std::move(text));
}

void SetTime(Message& message, int32_t number, absl::Time time) {
  const FieldDescriptor* field = Field(message, number);
  if (field == nullptr) return;
  Timestamp stamp = ToTimestamp(time);
  message.GetReflection()->MutableMessage(&message, field)->CopyFrom(stamp);
}

bool IsLater(const Assignment& a, const Assignment& b) {
  return std::tie(a.clock, a.dot) > std::tie(b.clock, b.dot);
}

const Assignment* Latest(absl::Span<const Assignment> assignments) {
  const Assignment* latest = nullptr;
  for (const Assignment& each : assignments) {
    if (latest == nullptr || IsLater(each, *latest)) latest = &each;
  }
  return latest;
}

}  // namespace

Timestamp ToTimestamp(absl::Time time) {
  const int64_t nanos = absl::ToUnixNanos(time);
  Timestamp stamp;
  stamp.set_seconds(nanos / 1'000'000'000);
  stamp.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  if (stamp.nanos() < 0) {
    stamp.set_seconds(stamp.seconds() - 1);
    stamp.set_nanos(stamp.nanos() + 1'000'000'000);
  }
  return stamp;
}

absl::StatusOr<std::unique_ptr<Message>> RecordMessageBuilder::Build(
    const RecordView& record, const RecordTraits& traits) {
  std::unique_ptr<Message> message = traits.New();
  RETURN_IF_ERROR(BuildInto(record, traits, *message));
  return message;
}

absl::Status RecordMessageBuilder::BuildInto(const RecordView& record,
                                             const RecordTraits& traits,
                                             Message& message) {
  const auto institution_of = [this](const ReplicaId& replica) {
    return view_.InstitutionOf(replica);
  };
  std::vector<FieldPath> unreadable;
  RETURN_IF_ERROR(AssembleInto(ProvisionalValues(record.state, institution_of),
                               traits, Sources::kInclude, &unreadable,
                               message));
  SetTextField(message, kNameField,
               traits.singleton
                   ? registry_.Full()
                   : absl::StrCat(registry_.Full(), "/", record.name));
  SetTextField(message, kEtagField, record.Etag());
  SetTextField(message, kRevisionField, absl::StrCat(record.last_revision));
  RETURN_IF_ERROR(SetTimes(record, traits, message));
  SetConflicts(record, traits, message);
  return absl::OkStatus();
}

absl::Status RecordMessageBuilder::SetTimes(const RecordView& record,
                                            const RecordTraits&,
                                            Message& message) {
  ASSIGN_OR_RETURN(const absl::Time created, CreateTime(record));
  SetTime(message, kCreateTimeField, created);
  if (const Assignment* latest = Latest(record.state.visible())) {
    ASSIGN_OR_RETURN(const absl::Time updated,
                     view_.GetClaimedTime(latest->dot));
    SetTime(message, kUpdateTimeField, updated);
  }
  const v1::Lifecycle lifecycle =
      record.retracted ? v1::LIFECYCLE_RETRACTED : v1::LIFECYCLE_LIVE;
  if (const FieldDescriptor* field = Field(message, kLifecycleField)) {
    message.GetReflection()->SetEnumValue(&message, field, lifecycle);
  }
  const Assignment* retraction = Latest(record.state.At(LifecyclePath()));
  if (!record.retracted || retraction == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::Time deleted,
                   view_.GetClaimedTime(retraction->dot));
  SetTime(message, kDeleteTimeField, deleted);
  v1::Source source;
  if (source.ParseFromString(retraction->source) && source.has_note()) {
    SetTextField(message, kRetractionReasonField, source.note());
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Time> RecordMessageBuilder::CreateTime(
    const RecordView& record) {
  ASSIGN_OR_RETURN(const std::optional<Dot> creation,
                   view_.FindCreation(record));
  if (!creation.has_value()) return absl::UnixEpoch();
  return view_.GetClaimedTime(*creation);
}

void RecordMessageBuilder::SetConflicts(const RecordView& record,
                                        const RecordTraits& traits,
                                        Message& message) {
  const FieldDescriptor* field = Field(message, kConflictsField);
  if (field == nullptr) return;
  const auto institution_of = [this](const ReplicaId& replica) {
    return view_.InstitutionOf(replica);
  };
  for (const FieldPath& path : ConflictedPaths(record, institution_of)) {
    message.GetReflection()->AddString(&message, field,
                                       path.ToText(traits.descriptor));
  }
}

}  // namespace consilium
