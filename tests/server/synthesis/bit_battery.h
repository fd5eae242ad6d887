// Computations of every kind that server/synthesis does, and the exact bits of
// their results, to compare builds and machines by.
#ifndef CONSILIUM_TESTS_SERVER_SYNTHESIS_BIT_BATTERY_H_
#define CONSILIUM_TESTS_SERVER_SYNTHESIS_BIT_BATTERY_H_

#include <string>

namespace consilium {

// A line per result: what was computed, and its value in hexadecimal.
std::string RunBitBattery();

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_SYNTHESIS_BIT_BATTERY_H_
