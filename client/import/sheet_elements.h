// What a row of a sheet leaves to be understood.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_ELEMENTS_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_ELEMENTS_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "client/import/sheet_row.h"
#include "consilium/v1/endpoint.pb.h"

namespace consilium {

// An id out of a name that people give: "EGFR-TKI + RT" is "egfr-tki-rt". One
// that would not start with a letter gets `kind` before it.
std::string IdFrom(absl::string_view text, absl::string_view kind);

// Takes out intervals, quantities and the like that hold no number, but only
// what constants say of them.
void Prune(google::protobuf::Message& message);

// Whether an element says anything but whom and what it is about.
bool HasFinding(const google::protobuf::Message& element);

// Clears the field `path`, unless it is a message, which cells complete.
void ClearPath(absl::string_view path, google::protobuf::Message& message);

// States the statistic where its numbers leave no doubt.
void Complete(v1::Estimate& estimate);

// States that it is a test where there is a P value alone. `pooled_value`, a
// number or "", is the value as it is pooled: for a ratio its logarithm.
void Complete(absl::string_view pooled_value, v1::Contrast& contrast);

// Reads what the title says of measure, assessor and compartment, where no
// column does.
void NameEndpoint(v1::Endpoint& endpoint);

// Of two arms of the row, by their labels, whether the first is under test
// against the second: by their types, else by what they are labelled or
// titled. nullopt where neither tells.
std::optional<bool> IsUnderTest(const SheetRow& row, const std::string& first,
                                const std::string& second);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_ELEMENTS_H_
