#include "proto/base/record_reference.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/options.pb.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The ancestor of `name`, or `name` itself, in `collection`; "" if there is
// none.
std::string AncestorIn(absl::string_view collection, RecordName name) {
  while (true) {
    if (name.collection() == collection) return name.relative();
    const auto parent = name.Parent();
    if (!parent.has_value()) return "";
    name = *parent;
  }
}

// `text` relative to the registry; "" when its parent cannot be told.
std::string Complete(const std::string& text, absl::string_view collection,
                     const RecordName& name) {
  if (absl::StrContains(text, '/')) return text;
  const RecordTraits* traits =
      RecordTraitsTable::Get().FindByCollection(collection);
  if (traits == nullptr) return "";
  if (traits->parent == nullptr) {
    return absl::StrCat(traits->collection, "/", text);
  }
  const std::string parent = AncestorIn(traits->parent->collection, name);
  if (parent.empty()) return "";
  return absl::StrCat(parent, "/", traits->collection, "/", text);
}

void Collect(const Message& message, const RecordName& name,
             const std::string& path, std::vector<RecordReference>& found) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    const auto& rules = RulesOf(*field);
    const bool is_reference =
        rules.has_reference() && field->type() == FieldDescriptor::TYPE_STRING;
    if (field->message_type() == nullptr && !is_reference) continue;
    const int size =
        field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      std::string here =
          absl::StrCat(path, path.empty() ? "" : ".", field->json_name());
      if (field->is_repeated()) absl::StrAppend(&here, "[", i, "]");
      if (field->message_type() != nullptr) {
        Collect(field->is_repeated()
                    ? reflection.GetRepeatedMessage(message, field, i)
                    : reflection.GetMessage(message, field),
                name, here, found);
      } else {
        const std::string target =
            Complete(field->is_repeated()
                         ? reflection.GetRepeatedString(message, field, i)
                         : reflection.GetString(message, field),
                     rules.reference(), name);
        if (!target.empty()) found.push_back({here, target});
      }
    }
  }
}

}  // namespace

std::vector<RecordReference> FindReferences(const Message& record,
                                            const RecordName& name,
                                            absl::string_view prefix) {
  std::vector<RecordReference> found;
  Collect(record, name, std::string(prefix), found);
  return found;
}

}  // namespace consilium
