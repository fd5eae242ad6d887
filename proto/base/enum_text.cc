#include "proto/base/enum_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "proto/base/element_key.h"

namespace consilium {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

std::string ShortName(const EnumValueDescriptor& value) {
  const absl::string_view zero = value.type()->value(0)->name();
  const absl::string_view prefix = absl::StripSuffix(zero, "UNSPECIFIED");
  absl::string_view name = value.name();
  if (prefix != zero) absl::ConsumePrefix(&name, prefix);
  std::string text = absl::AsciiStrToLower(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

}  // namespace

std::string EnumText(const EnumValueDescriptor& value) {
  const std::string token = EnumToken(value);
  const EnumDescriptor& type = *value.type();
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor& other = *type.value(i);
    // The zero value is never written, so its token is free.
    if (other.number() == 0 || other.number() == value.number()) continue;
    if (EnumToken(other) == token) return ShortName(value);
  }
  return token;
}

const EnumValueDescriptor* ParseEnum(const EnumDescriptor& type,
                                     absl::string_view text) {
  const EnumValueDescriptor* zero = nullptr;
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor& value = *type.value(i);
    if (value.name() != text && EnumText(value) != text &&
        ShortName(value) != text) {
      continue;
    }
    if (value.number() != 0) return &value;
    zero = &value;
  }
  return zero;
}

std::vector<std::string> EnumTexts(const EnumDescriptor& type) {
  std::vector<std::string> texts;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) texts.push_back(EnumText(*type.value(i)));
  }
  return texts;
}

}  // namespace consilium
