#include "proto/base/record_reference.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>

#include "absl/container/node_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/mutex.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
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

bool IsReferenceField(const FieldDescriptor& field) {
  return RulesOf(field).has_reference() &&
         field.type() == FieldDescriptor::TYPE_STRING;
}

// Whether a message of this type may hold a reference, at any depth. `seen` are
// the types that were looked at.
bool MayRefer(const Descriptor& type, std::set<const Descriptor*>& seen) {
  if (!seen.insert(&type).second) return false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsReferenceField(field) || (field.message_type() != nullptr &&
                                    MayRefer(*field.message_type(), seen))) {
      return true;
    }
  }
  return false;
}

std::vector<const FieldDescriptor*> FindReferring(const Descriptor& type) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    std::set<const Descriptor*> seen;
    if (IsReferenceField(field) || (field.message_type() != nullptr &&
                                    MayRefer(*field.message_type(), seen))) {
      fields.push_back(&field);
    }
  }
  std::sort(fields.begin(), fields.end(),
            [](const FieldDescriptor* a, const FieldDescriptor* b) {
              return a->number() < b->number();
            });
  return fields;
}

// The fields that are references or may hold some, ascending by number. Found
// once for each message of this program.
const std::vector<const FieldDescriptor*>& ReferringOf(const Descriptor& type) {
  static Mutex& mutex = *new Mutex;
  static auto& known =
      *new absl::node_hash_map<const Descriptor*,
                               std::vector<const FieldDescriptor*>>;
  MutexLock lock(mutex);
  const auto [found, is_new] = known.try_emplace(&type);
  if (is_new) found->second = FindReferring(type);
  return found->second;
}

int ElementCount(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) return reflection.FieldSize(message, &field);
  return reflection.HasField(message, &field) ? 1 : 0;
}

void Collect(const Message& message, const RecordName& name,
             const std::string& path, std::vector<RecordReference>& found) {
  const auto& reflection = *message.GetReflection();
  for (const FieldDescriptor* field : ReferringOf(*message.GetDescriptor())) {
    const auto& rules = RulesOf(*field);
    const int size = ElementCount(message, *field);
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
