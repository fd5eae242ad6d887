#include "proto/base/record_traits.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "consilium/v1/options.pb.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// The schema is ours: a message that breaks its conventions is a bug of the
// build, which no caller can handle.
[[noreturn]] void RejectSchema(absl::string_view what,
                               absl::string_view complaint) {
  std::fprintf(stderr, "record schema: %s %s\n", std::string(what).c_str(),
               std::string(complaint).c_str());
  std::abort();
}

void Require(bool holds, const FieldDescriptor& field,
             absl::string_view complaint) {
  if (!holds) RejectSchema(field.full_name(), complaint);
}

MergeKind ReadMergeKind(const FieldDescriptor& field) {
  const bool is_message = field.message_type() != nullptr;
  switch (RulesOf(field).merge()) {
    case v1::MERGE_KIND_SET:
      Require(field.is_repeated() && !is_message, field,
              "is a set but no repeated scalar");
      return MergeKind::kSet;
    case v1::MERGE_KIND_KEYED: {
      Require(field.is_repeated() && is_message, field,
              "is keyed but no repeated message");
      const auto* key =
          field.message_type()->FindFieldByNumber(kElementKeyField);
      Require(key != nullptr && key->name() == "key" &&
                  key->type() == FieldDescriptor::TYPE_STRING,
              field, "is keyed but its message has no string key = 1");
      return MergeKind::kKeyed;
    }
    default:
      return MergeKind::kRegister;
  }
}

// The field of `message` marked as a source, or null.
const FieldDescriptor* FindSource(const Descriptor& message) {
  const FieldDescriptor* source = nullptr;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (!RulesOf(field).source()) continue;
    Require(source == nullptr, field, "is a second source of its message");
    Require(!field.is_repeated() && field.message_type() != nullptr, field,
            "is a source but no singular message");
    source = &field;
  }
  return source;
}

FieldTraits ReadField(const FieldDescriptor& field) {
  Require(!field.is_map(), field, "is a map; records have none");
  Require(field.is_repeated() || field.has_presence(), field,
          "has no explicit presence");
  const v1::FieldBehavior behavior = RulesOf(field).behavior();
  FieldTraits traits;
  traits.descriptor = &field;
  traits.merge = ReadMergeKind(field);
  traits.output_only = behavior == v1::FIELD_BEHAVIOR_OUTPUT_ONLY;
  traits.immutable = behavior == v1::FIELD_BEHAVIOR_IMMUTABLE;
  const int number = field.number();
  const bool is_data = number != kNameField && number <= kDataFieldMax;
  traits.assigned = (is_data && !traits.output_only &&
                     behavior != v1::FIELD_BEHAVIOR_IDENTIFIER) ||
                    number == kLifecycleField ||
                    number == kRetractionReasonField;
  const bool whole_message =
      field.message_type() != nullptr &&
      (traits.merge == MergeKind::kKeyed || !field.is_repeated());
  if (traits.assigned && whole_message) {
    traits.source = FindSource(*field.message_type());
  }
  return traits;
}

std::string Fold(absl::string_view word) {
  return absl::AsciiStrToLower(
      absl::StrReplaceAll(word, {{"-", ""}, {"_", ""}, {" ", ""}}));
}

// "trials/*/arms" of "trials/{trial}/arms/{arm}".
std::string CollectionOf(absl::string_view pattern) {
  std::vector<std::string> parts = absl::StrSplit(pattern, '/');
  if (parts.size() > 1) parts.pop_back();
  for (std::string& part : parts) {
    if (absl::StartsWith(part, "{")) part = "*";
  }
  return absl::StrJoin(parts, "/");
}

// All but the parent.
RecordTraits ReadTraits(const RecordKind& kind) {
  const Descriptor& message = *kind.prototype->GetDescriptor();
  const v1::MessageRules& rules = message.options().GetExtension(v1::message);
  RecordTraits traits;
  traits.kind_id = kind.kind_id;
  traits.singular = rules.singular();
  traits.collection = rules.plural();
  traits.pattern = rules.pattern();
  traits.aliases = kind.aliases;
  traits.singleton = !absl::StrContains(traits.pattern, '/');
  traits.descriptor = &message;
  traits.prototype = kind.prototype;
  if (traits.pattern.empty() || traits.singular.empty() ||
      traits.collection.empty()) {
    RejectSchema(message.full_name(),
                 "lacks a pattern, a singular or a plural");
  }
  for (int i = 0; i < message.field_count(); ++i) {
    traits.fields.push_back(ReadField(*message.field(i)));
  }
  std::sort(traits.fields.begin(), traits.fields.end(),
            [](const FieldTraits& a, const FieldTraits& b) {
              return a.descriptor->number() < b.descriptor->number();
            });
  return traits;
}

// Whether `name` has the segments of `pattern`, in which "{...}" stands for any
// that is not empty.
bool Matches(absl::string_view name, absl::string_view pattern) {
  while (true) {
    const size_t name_end = std::min(name.find('/'), name.size());
    const size_t pattern_end = std::min(pattern.find('/'), pattern.size());
    const absl::string_view segment = name.substr(0, name_end);
    const absl::string_view wanted = pattern.substr(0, pattern_end);
    const bool fits =
        absl::StartsWith(wanted, "{") ? !segment.empty() : segment == wanted;
    if (!fits) return false;
    const bool name_ends = name_end == name.size();
    if (name_ends || pattern_end == pattern.size()) {
      return name_ends && pattern_end == pattern.size();
    }
    name.remove_prefix(name_end + 1);
    pattern.remove_prefix(pattern_end + 1);
  }
}

}  // namespace

const v1::FieldRules& RulesOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::field);
}

const FieldTraits* RecordTraits::FindField(int32_t number) const {
  const auto found =
      std::lower_bound(fields.begin(), fields.end(), number,
                       [](const FieldTraits& field, int32_t wanted) {
                         return field.descriptor->number() < wanted;
                       });
  const bool hit =
      found != fields.end() && found->descriptor->number() == number;
  return hit ? &*found : nullptr;
}

std::string RecordTraits::CollectionPath() const {
  return CollectionOf(pattern);
}

RecordTraitsTable::RecordTraitsTable(const std::vector<RecordKind>& kinds) {
  for (const RecordKind& kind : kinds) {
    auto traits = std::make_unique<RecordTraits>(ReadTraits(kind));
    const Descriptor& message = *traits->descriptor;
    if (!traits->singleton &&
        !absl::EndsWith(traits->CollectionPath(), traits->collection)) {
      RejectSchema(message.full_name(), "lacks a pattern that fits its plural");
    }
    const std::string parent_pattern(absl::StripSuffix(
        traits->CollectionPath(), absl::StrCat("/*/", traits->collection)));
    if (absl::StrContains(traits->CollectionPath(), "*")) {
      traits->parent = FindByCollection(parent_pattern);
      if (traits->parent == nullptr) {
        RejectSchema(message.full_name(), "stands before its parent");
      }
    }
    if (FindByKindId(kind.kind_id) != nullptr ||
        FindByCollection(traits->collection) != nullptr) {
      RejectSchema(message.full_name(), "has the kind id or plural of another");
    }
    all_.push_back(traits.get());
    owned_.push_back(std::move(traits));
  }
  std::sort(all_.begin(), all_.end(),
            [](const RecordTraits* a, const RecordTraits* b) {
              return a->kind_id < b->kind_id;
            });
}

const RecordTraitsTable& RecordTraitsTable::Get() {
  static const auto& table = *new RecordTraitsTable(RecordKinds());
  return table;
}

const RecordTraits* RecordTraitsTable::FindByCollection(
    absl::string_view collection) const {
  for (const RecordTraits* traits : all_) {
    if (traits->collection == collection ||
        traits->CollectionPath() == collection) {
      return traits;
    }
  }
  return nullptr;
}

const RecordTraits* RecordTraitsTable::FindByWord(
    absl::string_view word) const {
  const std::string wanted = Fold(word);
  for (const RecordTraits* traits : all_) {
    if (Fold(traits->singular) == wanted ||
        Fold(traits->collection) == wanted) {
      return traits;
    }
    for (const std::string& alias : traits->aliases) {
      if (Fold(alias) == wanted) return traits;
    }
  }
  return nullptr;
}

const RecordTraits* RecordTraitsTable::FindByDescriptor(
    const Descriptor* descriptor) const {
  for (const RecordTraits* traits : all_) {
    if (traits->descriptor == descriptor) return traits;
  }
  return nullptr;
}

const RecordTraits* RecordTraitsTable::FindByKindId(int32_t kind_id) const {
  for (const RecordTraits* traits : all_) {
    if (traits->kind_id == kind_id) return traits;
  }
  return nullptr;
}

const RecordTraits* RecordTraitsTable::FindByName(
    absl::string_view relative_name) const {
  for (const RecordTraits* traits : all_) {
    if (Matches(relative_name, traits->pattern)) return traits;
  }
  return nullptr;
}

}  // namespace consilium
