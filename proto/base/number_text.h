// Numbers as text, the same on every machine.
#ifndef CONSILIUM_PROTO_BASE_NUMBER_TEXT_H_
#define CONSILIUM_PROTO_BASE_NUMBER_TEXT_H_

#include <charconv>
#include <cmath>
#include <string>

namespace consilium {

// The shortest decimal that reads back as `value`: "0.1", "25", "1e+30"; "0"
// for both zeros. `value` is finite.
template <typename Float>
std::string ShortestDecimal(Float value) {
  if (value == 0) return "0";
  const Float magnitude = std::fabs(value);
  const auto format = magnitude >= Float{1e-7} && magnitude < Float{1e21}
                          ? std::chars_format::fixed
                          : std::chars_format::scientific;
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), value, format).ptr;
  return std::string(buffer, end);
}

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_NUMBER_TEXT_H_
