// Numbers with the digits that a report prints, which a number does not keep:
// "40.0" of 40.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_PRINTED_NUMBER_H_
#define CONSILIUM_SERVER_EVIDENCE_PRINTED_NUMBER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// `value`, not below 0, as `text` writes it; where `unit` is "%", preferably
// before that sign. Empty when it does not, or in several ways.
std::string PrintedNumber(absl::string_view text, double value,
                          absl::string_view unit);

// Whether `text` has numbers, and `value`, whatever its sign, is none of them.
bool LacksNumber(absl::string_view text, double value);

// The probability `p` as `text` writes it behind a P and a comparator,
// likewise.
std::string PrintedP(absl::string_view text, double p);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_PRINTED_NUMBER_H_
