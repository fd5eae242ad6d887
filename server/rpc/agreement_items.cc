#include "server/rpc/agreement_items.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/base/number_text.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A whole list is one item: where two lists differ, nothing says which members
// belong together.
AgreementItem ListItem(const Message& message, const FieldDescriptor& field) {
  const std::unique_ptr<Message> alone(message.New());
  alone->CopyFrom(message);
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* other = message.GetDescriptor()->field(i);
    if (other != &field) alone->GetReflection()->ClearField(alone.get(), other);
  }
  return {v1::ITEM_TYPE_TEXT, Encode(*alone)};
}

AgreementItem ScalarItem(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  const auto category = [](int32_t number) -> AgreementItem {
    return {v1::ITEM_TYPE_CATEGORY, absl::StrCat(number), number};
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return category(reflection.GetEnumValue(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return category(reflection.GetBool(message, &field) ? 1 : 0);
    case FieldDescriptor::CPPTYPE_INT32:
      return {v1::ITEM_TYPE_NUMBER,
              absl::StrCat(reflection.GetInt32(message, &field))};
    case FieldDescriptor::CPPTYPE_INT64:
      return {v1::ITEM_TYPE_NUMBER,
              absl::StrCat(reflection.GetInt64(message, &field))};
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return {v1::ITEM_TYPE_NUMBER,
              ShortestDecimal(reflection.GetDouble(message, &field))};
    case FieldDescriptor::CPPTYPE_STRING:
      return {v1::ITEM_TYPE_TEXT, reflection.GetString(message, &field)};
    default:
      return ListItem(message, field);
  }
}

class Collector {
 public:
  explicit Collector(AgreementItems& items) : items_(items) {}

  void AddField(const Message& message, const FieldDescriptor& field,
                const std::string& path) {
    if (field.is_repeated()) {
      items_[path] = ListItem(message, field);
    } else if (field.message_type() == nullptr) {
      items_[path] = ScalarItem(message, field);
    } else {
      AddParts(message.GetReflection()->GetMessage(message, &field), path,
               /*is_element=*/false);
    }
  }

  void AddParts(const Message& message, const std::string& path,
                bool is_element) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const v1::FieldRules& rules = RulesOf(*field);
      if (rules.source() || (is_element && rules.has_key_part()) ||
          rules.behavior() == v1::FIELD_BEHAVIOR_OUTPUT_ONLY) {
        continue;
      }
      AddField(message, *field, absl::StrCat(path, ".", field->json_name()));
    }
  }

 private:
  AgreementItems& items_;
};

}  // namespace

absl::StatusOr<AgreementItems> FindAgreementItems(const FieldTraits& field,
                                                  const RecordTraits& traits,
                                                  absl::string_view value) {
  AgreementItems items;
  if (field.merge == MergeKind::kSet) return items;
  ASSIGN_OR_RETURN(const std::unique_ptr<Message> record,
                   ParseValue(value, traits));
  Collector collector(items);
  const FieldDescriptor& descriptor = *field.descriptor;
  const std::string path = descriptor.json_name();
  if (field.merge == MergeKind::kRegister) {
    collector.AddField(*record, descriptor, path);
    return items;
  }
  for (int i = 0; i < record->GetReflection()->FieldSize(*record, &descriptor);
       ++i) {
    collector.AddParts(
        record->GetReflection()->GetRepeatedMessage(*record, &descriptor, i),
        path, /*is_element=*/true);
  }
  return items;
}

}  // namespace consilium
