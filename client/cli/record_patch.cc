#include "client/cli/record_patch.h"

#include <google/protobuf/descriptor.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/errors.h"
#include "proto/base/errors.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status NoEqualsSign(absl::string_view text) {
  return UsageError(absl::StrCat("--set ", Quote(text),
                                 " has no \"=\"; want PATH=VALUE, such as "
                                 "title='A new title'"));
}

// The keyed list of `record` that `name` names, or null.
const FieldDescriptor* FindList(absl::string_view name, const Message& record) {
  for (int i = 0; i < record.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = record.GetDescriptor()->field(i);
    if ((field->json_name() == name || field->name() == name) &&
        field->is_repeated() && field->message_type() != nullptr &&
        field->message_type()->FindFieldByNumber(kElementKeyField) != nullptr) {
      return field;
    }
  }
  return nullptr;
}

std::vector<std::string> KeysOf(const Message& record,
                                const FieldDescriptor& list) {
  std::vector<std::string> keys;
  const auto& reflection = *record.GetReflection();
  const auto* key = list.message_type()->FindFieldByNumber(kElementKeyField);
  if (key->type() != FieldDescriptor::TYPE_STRING) return keys;
  for (int i = 0; i < reflection.FieldSize(record, &list); ++i) {
    const Message& element = reflection.GetRepeatedMessage(record, &list, i);
    keys.push_back(element.GetReflection()->GetString(element, key));
  }
  return keys;
}

// OK unless `name` is a field that only the server writes.
absl::Status CheckCanBeSet(absl::string_view name, const Message& record) {
  const RecordTraits* traits =
      RecordTraitsTable::Get().FindByDescriptor(record.GetDescriptor());
  if (traits == nullptr) return absl::OkStatus();
  for (const FieldTraits& field : traits->fields) {
    const FieldDescriptor& descriptor = *field.descriptor;
    if (descriptor.json_name() != name && descriptor.name() != name) continue;
    if (field.output_only || descriptor.number() == kNameField) {
      return InvalidField(name, "is written by the server; it cannot be set");
    }
  }
  return absl::OkStatus();
}

bool IsIndex(absl::string_view text) {
  return !text.empty() && absl::ascii_isdigit(text.front()) &&
         text.find_first_not_of("0123456789") == absl::string_view::npos;
}

// The bytes of one field of `record`, for telling whether it differs.
std::string FieldBytes(const Message& record, const FieldDescriptor& field) {
  const std::unique_ptr<Message> only(record.New());
  only->CopyFrom(record);
  std::vector<const FieldDescriptor*> present;
  only->GetReflection()->ListFields(*only, &present);
  for (const FieldDescriptor* other : present) {
    if (other->number() != field.number()) {
      only->GetReflection()->ClearField(only.get(), other);
    }
  }
  return Encode(*only);
}

}  // namespace

absl::StatusOr<FieldSetting> ParseFieldSetting(absl::string_view text,
                                               const Message& record) {
  const size_t open = text.find('[');
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos) return NoEqualsSign(text);
  RETURN_IF_ERROR(
      CheckCanBeSet(text.substr(0, text.find_first_of("=.[")), record));
  const FieldSetting plain = {std::string(text.substr(0, equals)),
                              std::string(text.substr(equals + 1))};
  if (open == absl::string_view::npos || open > equals) return plain;
  const FieldDescriptor* list = FindList(text.substr(0, open), record);
  const absl::string_view inside = text.substr(open + 1);
  if (list == nullptr || IsIndex(inside.substr(0, inside.find(']')))) {
    return plain;
  }
  // A key may hold any of the signs that a path is made of.
  const std::vector<std::string> keys = KeysOf(record, *list);
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string element = absl::StrCat(keys[i], "]");
    if (!absl::StartsWith(inside, element)) continue;
    const absl::string_view rest = inside.substr(element.size());
    const size_t end = rest.find('=');
    if (end == absl::string_view::npos) return NoEqualsSign(text);
    return FieldSetting{
        absl::StrCat(text.substr(0, open), "[", i, "]", rest.substr(0, end)),
        std::string(rest.substr(end + 1))};
  }
  const std::string key(inside.substr(0, inside.find(']')));
  return MakeError(absl::StatusCode::kInvalidArgument, "NO_SUCH_ELEMENT",
                   absl::StrCat(list->json_name(), " has no element ",
                                Quote(key), DidYouMean(key, keys),
                                "; want a key it has, or an index such as ",
                                list->json_name(), "[0]"),
                   {{"field", text.substr(0, open)}});
}

std::vector<std::string> ChangedFields(const RecordTraits& traits,
                                       const Message& before,
                                       const Message& after) {
  const std::unique_ptr<Message> old_record(before.New());
  old_record->CopyFrom(before);
  ClearOutputOnly(*old_record);
  const std::unique_ptr<Message> new_record(after.New());
  new_record->CopyFrom(after);
  ClearOutputOnly(*new_record);
  std::vector<std::string> fields;
  for (const FieldTraits& field : traits.fields) {
    if (!field.assigned || field.output_only) continue;
    if (FieldBytes(*old_record, *field.descriptor) !=
        FieldBytes(*new_record, *field.descriptor)) {
      fields.push_back(field.descriptor->name());
    }
  }
  return fields;
}

}  // namespace consilium
