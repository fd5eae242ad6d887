// Enum values as people write them.
#ifndef CONSILIUM_PROTO_BASE_ENUM_TEXT_H_
#define CONSILIUM_PROTO_BASE_ENUM_TEXT_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// The short text of a value that ParseEnum reads back: its token if no other
// value has it, else its name without the enum's prefix, in lower case with
// "-" for "_".
std::string EnumText(const google::protobuf::EnumValueDescriptor& value);

// The value that `text` is the full name, the short text or the short name of;
// null when there is none.
const google::protobuf::EnumValueDescriptor* ParseEnum(
    const google::protobuf::EnumDescriptor& type, absl::string_view text);

// The short texts of all values but the zero one.
std::vector<std::string> EnumTexts(
    const google::protobuf::EnumDescriptor& type);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_ENUM_TEXT_H_
