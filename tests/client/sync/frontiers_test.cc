#include "client/sync/frontiers.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

stored::v1::Frontier F(std::vector<std::pair<std::string, int>> entries) {
  stored::v1::Frontier frontier;
  for (const auto& [replica, sequence] : entries) {
    auto* entry = frontier.add_entries();
    entry->set_replica(replica);
    entry->set_sequence(sequence);
    entry->set_hash(replica + std::to_string(sequence));
  }
  return frontier;
}

std::string Text(const stored::v1::Frontier& frontier) {
  std::string text;
  for (const auto& entry : frontier.entries()) text += entry.hash() + " ";
  return text;
}

TEST(FrontiersTest, CountsWhatIsMissing) {
  EXPECT_EQ(CountMissing(F({}), F({})), 0);
  EXPECT_EQ(CountMissing(F({}), F({{"a", 3}, {"b", 2}})), 5);
  EXPECT_EQ(CountMissing(F({{"a", 1}, {"c", 9}}), F({{"a", 3}, {"b", 2}})), 4);
  EXPECT_EQ(CountMissing(F({{"a", 3}}), F({{"a", 1}})), 0);
}

TEST(FrontiersTest, MeetsAndJoins) {
  const auto a = F({{"a", 3}, {"b", 1}});
  const auto b = F({{"a", 2}, {"b", 4}, {"c", 1}});
  EXPECT_EQ(Text(MeetOf(a, b)), "a2 b1 ");
  EXPECT_EQ(Text(JoinOf(a, b)), "a3 b4 c1 ");
  EXPECT_EQ(Text(MeetOf(b, a)), "a2 b1 ");
  EXPECT_EQ(Text(JoinOf(b, a)), "a3 b4 c1 ");
}

TEST(FrontiersTest, IsWithinMeansThatNothingIsMissing) {
  EXPECT_TRUE(IsWithin(F({}), F({})));
  EXPECT_TRUE(IsWithin(F({{"a", 2}}), F({{"a", 2}, {"b", 1}})));
  EXPECT_FALSE(IsWithin(F({{"a", 3}}), F({{"a", 2}})));
  EXPECT_FALSE(IsWithin(F({{"b", 1}}), F({{"a", 2}})));
  // An entry that names no change counts as none.
  EXPECT_TRUE(IsWithin(F({{"b", 0}}), F({})));
}

TEST(FrontiersTest, FindsAForkAndAGap) {
  auto a = F({{"a", 2}, {"b", 5}});
  auto b = F({{"a", 2}, {"b", 4}});
  EXPECT_FALSE(FindFork(a, b).has_value());
  b.mutable_entries(0)->set_hash("other");
  ASSERT_TRUE(FindFork(a, b).has_value());
  EXPECT_EQ(FindFork(a, b)->replica, "a");
  EXPECT_EQ(FindFork(a, b)->b_hash, "other");
  ASSERT_TRUE(FindGap(b, a).has_value());
  EXPECT_EQ(FindGap(b, a)->replica, "b");
  EXPECT_EQ(FindGap(b, a)->held, 4);
  EXPECT_EQ(FindGap(b, a)->wanted, 5);
  EXPECT_FALSE(FindGap(a, b).has_value());
}

}  // namespace
}  // namespace consilium
