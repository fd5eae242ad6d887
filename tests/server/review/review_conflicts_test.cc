// Conflicts among the inputs are told once, with the outcomes that they touch.
#include "server/review/review_conflicts.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "gtest/gtest.h"

namespace consilium {
namespace {

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(ReviewConflictsTest, AConflictThatManyRowsShowIsOne) {
  const auto trial = Read<v1::EvidenceRow>(
      "id: 'trials/t' record: 'trials/t' trial_id: 't' study: 'T' "
      "conflicts: 'randomized' disputes { path: 'randomized' "
      "institutions: 'north' fields { field: 'design' } }");
  const auto estimate = Read<v1::EvidenceRow>(
      "id: 'trials/t/endpoints/os#estimates[a]' "
      "record: 'trials/t/endpoints/os' trial_id: 't' study: 'T' "
      "conflicts: 'estimates[a]' conflicts: 'trials/t#randomized' "
      "disputes { path: 'estimates[a]' fields { field: 'value' } }");
  const auto other = Read<v1::EvidenceRow>(
      "record: 'trials/u' trial_id: 'u' conflicts: 'title'");
  const auto result = Read<v1::ReviewResult>(
      "outcomes { id: 'pfs' } outcomes { id: 'os' "
      "  excluded { row: 'trials/t/endpoints/os#estimates[a]' } }");
  const auto conflicts =
      ListConflicts({&trial, &estimate, &other}, {"t"}, result);
  ASSERT_EQ(conflicts.size(), 2);
  EXPECT_EQ(conflicts[0].record(), "trials/t");
  EXPECT_EQ(conflicts[0].path(), "randomized");
  EXPECT_EQ(conflicts[0].study(), "T");
  ASSERT_EQ(conflicts[0].disputes_size(), 1);
  ASSERT_EQ(conflicts[0].outcomes_size(), 1);
  EXPECT_EQ(conflicts[0].outcomes(0), "os");
  EXPECT_EQ(conflicts[1].record(), "trials/t/endpoints/os");
  EXPECT_EQ(conflicts[1].path(), "estimates[a]");
}

}  // namespace
}  // namespace consilium
