#include "server/rpc/record_input.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/element_key.h"
#include "proto/base/field_rules.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_reference.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggested_field.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::UnknownFieldSet;

constexpr absl::string_view kMaskField = "updateMask";
constexpr absl::string_view kEverything = "*";

void CollectUnknown(const Message& message, const std::string& path,
                    std::vector<FieldViolation>& violations) {
  const Reflection& reflection = *message.GetReflection();
  const UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
  for (int i = 0; i < unknown.field_count(); ++i) {
    violations.push_back(
        {path, absl::StrCat("has field ", unknown.field(i).number(),
                            ", which this server does not know; want the "
                            "fields of ",
                            message.GetDescriptor()->full_name())});
  }
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->message_type() == nullptr) continue;
    const std::string here =
        absl::StrCat(path, path.empty() ? "" : ".", field->json_name());
    if (!field->is_repeated()) {
      CollectUnknown(reflection.GetMessage(message, field), here, violations);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CollectUnknown(reflection.GetRepeatedMessage(message, field, i),
                     absl::StrCat(here, "[", i, "]"), violations);
    }
  }
}

// Fields that a request may assign.
bool IsAssignable(const FieldTraits& field) {
  return field.assigned && !field.output_only;
}

// "; did you mean ...?", in the spelling that was used, else all `names`.
std::string FieldMeant(absl::string_view name,
                       const std::vector<std::string>& names,
                       const RecordTraits& traits) {
  std::vector<std::string> meant;
  for (const std::string& path : SuggestFields(*traits.descriptor, name)) {
    const std::string first = path.substr(0, path.find('.'));
    const bool can_be_set =
        std::any_of(names.begin(), names.end(), [&](const std::string& each) {
          return FoldWord(each) == FoldWord(first);
        });
    if (can_be_set && (meant.empty() || meant.back() != first)) {
      meant.push_back(first);
    }
  }
  if (meant.empty()) meant = Suggestions(name, names);
  if (meant.empty()) return absl::StrCat("; want ", absl::StrJoin(names, ", "));
  for (std::string& each : meant) each = Quote(each);
  return absl::StrCat("; did you mean ", absl::StrJoin(meant, " or "), "?");
}

// The data field that a path of a mask names; null when it names one that is
// ignored, or after adding a violation.
const FieldTraits* FindMasked(const std::string& path,
                              const RecordTraits& traits,
                              std::vector<FieldViolation>& violations) {
  const std::string name = path.substr(0, path.find('.'));
  for (const FieldTraits& field : traits.fields) {
    const FieldDescriptor& descriptor = *field.descriptor;
    if (descriptor.name() != name && descriptor.json_name() != name) continue;
    if (name.size() == path.size()) {
      return IsAssignable(field) ? &field : nullptr;
    }
    violations.push_back({std::string(kMaskField),
                          absl::StrCat(Quote(path),
                                       " reaches into a field; it is set as a "
                                       "whole, want ",
                                       Quote(name))});
    return nullptr;
  }
  std::vector<std::string> names;
  for (const FieldTraits& field : traits.fields) {
    if (IsAssignable(field)) names.push_back(field.descriptor->name());
  }
  violations.push_back(
      {std::string(kMaskField),
       absl::StrCat(Quote(path), " is no field of ", traits.singular,
                    FieldMeant(name, names, traits))});
  return nullptr;
}

bool IsPresent(const Message& record, const FieldDescriptor& field) {
  const Reflection& reflection = *record.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(record, &field) > 0
                             : reflection.HasField(record, &field);
}

// The numbers of the fields that the statements replace.
std::set<int32_t> ReplacedFields(const Message& record,
                                 const RecordTraits& traits,
                                 const RecordInputOptions& options,
                                 std::vector<FieldViolation>& violations) {
  std::set<int32_t> replaced;
  const bool has_mask =
      options.mask != nullptr && options.mask->paths_size() > 0;
  const bool all =
      options.replace_all || (has_mask && options.mask->paths_size() == 1 &&
                              options.mask->paths(0) == kEverything);
  for (const FieldTraits& field : traits.fields) {
    const bool wanted = all || (!has_mask && !options.merge_lists &&
                                IsPresent(record, *field.descriptor));
    if (wanted && IsAssignable(field)) {
      replaced.insert(field.descriptor->number());
    }
  }
  if (!has_mask || all) return replaced;
  for (const std::string& path : options.mask->paths()) {
    if (path == kEverything) {
      violations.push_back({std::string(kMaskField),
                            "\"*\" stands beside other paths; want it alone"});
      continue;
    }
    const FieldTraits* field = FindMasked(path, traits, violations);
    if (field != nullptr) replaced.insert(field->descriptor->number());
  }
  return replaced;
}

void ClearUnmasked(const std::set<int32_t>& masked, const RecordTraits& traits,
                   Message& record) {
  std::vector<const FieldDescriptor*> present;
  record.GetReflection()->ListFields(record, &present);
  for (const FieldDescriptor* field : present) {
    if (IsAssignable(*traits.FindField(field->number())) &&
        !masked.count(field->number())) {
      record.GetReflection()->ClearField(&record, field);
    }
  }
}

// Whether `violation` says that a top-level field of `record` is missing.
bool IsAbsence(const FieldViolation& violation, const Message& record,
               absl::string_view prefix) {
  for (int i = 0; i < record.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *record.GetDescriptor()->field(i);
    if (violation.field ==
        absl::StrCat(prefix, prefix.empty() ? "" : ".", field.json_name())) {
      return !IsPresent(record, field);
    }
  }
  return false;
}

}  // namespace

std::vector<FieldViolation> FindUnknownFields(const Message& message,
                                              absl::string_view prefix) {
  std::vector<FieldViolation> violations;
  CollectUnknown(message, std::string(prefix), violations);
  return violations;
}

RecordInput ReadRecordInput(const Message& record, const RecordTraits& traits,
                            const RecordInputOptions& options,
                            std::vector<FieldViolation>& violations) {
  const size_t violations_before = violations.size();
  RecordInput input;
  input.stated.reset(record.New());
  Message& stated = *input.stated;
  stated.MergeFrom(record);
  ClearOutputOnly(stated);
  const std::set<int32_t> replaced =
      ReplacedFields(stated, traits, options, violations);
  if (options.mask != nullptr && options.mask->paths_size() > 0) {
    ClearUnmasked(replaced, traits, stated);
  }
  CollectUnknown(stated, options.prefix, violations);
  for (FieldViolation& violation :
       Validate(stated, {.prefix = options.prefix})) {
    if (!options.is_whole && IsAbsence(violation, stated, options.prefix)) {
      continue;
    }
    violations.push_back(std::move(violation));
  }
  google::protobuf::Arena arena;
  Message& keyed = *record.New(&arena);
  keyed.MergeFrom(stated);
  for (FieldViolation& violation : BuildKeys(keyed, options.prefix)) {
    violations.push_back(std::move(violation));
  }
  // A message that is not as it should be may not split.
  if (violations.size() > violations_before) return input;
  auto values = Split(keyed, traits);
  if (!values.ok()) {
    violations.push_back(
        {options.prefix, std::string(values.status().message())});
    return input;
  }
  input.statements.values = *std::move(values);
  input.statements.replaced_fields.assign(replaced.begin(), replaced.end());
  return input;
}

bool StatesImmutable(const Message& stated, const RecordTraits& traits) {
  return std::any_of(traits.fields.begin(), traits.fields.end(),
                     [&](const FieldTraits& field) {
                       return field.immutable &&
                              IsPresent(stated, *field.descriptor);
                     });
}

void CheckImmutable(const Message& stated, const Message& current,
                    const RecordTraits& traits, absl::string_view prefix,
                    std::vector<FieldViolation>& violations) {
  for (const FieldTraits& field : traits.fields) {
    const FieldDescriptor& descriptor = *field.descriptor;
    if (!field.immutable || !IsPresent(stated, descriptor) ||
        !IsPresent(current, descriptor)) {
      continue;
    }
    std::unique_ptr<Message> a(stated.New());
    std::unique_ptr<Message> b(stated.New());
    a->MergeFrom(stated);
    b->MergeFrom(current);
    for (const FieldTraits& other : traits.fields) {
      if (other.descriptor == &descriptor) continue;
      a->GetReflection()->ClearField(a.get(), other.descriptor);
      b->GetReflection()->ClearField(b.get(), other.descriptor);
    }
    if (Encode(*a) == Encode(*b)) continue;
    violations.push_back(
        {absl::StrCat(prefix, prefix.empty() ? "" : ".",
                      descriptor.json_name()),
         "is given on creation and never changed; leave it out"});
  }
}

absl::StatusOr<std::unique_ptr<Message>> NoCurrentRecord() { return nullptr; }

absl::Status CheckReferences(const Message& record, const RecordName& name,
                             absl::string_view prefix, WillBeLive will_be_live,
                             ReadCurrent read_current,
                             std::vector<FieldViolation>& violations) {
  std::vector<RecordReference> dangling;
  for (RecordReference& reference : FindReferences(record, name, prefix)) {
    if (reference.name == name.relative()) continue;
    ASSIGN_OR_RETURN(const bool live, will_be_live(reference.name));
    if (!live) dangling.push_back(std::move(reference));
  }
  if (dangling.empty()) return absl::OkStatus();
  std::set<std::string> held;
  ASSIGN_OR_RETURN(const std::unique_ptr<Message> current, read_current());
  if (current != nullptr) {
    for (RecordReference& reference : FindReferences(*current, name)) {
      held.insert(std::move(reference.name));
    }
  }
  for (const RecordReference& reference : dangling) {
    if (held.count(reference.name) > 0) continue;
    violations.push_back(
        {reference.path,
         absl::StrCat("there is no record ", Quote(reference.name),
                      "; want one that exists or is part of this change")});
  }
  return absl::OkStatus();
}

std::vector<FieldValue> ApplyStatements(std::vector<FieldValue> current,
                                        const FieldStatements& statements) {
  const auto is_before = [](const FieldValue& a, const FieldValue& b) {
    return a.path < b.path;
  };
  const auto& replaced = statements.replaced_fields;
  std::vector<FieldValue> after = statements.values;
  for (FieldValue& value : current) {
    const bool is_replaced = std::find(replaced.begin(), replaced.end(),
                                       value.path.field) != replaced.end();
    const bool is_stated = std::binary_search(
        statements.values.begin(), statements.values.end(), value, is_before);
    if (!is_replaced && !is_stated) after.push_back(std::move(value));
  }
  after.erase(std::remove_if(
                  after.begin(), after.end(),
                  [](const FieldValue& value) { return value.value.empty(); }),
              after.end());
  std::sort(after.begin(), after.end(), is_before);
  return after;
}

}  // namespace consilium
