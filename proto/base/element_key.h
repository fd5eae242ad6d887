// Keys of keyed elements, built from the fields that the schema marks
// key_part, so that independent extractors meet in one place. Nobody types
// them. FieldRules.key_part in consilium/v1/options.proto gives the grammar.
#ifndef CONSILIUM_PROTO_BASE_ELEMENT_KEY_H_
#define CONSILIUM_PROTO_BASE_ELEMENT_KEY_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/errors.h"

namespace consilium {

// The key of one element.
std::string BuildKey(const google::protobuf::Message& element);

// Brings `record` into the form in which it is split: years as months where
// the schema says so, lists that are part of a key in the order of their
// texts, sets without repetition, every keyed element with its key, and the
// elements in the order of their keys. Doing it twice changes nothing.
//
// Returns a violation for each element that has the key of another, naming
// both, or whose key is too long; paths start with `prefix` and count the
// elements as they stood before.
std::vector<FieldViolation> BuildKeys(google::protobuf::Message& record,
                                      absl::string_view prefix = "");

// The text of an enum value in keys, ids and YAML: its token option, else its
// name without the enum's prefix, in lower case with "-" for "_".
std::string EnumToken(const google::protobuf::EnumValueDescriptor& value);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_ELEMENT_KEY_H_
