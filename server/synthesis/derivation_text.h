// Numbers as the lines that tell a derivation print them.
#ifndef CONSILIUM_SERVER_SYNTHESIS_DERIVATION_TEXT_H_
#define CONSILIUM_SERVER_SYNTHESIS_DERIVATION_TEXT_H_

#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "proto/base/number_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {

// A computed number, short enough for a line: "1.96".
inline std::string ShortNumber(double value) {
  return absl::StrFormat("%.4g", value);
}

// A finite number as given, without the dust that binary fractions leave:
// "0.18" for 1 - 0.82.
inline std::string PlainDecimal(double value) {
  return ShortestDecimal(RoundResult(value));
}

// The same, infinities and NaN included.
inline std::string AnyNumber(double value) {
  return std::isfinite(value) ? PlainDecimal(value)
                              : absl::StrFormat("%g", value);
}

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_DERIVATION_TEXT_H_
