// Fields that a name likely means: "did you mean arms.drugs.dose.route?"
//
// Pure functions.
#ifndef CONSILIUM_PROTO_BASE_SUGGESTED_FIELD_H_
#define CONSILIUM_PROTO_BASE_SUGGESTED_FIELD_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// A word that people use for a field of evidence rows.
struct RowFieldWord {
  absl::string_view word;    // Letters and digits, in lower case.
  absl::string_view field;   // The field: "value".
  absl::string_view filter;  // What a filter says: "measure = hr AND value".
};

// Null when `name` is no such word. Case and signs do not count.
const RowFieldWord* FindRowFieldWord(absl::string_view name);

// The path of the field that `name` is another word for: "trial.phases" of
// "phase". Empty when it is none, or when it also says more: "HR" says which
// measure.
absl::string_view RowFieldCalled(absl::string_view name);

// Paths of the fields below `message` that `name` likely is the last name of,
// nearest first, at most three: those of that name, whatever its case and
// number; else a field of the message that it is a slip for; else such a field
// further below. Names are of JSON, or of the schema where `name` holds a "_".
std::vector<std::string> SuggestFields(
    const google::protobuf::Descriptor& message, absl::string_view name,
    const std::vector<std::string>& more_names = {});

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_SUGGESTED_FIELD_H_
