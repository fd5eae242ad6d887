// What a fuzz target is. One file a target: libFuzzer drives it in the preset
// `fuzz`, and replay.cc in every other, over the same inputs.
#ifndef CONSILIUM_TESTS_FUZZ_FUZZ_TARGET_H_
#define CONSILIUM_TESTS_FUZZ_FUZZ_TARGET_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// Runs the target on `input`, which may be anything. Ends the process when a
// law does not hold. The same input does the same every time.
void FuzzOne(absl::string_view input);

// Inputs that reach far, to start from; the same in every process.
std::vector<std::string> FuzzSeeds();

// Says what does not hold, and aborts.
[[noreturn]] void FailFuzzing(const char* file, int line, absl::string_view law,
                              absl::string_view detail);

}  // namespace consilium

// A law. `detail` is evaluated only when it does not hold.
#define FUZZ_CHECK(condition, detail)                                     \
  do {                                                                    \
    if (!(condition)) {                                                   \
      ::consilium::FailFuzzing(__FILE__, __LINE__, #condition, (detail)); \
    }                                                                     \
  } while (false)

#endif  // CONSILIUM_TESTS_FUZZ_FUZZ_TARGET_H_
