// What kv_crash_writer writes, for the test that kills it.
#ifndef CONSILIUM_TESTS_STORAGE_KV_CRASH_WRITER_H_
#define CONSILIUM_TESTS_STORAGE_KV_CRASH_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace consilium {

inline constexpr uint32_t kCrashWriterThreads = 4;

struct Acknowledgement {
  uint64_t thread = 0;
  uint64_t number = 0;
};

inline std::string CrashRowKey(uint64_t number) {
  return absl::StrCat("row/", absl::Dec(number, absl::kZeroPad10));
}

inline std::string CrashRowValue(uint64_t thread, uint64_t number) {
  return absl::StrCat(thread, ":", number, ":",
                      std::string(number * 37 % 900, 'x'));
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_STORAGE_KV_CRASH_WRITER_H_
