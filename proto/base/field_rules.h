// Checks a message against the rules in its schema
// (consilium/v1/options.proto): every fault at once.
//
// Pure functions. Names and output-only fields are not looked at.
#ifndef CONSILIUM_PROTO_BASE_FIELD_RULES_H_
#define CONSILIUM_PROTO_BASE_FIELD_RULES_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "proto/base/errors.h"

namespace consilium {

struct ValidateOptions {
  // Put before every path: "endpoint" gives "endpoint.estimates[2].value".
  std::string prefix;
  // False when only a part of the record is at hand, as under an update mask.
  bool require_required = true;
  // Numbers of the message's own fields to look at, ascending; empty: all.
  absl::Span<const int32_t> fields;
};

// The faults of `message`, in the order of its fields; empty when it is valid.
// Paths use lowerCamelCase names and count elements from 0. A record's size
// and that of its values are checked too. Validate before BuildKeys sorts the
// elements, so that paths are those of the input.
std::vector<FieldViolation> Validate(const google::protobuf::Message& message,
                                     const ValidateOptions& options = {});

// InvalidFields of what Validate finds, else OK.
absl::Status CheckValid(const google::protobuf::Message& message,
                        const ValidateOptions& options = {});

// The rules of a field, one line each, for people: "at least 0".
std::vector<std::string> DescribeRules(
    const google::protobuf::FieldDescriptor& field);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_FIELD_RULES_H_
