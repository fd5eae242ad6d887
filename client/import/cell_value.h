// Cells of sheets as fields of messages: numbers, words of enumerations, and
// what people write for quantities, intervals, probabilities and grades.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_CELL_VALUE_H_
#define CONSILIUM_CLIENT_IMPORT_CELL_VALUE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

struct CellRules {
  bool decimal_comma = false;  // "0,62", and then never "0.62".
  // Instead of a number.
  bool not_reached = false, not_estimable = false;
};

// Whether one cell can state all of a message.
bool IsCellMessage(const google::protobuf::Descriptor& message);

// A number; absent for anything else, also for one with a mark of thousands.
std::optional<double> CellNumber(absl::string_view text, bool decimal_comma);

// Sets the field at `path` of `message`; a list on the way gets an element,
// texts and words of a list are divided at ";" and "|". Returns what was
// wanted instead of `text`; "" when it was taken. `text` is not empty.
std::string SetCell(absl::string_view path, absl::string_view text,
                    const CellRules& rules, google::protobuf::Message& message);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CELL_VALUE_H_
