// Reads the outline and the values of a change in memory that the limits
// bound, whatever the bytes say.
//
// Pure functions. What they return views the bytes they were given.
#ifndef CONSILIUM_STORAGE_CHANGE_CHANGE_DECODER_H_
#define CONSILIUM_STORAGE_CHANGE_CHANGE_DECODER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/dot.h"
#include "storage/change/change.h"

namespace consilium {

struct DecodedValue {
  absl::string_view value;
  absl::string_view source;
};

struct DecodedValues {
  absl::string_view salt;
  std::vector<DecodedValue> values;
};

// Reads an encoded ChangeValues. Empty when it is not one in the fixed
// encoding, or holds more than kAssignmentsPerChangeMax.
std::optional<DecodedValues> DecodeValues(absl::string_view bytes);

// Reads the encoded Outline of the change `dot`, which has `commitments` and,
// unless withheld, `values`.
//   INVALID_ARGUMENT  (CHANGE_INADMISSIBLE) the bytes are no outline, or have
//                     not as many assignments as there are commitments.
absl::StatusOr<std::vector<ParsedRecord>> DecodeOutline(
    const Dot& dot, absl::string_view outline, absl::string_view commitments,
    const DecodedValues* values);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_CHANGE_DECODER_H_
