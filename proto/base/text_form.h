// Records as people write them: YAML and JSON, read and written by the schema.
//
// Names are lowerCamelCase or the schema's own. An enum value is its full name
// or its short text ("phase2"); a quantity may be text ("250 mg", "25..40 Gy",
// "<= 34 %"); null means absent. Numbers must fit their type exactly; NaN and
// infinities are refused.
#ifndef CONSILIUM_PROTO_BASE_TEXT_FORM_H_
#define CONSILIUM_PROTO_BASE_TEXT_FORM_H_

#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/base/errors.h"
#include "proto/base/text_node.h"

namespace consilium {

// Where the fields of a message stood in its text, by path
// ("estimates[2].value"), the message itself under "" or the prefix.
using TextPositions = std::map<std::string, TextPosition>;

// Reads `node` into `message`, which is cleared first. Every fault is added to
// `problems`, paths starting with `prefix`; `positions` may be null.
void ReadMessage(const TextNode& node, absl::string_view prefix,
                 google::protobuf::Message& message,
                 std::vector<TextProblem>& problems,
                 TextPositions* positions = nullptr);

// ParseText and ReadMessage of one document.
//   INVALID_ARGUMENT  with all problems; `message` is then unspecified.
absl::Status ParseMessage(absl::string_view file, absl::string_view text,
                          TextFormat format, google::protobuf::Message& message,
                          TextPositions* positions = nullptr);

// Reads one value, for `--set PATH=VALUE`. `path` is lowerCamelCase names
// joined by dots ("population.analysed"), with an index where it goes through
// a list ("estimates[2].value"). `text` is the value as it would stand in
// YAML; text for a string field is taken as it is. "null" clears the field.
//   INVALID_ARGUMENT  no such field, with a suggestion; not its type.
absl::Status SetFieldFromText(absl::string_view path, absl::string_view text,
                              google::protobuf::Message& message);

// Puts a position to each violation, that of the field or of the nearest
// message around it.
std::vector<TextProblem> LocateViolations(
    const std::vector<FieldViolation>& violations,
    const TextPositions& positions);

// ProtoJSON: camelCase, int64 as strings, fields by number. On one line, or
// indented.
std::string ToJson(const google::protobuf::Message& message,
                   bool indent = false);

// YAML for an editor: short texts of enum values, quantities as text.
// ParseMessage reads it back to an equal message.
std::string ToYaml(const google::protobuf::Message& message);

// True when `message`, at any depth, holds fields this release does not know.
// The text forms drop them, so an edit through them must be refused.
bool HasUnknownFields(const google::protobuf::Message& message);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_TEXT_FORM_H_
