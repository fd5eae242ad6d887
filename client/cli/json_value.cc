#include "client/cli/json_value.h"

#include "absl/strings/str_cat.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

constexpr int kIndent = 2;

std::string Dump(const JsonValue& value, int indent) {
  return value.dump(indent, ' ', false, JsonValue::error_handler_t::replace);
}

}  // namespace

JsonValue MessageJson(const google::protobuf::Message& message) {
  return ValueOfJsonText(ToJson(message));
}

JsonValue ValueOfJsonText(absl::string_view text) {
  if (text.empty()) return nullptr;
  const std::string copy(text);
  JsonValue value = JsonValue::parse(copy, nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? JsonValue(copy) : value;
}

JsonValue Int64Json(int64_t number) { return absl::StrCat(number); }

std::string OneLine(const JsonValue& value) { return Dump(value, -1); }

std::string Indented(const JsonValue& value) { return Dump(value, kIndent); }

std::string ValueCell(absl::string_view text) {
  if (text.empty()) return "(absent)";
  const JsonValue value = ValueOfJsonText(text);
  return value.is_string() ? value.get<std::string>() : std::string(text);
}

}  // namespace consilium
