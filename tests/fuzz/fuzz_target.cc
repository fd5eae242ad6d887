#include "tests/fuzz/fuzz_target.h"

#include <google/protobuf/stubs/logging.h>

#include <cstdlib>
#include <iostream>

namespace consilium {
namespace {

// Protobuf writes a line about every string that is not UTF-8.
[[maybe_unused]] auto* const quiet = google::protobuf::SetLogHandler(nullptr);

}  // namespace

void FailFuzzing(const char* file, int line, absl::string_view law,
                 absl::string_view detail) {
  std::cerr << file << ":" << line << ": does not hold: " << law << "\n"
            << detail << std::endl;
  std::abort();
}

}  // namespace consilium
