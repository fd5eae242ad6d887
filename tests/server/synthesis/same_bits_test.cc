// The same inputs give the same bits, whatever the compiler, its options and
// the processor.
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/synthesis/bit_battery.h"

namespace consilium {
namespace {

// FNV-1a, 64 bits.
uint64_t Digest(const std::string& text) {
  uint64_t digest = 0xcbf29ce484222325;
  for (const char c : text) {
    digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return digest;
}

std::string ReadOutput(const char* program) {
  std::string output;
  FILE* const pipe = popen(program, "r");
  if (pipe == nullptr) return output;
  char buffer[4096];
  for (size_t read = 1; read > 0; output.append(buffer, read)) {
    read = fread(buffer, 1, sizeof(buffer), pipe);
  }
  pclose(pipe);
  return output;
}

// Every machine and every compiler computes the bits that this one did. A
// change here changes every result ever published: it wants a reason, and a
// word in the release notes.
TEST(SameBitsTest, AreTheBitsOfEveryOtherMachine) {
  const std::string lines = RunBitBattery();
  EXPECT_EQ(Digest(lines), 5326348773587860511u)
      << "of " << lines.size() << " characters";
}

TEST(SameBitsTest, DoNotChangeWithFusedMultiplyAdd) {
#ifdef CONSILIUM_FMA_PROGRAM
  if (!__builtin_cpu_supports("fma") || !__builtin_cpu_supports("avx2")) {
    GTEST_SKIP() << "this processor has no fused multiply-add";
  }
  const std::vector<std::string> expected =
      absl::StrSplit(RunBitBattery(), '\n');
  const std::vector<std::string> actual =
      absl::StrSplit(ReadOutput(CONSILIUM_FMA_PROGRAM), '\n');
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(actual[i], expected[i]) << "line " << i + 1;
  }
#else
  GTEST_SKIP() << "built for another kind of processor";
#endif
}

}  // namespace
}  // namespace consilium
