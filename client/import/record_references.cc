#include "client/import/record_references.h"

#include <google/protobuf/descriptor.h>

#include <vector>

#include "proto/base/record_traits.h"

namespace consilium {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

void RenameTexts(const FieldDescriptor& field,
                 const std::map<std::string, std::string>& renamed,
                 Message& message) {
  const auto& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    const auto found = renamed.find(reflection.GetString(message, &field));
    if (found != renamed.end()) {
      reflection.SetString(&message, &field, found->second);
    }
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const auto found =
        renamed.find(reflection.GetRepeatedString(message, &field, i));
    if (found == renamed.end()) continue;
    reflection.SetRepeatedString(&message, &field, i, found->second);
  }
}

}  // namespace

void RenameReferences(absl::string_view collection,
                      const std::map<std::string, std::string>& renamed,
                      Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const absl::string_view reference = RulesOf(*field).reference();
    const size_t slash = reference.rfind('/');
    const absl::string_view last = slash == absl::string_view::npos
                                       ? reference
                                       : reference.substr(slash + 1);
    if (last == collection &&
        field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      RenameTexts(*field, renamed, message);
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      RenameReferences(collection, renamed,
                       *reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      RenameReferences(collection, renamed,
                       *reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

}  // namespace consilium
