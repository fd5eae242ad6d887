// Units as people write them: "gy", "Grays", "weeks". Records hold UCUM.
//
// Pure functions.
#ifndef CONSILIUM_PROTO_BASE_UNITS_H_
#define CONSILIUM_PROTO_BASE_UNITS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// The UCUM unit that `word` is, or that it is a name of in any case of its
// letters; empty when it is none known here.
absl::string_view UnitCalled(absl::string_view word);

// What a number of `from` is multiplied with to have `to`, both UCUM: 0.01 from
// cGy to Gy; 1 when they are equal. nullopt when they measure different things.
// A month is 1/12 of 365.25 days.
std::optional<double> UnitFactor(absl::string_view from, absl::string_view to);

// The unit that `word` is likely a slip for: "months" for "moths"; empty when
// none is close.
std::string SuggestUnit(absl::string_view word);

// Splits "54 Gy", "54Gy" or "54" after the number. False when `text` does not
// start with one.
bool SplitUnit(absl::string_view text, absl::string_view& number,
               absl::string_view& unit);

// `number` to 12 significant digits: without the dust of binary fractions.
double RoundTo12Digits(double number);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_UNITS_H_
