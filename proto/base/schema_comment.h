// The schema's own words about its fields.
//
// Thread-safe; read once.
#ifndef CONSILIUM_PROTO_BASE_SCHEMA_COMMENT_H_
#define CONSILIUM_PROTO_BASE_SCHEMA_COMMENT_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace consilium {

// The comment that stands before a field, message, enum or enum value in the
// schema: its paragraphs, separated by empty lines, each on one line. "" when
// there is none.
std::string SchemaComment(const google::protobuf::FieldDescriptor& field);
std::string SchemaComment(const google::protobuf::Descriptor& message);
std::string SchemaComment(const google::protobuf::EnumDescriptor& type);
std::string SchemaComment(const google::protobuf::EnumValueDescriptor& value);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_SCHEMA_COMMENT_H_
