// What commands print with -o json: ProtoJSON that a command may take apart
// and put together. Keys keep their order; int64 are strings.
#ifndef CONSILIUM_CLIENT_CLI_JSON_VALUE_H_
#define CONSILIUM_CLIENT_CLI_JSON_VALUE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

using JsonValue = nlohmann::ordered_json;

// ProtoJSON of `message`.
JsonValue MessageJson(const google::protobuf::Message& message);

// The value that `text` is ("0.52", "{...}"); a string of it when it is none;
// null when it is empty.
JsonValue ValueOfJsonText(absl::string_view text);

// `number` as ProtoJSON writes an int64.
JsonValue Int64Json(int64_t number);

// On one line, or indented for people. Text that is not UTF-8 is replaced.
std::string OneLine(const JsonValue& value);
std::string Indented(const JsonValue& value);

// `text`, a value as ProtoJSON, as a cell of a table shows it: strings without
// quotes, objects on one line, "(absent)" for none.
std::string ValueCell(absl::string_view text);

// The values of one field as cells. Of objects, only the parts in which they
// differ: "value 17.6", "value 17.9".
std::vector<std::string> DistinctCells(const std::vector<std::string>& texts);

// A source as ProtoJSON in words: "locator: table 2; text: 17.6 months".
std::string SourceCell(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_JSON_VALUE_H_
