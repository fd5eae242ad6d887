// What libFuzzer calls.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/fuzz/fuzz_target.h"

// Writes the seeds into the folder that CONSILIUM_FUZZ_SEEDS names, before
// libFuzzer reads its folders.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* const folder = std::getenv("CONSILIUM_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  int number = 0;
  for (const std::string& seed : consilium::FuzzSeeds()) {
    std::ofstream(absl::StrCat(folder, "/seed-", ++number), std::ios::binary)
        << seed;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  consilium::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
