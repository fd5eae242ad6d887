#include "server/evidence/reread.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The fields that `path` leads through from `message`; empty where it has no
// such path.
std::vector<const FieldDescriptor*> FieldsAt(absl::string_view path,
                                             const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    const FieldDescriptor* const field =
        type == nullptr ? nullptr
                        : type->FindFieldByCamelcaseName(std::string(name));
    if (field == nullptr) return {};
    fields.push_back(field);
    type = field->is_repeated() ? nullptr : field->message_type();
  }
  return fields;
}

bool Set(const v1::AlternativeValue& value, Message& message) {
  const std::vector<const FieldDescriptor*> fields =
      FieldsAt(value.path(), message);
  if (fields.empty()) return false;
  Message* parent = &message;
  for (size_t i = 0; i + 1 < fields.size(); ++i) {
    parent = parent->GetReflection()->MutableMessage(parent, fields[i]);
  }
  const FieldDescriptor& last = *fields.back();
  if (!value.has_value()) {
    parent->GetReflection()->ClearField(parent, &last);
    return true;
  }
  const std::unique_ptr<Message> read(parent->New());
  const std::string text =
      absl::StrCat("{\"", last.json_name(), "\": ", value.value(), "}");
  if (!ParseMessage("reading", text, TextFormat::kJson, *read).ok()) {
    return false;
  }
  parent->GetReflection()->ClearField(parent, &last);
  parent->MergeFrom(*read);
  return true;
}

}  // namespace

bool Reread(const v1::Alternative& reading, Message& element, Message& record) {
  bool differs = false;
  for (const v1::AlternativeValue& value : reading.values()) {
    differs |= Set(value, element) || Set(value, record);
  }
  return differs;
}

}  // namespace consilium
