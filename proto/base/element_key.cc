#include "proto/base/element_key.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/limits.h"
#include "proto/base/number_text.h"
#include "proto/base/quantity.h"
#include "proto/base/record_traits.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr absl::string_view kAbsentPart = "-";

std::optional<std::string> MessageKeyText(const Message& message);

// "trials/t/arms/a" as "t.a".
std::string IdsOf(absl::string_view name) {
  const std::vector<absl::string_view> segments = absl::StrSplit(name, '/');
  std::vector<absl::string_view> ids;
  for (size_t i = 1; i < segments.size(); i += 2) ids.push_back(segments[i]);
  return absl::StrJoin(ids, ".");
}

std::optional<std::string> StringKeyText(const FieldDescriptor& field,
                                         absl::string_view value) {
  const bool is_name =
      RulesOf(field).has_reference() && absl::StrContains(value, '/');
  const std::string whole = is_name ? IdsOf(value) : std::string(value);
  std::string text;
  for (const char c : whole) {
    const char lower = absl::ascii_tolower(c);
    const bool kept = absl::ascii_islower(lower) || absl::ascii_isdigit(c) ||
                      c == '.' || c == '_' ||
                      static_cast<unsigned char>(c) > 127;
    if (kept) {
      text.push_back(lower);
    } else if (!text.empty() && text.back() != '-') {
      text.push_back('-');
    }
  }
  if (absl::EndsWith(text, "-")) text.pop_back();
  if (text.empty()) return std::nullopt;
  return text;
}

std::string TokenOption(const EnumValueDescriptor* value) {
  return value == nullptr ? "" : value->options().GetExtension(v1::token);
}

std::optional<std::string> EnumKeyText(const EnumDescriptor& type, int number) {
  const std::string unstated = TokenOption(type.FindValueByNumber(0));
  const auto* value = type.FindValueByNumber(number);
  const std::string text = number == 0        ? unstated
                           : value == nullptr ? absl::StrCat(number)
                                              : EnumToken(*value);
  if (text.empty()) return std::nullopt;
  return text;
}

// The text of a singular field, or of the `index`th element of a list.
std::optional<std::string> ElementText(const Message& message,
                                       const FieldDescriptor& field,
                                       int index) {
  const Reflection& reflection = *message.GetReflection();
#define CONSILIUM_GET(Type)                                                   \
  (field.is_repeated() ? reflection.GetRepeated##Type(message, &field, index) \
                       : reflection.Get##Type(message, &field))
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return StringKeyText(field, CONSILIUM_GET(String));
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumKeyText(*field.enum_type(), CONSILIUM_GET(EnumValue));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(CONSILIUM_GET(Int32));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(CONSILIUM_GET(Int64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(CONSILIUM_GET(UInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(CONSILIUM_GET(UInt64));
    case FieldDescriptor::CPPTYPE_BOOL:
      return std::string(CONSILIUM_GET(Bool) ? "true" : "false");
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ShortestDecimal(CONSILIUM_GET(Double));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return ShortestDecimal(CONSILIUM_GET(Float));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Message& part =
          field.is_repeated()
              ? reflection.GetRepeatedMessage(message, &field, index)
              : reflection.GetMessage(message, &field);
      return IsQuantity(*part.GetDescriptor()) ? QuantityKeyText(part)
                                               : MessageKeyText(part);
    }
  }
#undef CONSILIUM_GET
  return std::nullopt;
}

std::optional<std::string> ListText(const Message& message,
                                    const FieldDescriptor& field) {
  std::set<std::string> texts;
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    auto text = ElementText(message, field, i);
    if (text.has_value()) texts.insert(*std::move(text));
  }
  if (texts.empty()) return std::nullopt;
  const v1::FieldRules& rules = RulesOf(field);
  return absl::StrJoin(texts, rules.has_key_join() ? rules.key_join() : "+");
}

std::optional<std::string> FieldText(const Message& message,
                                     const FieldDescriptor& field) {
  if (field.is_repeated()) return ListText(message, field);
  const bool present = message.GetReflection()->HasField(message, &field);
  if (present) return ElementText(message, field, 0);
  // What is not stated may have a text of its own.
  if (field.enum_type() != nullptr) return EnumKeyText(*field.enum_type(), 0);
  return std::nullopt;
}

// The fields of each key part in order; several in one are alternatives.
std::map<int, std::vector<const FieldDescriptor*>> KeyParts(
    const Descriptor& message) {
  std::map<int, std::vector<const FieldDescriptor*>> parts;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    if (RulesOf(*field).key_part() > 0) {
      parts[RulesOf(*field).key_part()].push_back(field);
    }
  }
  return parts;
}

struct ChosenPart {
  const FieldDescriptor* field;
  std::optional<std::string> text;
};

// The first alternative that is present.
ChosenPart Choose(const Message& message,
                  const std::vector<const FieldDescriptor*>& alternatives) {
  for (const FieldDescriptor* field : alternatives) {
    auto text = FieldText(message, *field);
    if (text.has_value()) return {field, std::move(text)};
  }
  return {alternatives.front(), std::nullopt};
}

// The parts of `message` in order. Behind nothing, a part needs no separator;
// an absent one is `absent`, or left out where that is empty.
std::string JoinParts(const Message& message, absl::string_view separator,
                      absl::string_view absent) {
  std::string joined;
  bool first = true;
  for (const auto& [position, alternatives] :
       KeyParts(*message.GetDescriptor())) {
    const ChosenPart part = Choose(message, alternatives);
    const v1::FieldRules& rules = RulesOf(*part.field);
    const bool left_out = rules.has_key_prefix() || absent.empty();
    if (!part.text.has_value() && left_out) continue;
    absl::StrAppend(&joined,
                    rules.has_key_prefix() ? rules.key_prefix()
                    : first                ? absl::string_view()
                                           : separator,
                    part.text.has_value() ? *part.text : absent);
    first = false;
  }
  return joined;
}

std::optional<std::string> MessageKeyText(const Message& message) {
  std::string text = JoinParts(message, ",", "");
  if (text.empty()) return std::nullopt;
  return text;
}

std::vector<const FieldDescriptor*> PresentFields(const Message& message) {
  std::vector<const FieldDescriptor*> present;
  message.GetReflection()->ListFields(message, &present);
  return present;
}

// Reorders a list so that at i stands what stood at order[i].
void Permute(Message& message, const FieldDescriptor* field,
             std::vector<int> order) {
  for (size_t i = 0; i < order.size(); ++i) {
    const int here = static_cast<int>(i);
    const int wanted = order[i];
    if (wanted == here) continue;
    message.GetReflection()->SwapElements(&message, field, here, wanted);
    // What stood here has moved to where the wanted one was.
    std::replace(order.begin() + here, order.end(), here, wanted);
  }
}

std::vector<int> SortedOrder(const std::vector<std::string>& texts) {
  std::vector<int> order(texts.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&texts](int a, int b) { return texts[a] < texts[b]; });
  return order;
}

void SortList(Message& message, const FieldDescriptor* field) {
  std::vector<std::string> texts;
  const int size = message.GetReflection()->FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    const auto text = ElementText(message, *field, i);
    texts.push_back(text.value_or(""));
  }
  Permute(message, field, SortedOrder(texts));
}

// The elements of a list of scalars as text that tells them apart.
std::string ScalarText(const Message& message, const FieldDescriptor& field,
                       int index) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return message.GetReflection()->GetRepeatedString(message, &field, index);
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return absl::StrCat(
        message.GetReflection()->GetRepeatedEnumValue(message, &field, index));
  }
  return *ElementText(message, field, index);
}

void RemoveRepetitions(Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  std::set<std::string> seen;
  int kept = 0;
  const int size = reflection.FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    if (!seen.insert(ScalarText(message, *field, i)).second) continue;
    if (i != kept) reflection.SwapElements(&message, field, i, kept);
    ++kept;
  }
  for (int i = kept; i < size; ++i) reflection.RemoveLast(&message, field);
}

// `present` are the fields that `message` has; it keeps them.
void Normalize(Message& message,
               absl::Span<const FieldDescriptor* const> present) {
  const Reflection& reflection = *message.GetReflection();
  for (const FieldDescriptor* field : present) {
    const v1::FieldRules& rules = RulesOf(*field);
    const bool is_message = field->message_type() != nullptr;
    if (is_message && !field->is_map()) {
      const int size =
          field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < size; ++i) {
        Message& part =
            field->is_repeated()
                ? *reflection.MutableRepeatedMessage(&message, field, i)
                : *reflection.MutableMessage(&message, field);
        if (rules.years_as_months() && IsQuantity(*part.GetDescriptor())) {
          YearsToMonths(part);
        }
        Normalize(part, PresentFields(part));
      }
    }
    if (!field->is_repeated()) continue;
    const bool in_key = rules.key_part() > 0;
    if (!is_message && (in_key || rules.merge() == v1::MERGE_KIND_SET)) {
      RemoveRepetitions(message, field);
    }
    if (in_key) SortList(message, field);
  }
}

// Fills the keys of one field and puts its elements into their order.
void KeyField(Message& record, const FieldDescriptor* field,
              absl::string_view path, std::vector<FieldViolation>& violations) {
  const Reflection& reflection = *record.GetReflection();
  const FieldDescriptor* key_field =
      field->message_type()->FindFieldByNumber(kElementKeyField);
  std::vector<std::string> keys;
  std::map<std::string, int> first;
  const int size = reflection.FieldSize(record, field);
  for (int i = 0; i < size; ++i) {
    Message& element = *reflection.MutableRepeatedMessage(&record, field, i);
    std::string key = BuildKey(element);
    const std::string here = absl::StrCat(path, "[", i, "]");
    const auto [found, is_new] = first.emplace(key, i);
    if (!is_new) {
      violations.push_back(
          {here, absl::StrCat("has the same key as ", path, "[", found->second,
                              "], ", Quote(key),
                              "; want elements that differ in a part of the "
                              "key, or one element")});
    }
    if (key.size() > kElementKeySizeMax) {
      violations.push_back(
          {here, absl::StrCat("has a key of ", key.size(),
                              " bytes; want at most ", kElementKeySizeMax)});
    }
    element.GetReflection()->SetString(&element, key_field, key);
    keys.push_back(std::move(key));
  }
  Permute(record, field, SortedOrder(keys));
}

}  // namespace

std::string BuildKey(const Message& element) {
  return JoinParts(element, "/", kAbsentPart);
}

std::vector<FieldViolation> BuildKeys(Message& record,
                                      absl::string_view prefix) {
  std::vector<FieldViolation> violations;
  const std::vector<const FieldDescriptor*> present = PresentFields(record);
  Normalize(record, present);
  const std::string before = prefix.empty() ? "" : absl::StrCat(prefix, ".");
  for (const FieldDescriptor* field : present) {
    if (RulesOf(*field).merge() == v1::MERGE_KIND_KEYED) {
      KeyField(record, field, absl::StrCat(before, field->json_name()),
               violations);
    }
  }
  return violations;
}

std::string EnumToken(const EnumValueDescriptor& value) {
  const std::string option = TokenOption(&value);
  if (!option.empty()) return option;
  // The prefix of LINE_KIND_UNSPECIFIED serves every value of its enum.
  const absl::string_view zero = value.type()->value(0)->name();
  const absl::string_view prefix = absl::StripSuffix(zero, "UNSPECIFIED");
  absl::string_view name = value.name();
  if (prefix != zero) absl::ConsumePrefix(&name, prefix);
  std::string token = absl::AsciiStrToLower(name);
  std::replace(token.begin(), token.end(), '_', '-');
  return token;
}

}  // namespace consilium
