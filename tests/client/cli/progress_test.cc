#include "client/cli/progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/client/cli/test_io.h"

namespace consilium {
namespace {

TEST(ProgressTest, DrawsABarOnATerminalAtMostFiveTimesASecond) {
  TestIo test;
  test.io.err_terminal = {.is_terminal = true, .width = 80};
  Progress progress(test.io, "applying", "files");
  for (int i = 0; i <= 1000; ++i) {
    test.time += absl::Milliseconds(1);
    progress.Update(i, 1000);
  }
  const std::string drawn = test.err.str();
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\r'), 5);
  EXPECT_EQ(drawn.find('\n'), std::string::npos);
  EXPECT_NE(drawn.find("[####....................] applying: 199/1000 files, "
                       "19 %, 1s left"),
            std::string::npos)
      << drawn;
  progress.Finish("applied 1000 files");
  EXPECT_NE(test.err.str().find("\r\x1b[Kapplied 1000 files\n"),
            std::string::npos);
}

TEST(ProgressTest, WritesPlainLinesElsewhere) {
  TestIo test;
  Progress progress(test.io, "applying", "files");
  for (int i = 0; i < 12; ++i) {
    test.time += absl::Seconds(1);
    progress.Update(i, 0);
  }
  progress.Finish("done");
  EXPECT_EQ(test.err.str(), "applying: 4 files\napplying: 9 files\ndone\n");
}

TEST(ProgressTest, NeverLeavesABarBehind) {
  TestIo test;
  test.io.err_terminal = {.is_terminal = true, .width = 80};
  {
    Progress progress(test.io, "applying", "files");
    test.time += absl::Seconds(1);
    progress.Update(1, 2);
  }
  EXPECT_EQ(test.err.str().substr(test.err.str().size() - 4), "\r\x1b[K");
}

TEST(ProgressTest, SilentWritesNothing) {
  TestIo test;
  Progress progress(test.io, "applying", "files", /*silent=*/true);
  test.time += absl::Hours(1);
  progress.Update(1, 2);
  progress.Finish("done");
  EXPECT_EQ(test.err.str(), "");
}

}  // namespace
}  // namespace consilium
