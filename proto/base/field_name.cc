#include "proto/base/field_name.h"

namespace consilium {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const FieldDescriptor* FieldCalled(const Descriptor& message,
                                   absl::string_view name) {
  const std::string text(name);
  if (const auto* field = message.FindFieldByCamelcaseName(text)) return field;
  if (const auto* field = message.FindFieldByName(text)) return field;
  // A name that `json_name` gives.
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == text) return message.field(i);
  }
  return nullptr;
}

std::vector<std::string> JsonNames(const Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) {
    names.push_back(message.field(i)->json_name());
  }
  return names;
}

}  // namespace consilium
