// The checks across fields that the schema names in MessageRules.checks.
#ifndef CONSILIUM_PROTO_BASE_FIELD_CHECKS_H_
#define CONSILIUM_PROTO_BASE_FIELD_CHECKS_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/errors.h"

namespace consilium {

// Adds what the check called `name` finds in `message`, which stands at `path`.
// Adds nothing when there is no such check.
void RunCheck(absl::string_view name, const google::protobuf::Message& message,
              absl::string_view path, std::vector<FieldViolation>& violations);

// What a check wants, in words: "low is not above high".
struct CheckDescription {
  std::string name;
  std::string wish;
};

// Every check there is.
const std::vector<CheckDescription>& AllChecks();

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_FIELD_CHECKS_H_
