#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/quantity.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

// Words and signs that YAML readers take for something else than text.
bool ReadsAsOtherType(absl::string_view text) {
  for (const char* word : {"null", "~", "true", "false", "yes", "no", "on",
                           "off", "y", "n", "=", "<<"}) {
    if (absl::EqualsIgnoreCase(text, word)) return true;
  }
  const bool number_like =
      absl::ascii_isdigit(text[0]) ||
      (absl::StrContains("+-.", text[0]) && text.size() > 1);
  if (!number_like) return false;
  return text.find_first_not_of("0123456789.,+-_:xXoabcdefABCDEFTZtz") ==
         absl::string_view::npos;
}

bool NeedsQuotes(absl::string_view text) {
  if (text.empty() || ReadsAsOtherType(text)) return true;
  if (absl::StrContains("!&*-?:[]{},#|>@`\"'%= ", text.front()) ||
      text.back() == ' ' || text.back() == ':') {
    return true;
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return absl::StrContains(text, ": ") || absl::StrContains(text, " #");
}

std::string DoubleQuoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<uint8_t>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// True for text of several lines that a block scalar holds exactly.
bool FitsBlock(absl::string_view text) {
  if (!absl::StrContains(text, '\n') || text.front() == ' ' ||
      text.front() == '\n' || absl::EndsWith(text, "\n\n")) {
    return false;
  }
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n';
    if (control || c == 0x7F) return false;
  }
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!line.empty() && (line.back() == ' ' || line.front() == ' ')) {
      return false;
    }
  }
  return true;
}

class YamlWriter {
 public:
  std::string Write(const Message& message) {
    WriteFields(message, 0);
    if (out_.empty()) out_ = "{}\n";
    return std::move(out_);
  }

 private:
  void Indent(int level) { out_.append(2 * static_cast<size_t>(level), ' '); }

  static std::vector<const FieldDescriptor*> Present(const Message& message) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    return fields;
  }

  // `first_on_line` puts the first field behind a list's dash.
  void WriteFields(const Message& message, int level,
                   bool first_on_line = false) {
    for (const FieldDescriptor* field : Present(message)) {
      if (!first_on_line) Indent(level);
      first_on_line = false;
      absl::StrAppend(&out_, field->json_name(), ":");
      if (field->is_repeated()) {
        WriteList(message, *field, level);
      } else if (field->message_type() != nullptr) {
        WritePart(message.GetReflection()->GetMessage(message, field), level);
      } else {
        out_ += ' ';
        WriteScalar(message, *field, -1, level);
      }
    }
  }

  void WriteList(const Message& message, const FieldDescriptor& field,
                 int level) {
    const auto& reflection = *message.GetReflection();
    out_ += '\n';
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      Indent(level + 1);
      if (field.message_type() == nullptr) {
        out_ += "- ";
        WriteScalar(message, field, i, level + 1);
        continue;
      }
      const Message& element =
          reflection.GetRepeatedMessage(message, &field, i);
      const auto text = AsText(element);
      if (text.has_value()) {
        absl::StrAppend(&out_, "- ", Plain(*text), "\n");
      } else if (Present(element).empty()) {
        out_ += "- {}\n";
      } else {
        out_ += "- ";
        WriteFields(element, level + 2, /*first_on_line=*/true);
      }
    }
  }

  void WritePart(const Message& part, int level) {
    if (const auto text = AsText(part)) {
      absl::StrAppend(&out_, " ", Plain(*text), "\n");
    } else if (Present(part).empty()) {
      out_ += " {}\n";
    } else {
      out_ += '\n';
      WriteFields(part, level + 1);
    }
  }

  static std::string Plain(absl::string_view text) {
    return NeedsQuotes(text) ? DoubleQuoted(text) : std::string(text);
  }

  static std::optional<std::string> AsText(const Message& part) {
    if (IsQuantity(*part.GetDescriptor())) return QuantityToText(part);
    if (part.GetDescriptor() == Timestamp::descriptor()) {
      Timestamp time;
      time.CopyFrom(part);
      return google::protobuf::util::TimeUtil::ToString(time);
    }
    return std::nullopt;
  }

  // The `index`th element of a list, or a singular field at -1; ends the line.
  void WriteScalar(const Message& message, const FieldDescriptor& field,
                   int index, int level) {
    const auto& reflection = *message.GetReflection();
#define CONSILIUM_GET(Type)                                          \
  (index >= 0 ? reflection.GetRepeated##Type(message, &field, index) \
              : reflection.Get##Type(message, &field))
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = CONSILIUM_GET(String);
        if (field.type() == FieldDescriptor::TYPE_BYTES) {
          absl::StrAppend(&out_, DoubleQuoted(absl::Base64Escape(text)), "\n");
        } else if (FitsBlock(text)) {
          WriteBlock(text, level + 1);
        } else {
          absl::StrAppend(&out_, Plain(text), "\n");
        }
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = CONSILIUM_GET(EnumValue);
        const auto* value = field.enum_type()->FindValueByNumber(number);
        absl::StrAppend(&out_,
                        value == nullptr ? absl::StrCat(number)
                        : number == 0    ? value->name()
                                         : Plain(EnumText(*value)),
                        "\n");
        return;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ += CONSILIUM_GET(Bool) ? "true\n" : "false\n";
        return;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        absl::StrAppend(&out_, ShortestDecimal(CONSILIUM_GET(Double)), "\n");
        return;
      case FieldDescriptor::CPPTYPE_FLOAT:
        absl::StrAppend(&out_, ShortestDecimal(CONSILIUM_GET(Float)), "\n");
        return;
      case FieldDescriptor::CPPTYPE_INT32:
        absl::StrAppend(&out_, CONSILIUM_GET(Int32), "\n");
        return;
      case FieldDescriptor::CPPTYPE_INT64:
        absl::StrAppend(&out_, CONSILIUM_GET(Int64), "\n");
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        absl::StrAppend(&out_, CONSILIUM_GET(UInt32), "\n");
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        absl::StrAppend(&out_, CONSILIUM_GET(UInt64), "\n");
        return;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;
    }
#undef CONSILIUM_GET
  }

  void WriteBlock(absl::string_view text, int level) {
    const bool ended = absl::ConsumeSuffix(&text, "\n");
    out_ += ended ? "|\n" : "|-\n";
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      if (!line.empty()) Indent(level);
      absl::StrAppend(&out_, line, "\n");
    }
  }

  std::string out_;
};

}  // namespace

std::string ToJson(const Message& message, bool indent) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indent;
  std::string json;
  // Only messages of types outside the pool can fail.
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "";
}

std::string ToYaml(const Message& message) {
  return YamlWriter().Write(message);
}

bool HasUnknownFields(const Message& message) {
  const auto& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->message_type() == nullptr) continue;
    const int size =
        field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      const Message& part =
          field->is_repeated()
              ? reflection.GetRepeatedMessage(message, field, i)
              : reflection.GetMessage(message, field);
      if (HasUnknownFields(part)) return true;
    }
  }
  return false;
}

}  // namespace consilium
