// Fields of messages as columns of tables and CSV: paths of names in camelCase,
// "arms.radiotherapies.totalDose".
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_CLI_FIELD_COLUMNS_H_
#define CONSILIUM_CLIENT_CLI_FIELD_COLUMNS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// OK when `path` names a field of `type`, or of a message in one.
//   INVALID_ARGUMENT  USAGE: `flag` names none; with a suggestion, `wish` and
//                     the command that tells more.
absl::Status CheckFieldPath(absl::string_view flag, absl::string_view path,
                            const google::protobuf::Descriptor& type,
                            absl::string_view wish, absl::string_view next);

// What `message` holds at `path`, one text a value; empty when nothing.
// Enumerations by their short words, messages in words.
std::vector<std::string> FieldTexts(const google::protobuf::Message& message,
                                    absl::string_view path);

// The same as one cell.
std::string FieldCell(const google::protobuf::Message& message,
                      absl::string_view path);

// A message in words that fit a cell: "54 to 60 Gy", "Gefitinib 250 mg, once
// daily".
std::string MessageWords(const google::protobuf::Message& message);

// Whether `a` comes before `b` for people: numbers in them by their size
// ("ref 9" before "ref 15"), letters whatever their case.
bool ComesBefore(absl::string_view a, absl::string_view b);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_FIELD_COLUMNS_H_
