#include "server/review/protocol_words.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "proto/base/enum_text.h"
#include "proto/base/text_form.h"
#include "server/review/limits.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string EnumFieldText(const Message& message,
                          const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    return EnumText(*reflection.GetEnum(message, &field));
  }
  std::vector<std::string> texts;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    texts.push_back(EnumText(*reflection.GetRepeatedEnum(message, &field, i)));
  }
  return absl::StrJoin(texts, ", ");
}

// The field alone, as JSON without its name.
std::string JsonOf(const Message& message, const FieldDescriptor& field) {
  const std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  std::vector<const FieldDescriptor*> fields;
  copy->GetReflection()->ListFields(*copy, &fields);
  for (const FieldDescriptor* each : fields) {
    if (each != &field) copy->GetReflection()->ClearField(copy.get(), each);
  }
  const std::string json = ToJson(*copy);
  absl::string_view inner = json;
  absl::ConsumePrefix(&inner, absl::StrCat("{\"", field.json_name(), "\":"));
  absl::ConsumeSuffix(&inner, "}");
  return std::string(inner);
}

// The day of a time in RFC 3339.
std::string DateOf(const std::string& time) { return time.substr(0, 10); }

// Longer values are cut: the result has them whole.
std::string Cut(const std::string& text) {
  if (text.size() <= kNoticeValueSizeMax) return text;
  size_t end = kNoticeValueSizeMax;
  // Not in the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return absl::StrCat(text.substr(0, end), "...");
}

std::string ValueWords(const v1::ProtocolValue& value) {
  if (!value.has_value()) return "none: it was taken out";
  if (value.fields().empty()) return Cut(value.value());
  std::vector<std::string> parts;
  for (const v1::FieldReading& field : value.fields()) {
    parts.push_back(absl::StrCat(
        field.field(), " ", field.has_value() ? Cut(field.value()) : "absent"));
  }
  return absl::StrJoin(parts, ", ");
}

// "a.meyer of north, 2026-11-23; b.rossi of south, 2026-11-24".
std::string HolderWords(const v1::ProtocolValue& value) {
  std::vector<std::string> holders;
  for (const v1::Provenance& each : value.provenance()) {
    holders.push_back(absl::StrCat(each.author(), " of ", each.institution(),
                                   ", ", DateOf(each.claimed_time())));
  }
  return absl::StrJoin(holders, "; ");
}

}  // namespace

std::string FieldText(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  const bool present = field.is_repeated()
                           ? reflection.FieldSize(message, &field) > 0
                           : reflection.HasField(message, &field);
  if (!present) return "";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return EnumFieldText(message, field);
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return JsonOf(message, field);
  }
  if (!field.is_repeated()) return reflection.GetString(message, &field);
  std::vector<std::string> texts;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    texts.push_back(reflection.GetRepeatedString(message, &field, i));
  }
  return absl::StrJoin(texts, ", ");
}

std::vector<const FieldDescriptor*> DifferingFields(const Message& a,
                                                    const Message& b) {
  std::vector<const FieldDescriptor*> fields;
  const auto& type = *a.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "key" || field.name() == "source") continue;
    if (FieldText(a, field) != FieldText(b, field)) fields.push_back(&field);
  }
  return fields;
}

std::string ProtocolDisputeNotice(const v1::ProtocolDispute& dispute) {
  std::vector<std::string> values;
  for (const v1::ProtocolValue& value : dispute.values()) {
    values.push_back(absl::StrCat(
        ValueWords(value), " (", HolderWords(value),
        value.provisional() ? "; the result is computed with it" : "", ")"));
  }
  return absl::StrCat(
      "The protocol is in dispute at ", dispute.path(), ": ",
      absl::StrJoin(values, " | "), ". ",
      dispute.outcomes().empty()
          ? "No outcome comes to anything else under another of the values."
          : absl::StrCat("Under another of the values other results stand for ",
                         absl::StrJoin(dispute.outcomes(), ", "), "."));
}

std::string ChangeAfterDataNotice(const v1::ProtocolChange& change) {
  return absl::StrCat(
      "The protocol was changed after data were present: ", change.path(), ", ",
      Cut(change.description()), ", by ", change.author(), " of ",
      change.institution(), " on ", DateOf(change.claimed_time()),
      change.has_message() ? absl::StrCat(" (", change.message(), ")") : "",
      ". Results of ", absl::StrJoin(change.studies(), ", "),
      " stood there for ", absl::StrJoin(change.outcomes(), ", "), ". ",
      change.has_amendment()
          ? absl::StrCat("The amendment ", change.amendment(), " tells of it.")
          : "No amendment of the protocol tells of it.");
}

}  // namespace consilium
