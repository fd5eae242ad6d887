// Fields by what people and programs call them.
//
// Pure functions.
#ifndef CONSILIUM_PROTO_BASE_FIELD_NAME_H_
#define CONSILIUM_PROTO_BASE_FIELD_NAME_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// The field that JSON or the schema calls `name`: "pValue" or "p_value"; null
// when there is none.
const google::protobuf::FieldDescriptor* FieldCalled(
    const google::protobuf::Descriptor& message, absl::string_view name);

// What JSON calls the fields, in the order of the schema.
std::vector<std::string> JsonNames(const google::protobuf::Descriptor& message);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_FIELD_NAME_H_
