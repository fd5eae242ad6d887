#include "tests/support/status_matchers.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest-spi.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::Not;
using testing::Pointee;

absl::StatusOr<int> Halve(int n) {
  if (n % 2 != 0) return absl::InvalidArgumentError("odd number");
  return n / 2;
}

TEST(StatusMatchersTest, TellOkFromError) {
  EXPECT_OK(absl::OkStatus());
  EXPECT_OK(Halve(4));
  EXPECT_THAT(Halve(3), Not(IsOk()));
  EXPECT_NONFATAL_FAILURE(EXPECT_OK(Halve(3)), "odd number");
}

TEST(StatusMatchersTest, MatchCodeAndMessage) {
  EXPECT_THAT(Halve(3), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Halve(3),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("odd")));
  EXPECT_THAT(Halve(3),
              StatusIs(Not(absl::StatusCode::kDataLoss), "odd number"));
  EXPECT_THAT(absl::DataLossError("x"), Not(StatusIs(absl::StatusCode::kOk)));
}

TEST(StatusMatchersTest, MatchValue) {
  EXPECT_THAT(Halve(4), IsOkAndHolds(2));
  EXPECT_THAT(Halve(4), IsOkAndHolds(Gt(1)));
  EXPECT_THAT(Halve(3), Not(IsOkAndHolds(1)));
  EXPECT_THAT(absl::StatusOr<std::string>("a"), IsOkAndHolds("a"));
  EXPECT_THAT(absl::StatusOr<std::vector<int>>({1, 2}),
              IsOkAndHolds(ElementsAre(1, 2)));
  EXPECT_THAT(absl::StatusOr<std::unique_ptr<int>>(std::make_unique<int>(3)),
              IsOkAndHolds(Pointee(3)));
}

TEST(StatusMatchersTest, Assign) {
  ASSERT_OK_AND_ASSIGN(const int half, Halve(6));
  EXPECT_EQ(half, 3);
}

TEST(TemporaryDirectoryTest, IsUniqueAndGoesAway) {
  std::string path;
  {
    const TemporaryDirectory first;
    const TemporaryDirectory second;
    EXPECT_NE(first.path(), second.path());
    path = first.path();
    std::ofstream(first.Join("file")) << "x";
    EXPECT_TRUE(std::filesystem::exists(path + "/file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace consilium
