// Numbers as the lines that tell a derivation print them.
#ifndef CONSILIUM_SERVER_SYNTHESIS_DERIVATION_TEXT_H_
#define CONSILIUM_SERVER_SYNTHESIS_DERIVATION_TEXT_H_

#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "proto/base/number_text.h"

namespace consilium {

// A computed number, short enough for a line: "1.96".
inline std::string ShortNumber(double value) {
  return absl::StrFormat("%.4g", value);
}

// A number as given, infinities and NaN included.
inline std::string AnyNumber(double value) {
  return std::isfinite(value) ? ShortestDecimal(value)
                              : absl::StrFormat("%g", value);
}

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_DERIVATION_TEXT_H_
