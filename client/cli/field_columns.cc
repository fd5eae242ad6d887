#include "client/cli/field_columns.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "consilium/v1/evidence.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/quantity.h"
#include "proto/base/suggestion.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DynamicCastToGenerated;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::vector<std::string> NamesOf(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) {
    names.push_back(type.field(i)->json_name());
  }
  return names;
}

std::string ScalarText(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*reflection.GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ShortestDecimal(reflection.GetDouble(message, &field));
    default:
      return "";
  }
}

std::string RepeatedText(const Message& message, const FieldDescriptor& field,
                         int i) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetRepeatedString(message, &field, i);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*reflection.GetRepeatedEnum(message, &field, i));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetRepeatedInt32(message, &field, i));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ShortestDecimal(reflection.GetRepeatedDouble(message, &field, i));
    default:
      return "";
  }
}

void AddTexts(const Message& message, absl::Span<const std::string> path,
              std::vector<std::string>& texts) {
  const FieldDescriptor* const field =
      message.GetDescriptor()->FindFieldByCamelcaseName(path.front());
  if (field == nullptr) return;
  const Reflection& reflection = *message.GetReflection();
  const auto add = [&](const Message& each) {
    path.size() > 1 ? AddTexts(each, path.subspan(1), texts)
                    : texts.push_back(MessageWords(each));
  };
  if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (field->message_type() != nullptr) {
        add(reflection.GetRepeatedMessage(message, field, i));
      } else {
        texts.push_back(RepeatedText(message, *field, i));
      }
    }
  } else if (reflection.HasField(message, field)) {
    if (field->message_type() != nullptr) {
      add(reflection.GetMessage(message, field));
    } else {
      texts.push_back(ScalarText(message, *field));
    }
  }
}

template <typename Components>
void AddComponents(const Components& components,
                   std::vector<std::string>& parts) {
  for (const auto& each : components) parts.push_back(ComponentText(each));
}

std::string ArmWords(const v1::Arm& arm) {
  std::vector<std::string> parts;
  AddComponents(arm.drugs(), parts);
  AddComponents(arm.radiotherapies(), parts);
  AddComponents(arm.surgeries(), parts);
  AddComponents(arm.other_components(), parts);
  const std::string title = arm.has_title() ? arm.title() : IdOf(arm.name());
  return parts.empty()
             ? title
             : absl::StrCat(title, " (", absl::StrJoin(parts, "; "), ")");
}

std::string SourceWords(const v1::Source& source) {
  return JoinWords(
      {source.has_report() ? source.report() : source.registration(),
       source.locator()},
      ", ");
}

std::string SubgroupWords(const v1::Subgroup& term) {
  const std::string comparator = ComparatorWords(term.comparator());
  return absl::StrCat(term.term(), " ", comparator.empty() ? "= " : comparator,
                      term.level(), term.unit());
}

std::string CountWords(const v1::Count& count) {
  if (count.has_value()) return absl::StrCat(count.value());
  if (count.has_low() && count.has_high()) {
    return absl::StrCat(count.low(), " to ", count.high());
  }
  return count.has_low() ? absl::StrCat("≥ ", count.low())
                         : absl::StrCat("≤ ", count.high());
}

// The words of one type; empty for any other.
template <typename Type, typename Words>
bool AsWords(const Message& message, Words words, std::string& text) {
  const auto* const typed = DynamicCastToGenerated<Type>(&message);
  if (typed == nullptr) return false;
  text = words(*typed);
  return true;
}

// "count 68, population itt": the fields by their names, without what says
// where a value was read or what it is called by.
std::string FieldsInWords(const Message& message) {
  std::vector<std::string> parts;
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string& name = field->json_name();
    if (name == "key" || name == "source" || name == "note") continue;
    const std::string text = FieldCell(message, name);
    if (!text.empty()) parts.push_back(absl::StrCat(name, " ", text));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace

absl::Status CheckFieldPath(absl::string_view flag, absl::string_view path,
                            const Descriptor& type, absl::string_view wish,
                            absl::string_view next) {
  const Descriptor* at = &type;
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    const auto* const field =
        at == nullptr ? nullptr
                      : at->FindFieldByCamelcaseName(std::string(part));
    if (field == nullptr) {
      return UsageError(
          absl::StrCat(flag, " names \"", path, "\"",
                       DidYouMean(std::string(part),
                                  NamesOf(at == nullptr ? type : *at)),
                       "; want ", wish),
          std::string(next));
    }
    at = field->message_type();
  }
  return absl::OkStatus();
}

std::vector<std::string> FieldTexts(const Message& message,
                                    absl::string_view path) {
  std::vector<std::string> texts;
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  AddTexts(message, names, texts);
  return texts;
}

std::string FieldCell(const Message& message, absl::string_view path) {
  const std::vector<std::string> texts = FieldTexts(message, path);
  // Words have commas of their own.
  const bool words = std::any_of(
      texts.begin(), texts.end(),
      [](const std::string& text) { return absl::StrContains(text, ", "); });
  return absl::StrJoin(texts, words ? "; " : ", ");
}

std::string MessageWords(const Message& message) {
  std::string text;
  const auto component = [](const auto& each) { return ComponentText(each); };
  if (AsWords<v1::Quantity>(message, QuantityWords, text) ||
      AsWords<v1::Count>(message, CountWords, text) ||
      AsWords<v1::DrugComponent>(message, component, text) ||
      AsWords<v1::RadiotherapyComponent>(message, component, text) ||
      AsWords<v1::SurgeryComponent>(message, component, text) ||
      AsWords<v1::OtherComponent>(message, component, text) ||
      AsWords<v1::Arm>(message, ArmWords, text) ||
      AsWords<v1::Source>(message, SourceWords, text) ||
      AsWords<v1::Subgroup>(message, SubgroupWords, text) ||
      AsWords<v1::Alternative>(
          message, [](const v1::Alternative& each) { return each.reading(); },
          text) ||
      AsWords<v1::EligibilityTerm>(
          message,
          [](const v1::EligibilityTerm& each) {
            return absl::StrCat(SubgroupWords(each.criterion()),
                                each.role() == v1::ELIGIBILITY_ROLE_EXCLUSION
                                    ? " (excluded)"
                                    : "");
          },
          text) ||
      AsWords<v1::Registration>(
          message, [](const v1::Registration& each) { return each.number(); },
          text) ||
      AsWords<v1::Fact>(
          message,
          [](const v1::Fact& each) { return FieldCell(each, "answer"); },
          text) ||
      AsWords<v1::Provenance>(
          message,
          [](const v1::Provenance& each) {
            return JoinWords(
                {each.institution(), each.author(), SourceWords(each.source())},
                ", ");
          },
          text)) {
    return text;
  }
  if (message.GetTypeName() == "google.protobuf.Timestamp") {
    return MessageJson(message).get<std::string>();
  }
  return FieldsInWords(message);
}

bool ComesBefore(absl::string_view a, absl::string_view b) {
  const auto number = [](absl::string_view text) {
    size_t end = 0;
    while (end < text.size() && absl::ascii_isdigit(text[end])) ++end;
    return text.substr(0, end);
  };
  while (!a.empty() && !b.empty()) {
    absl::string_view x = number(a);
    absl::string_view y = number(b);
    if (!x.empty() && !y.empty()) {
      a.remove_prefix(x.size());
      b.remove_prefix(y.size());
      while (x.size() > 1 && x[0] == '0') x.remove_prefix(1);
      while (y.size() > 1 && y[0] == '0') y.remove_prefix(1);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    const char c = absl::ascii_tolower(a[0]);
    const char d = absl::ascii_tolower(b[0]);
    if (c != d) {
      return static_cast<unsigned char>(c) < static_cast<unsigned char>(d);
    }
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.empty() && !b.empty();
}

}  // namespace consilium
