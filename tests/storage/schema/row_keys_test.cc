#include "storage/schema/row_keys.h"

#include <algorithm>
#include <string>
#include <vector>

#include "consilium/stored/v1/rows.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/schema/row_value.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using ::testing::ElementsAreArray;
using ::testing::StartsWith;

TEST(RowKeysTest, RecordsOfACollectionOrderByTheSegmentsOfTheirNames) {
  const std::vector<std::string> ordered = {
      "trials/a/arms/x", "trials/a/arms/x-1", "trials/a/arms/y",
      "trials/a-b/arms/x", "trials/b/arms/a"};
  std::vector<std::string> keys;
  for (const std::string& name : ordered) {
    keys.push_back(RecordRowKey::Key(name));
  }
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  std::vector<std::string> names;
  for (const std::string& key : keys)
    names.push_back(*RecordRowKey::Parse(key));
  EXPECT_THAT(names, ElementsAreArray(ordered));
}

TEST(RowKeysTest, ChildrenLieBelowTheirParentAlone) {
  const std::string prefix =
      RecordRowKey::ChildPrefix("trials/arms", "trials/a");
  EXPECT_THAT(RecordRowKey::Key("trials/a/arms/x"), StartsWith(prefix));
  EXPECT_THAT(RecordRowKey::Key("trials/a-b/arms/x"),
              ::testing::Not(StartsWith(prefix)));
}

TEST(RowKeysTest, ConcurrencyKeysKeepAnyKeyBytes) {
  const std::string odd("a\0b\xff/[]", 7);
  for (const std::string& element :
       {std::string(), odd, std::string(2, '\0')}) {
    const FieldPath path{7, MergeKind::kKeyed, element};
    const auto parsed =
        ConcurrencyRowKey::Parse(ConcurrencyRowKey::Key("trials/a", path));
    ASSERT_OK(parsed);
    EXPECT_EQ(parsed->name, "trials/a");
    EXPECT_EQ(parsed->path, path);
  }
}

TEST(RowKeysTest, ASubtreeEndsBehindItsDescendants) {
  const FieldPath path{2, MergeKind::kRegister, ""};
  const std::string end = ConcurrencyRowKey::SubtreeEnd("trials/a");
  EXPECT_LT(ConcurrencyRowKey::Key("trials/a", path), end);
  EXPECT_LT(ConcurrencyRowKey::Key("trials/a/arms/x", path), end);
  EXPECT_GT(ConcurrencyRowKey::Key("trials/a-b", path), end);
}

TEST(RowKeysTest, IndexRowsOfATermLieTogetherInTheOrderOfNames) {
  using std::string_literals::operator""s;
  for (const std::string& term : {"term"s, ""s, "a\0b"s, "\0\0"s}) {
    const std::string prefix = IndexRowKey::TermPrefix("trials/arms", term);
    const std::string child =
        IndexRowKey::ChildPrefix("trials/arms", term, "trials/a");
    const std::string of_a = IndexRowKey::Key("trials/a/arms/x", term);
    const std::string of_ab = IndexRowKey::Key("trials/a-b/arms/x", term);
    EXPECT_LT(of_a, of_ab);
    EXPECT_EQ(of_ab.substr(0, prefix.size()), prefix);
    EXPECT_EQ(of_a.substr(0, child.size()), child);
    EXPECT_NE(of_ab.substr(0, child.size()), child);
    ASSERT_OK_AND_ASSIGN(const std::string name,
                         IndexRowKey::ParseName(of_a, prefix.size()));
    EXPECT_EQ(name, "trials/a/arms/x");
    // No term's rows lie among those of another.
    const std::string longer =
        IndexRowKey::TermPrefix("trials/arms", term + "x");
    EXPECT_NE(longer.substr(0, prefix.size()), prefix);
  }
}

TEST(RowKeysTest, MalformedKeysAreDamage) {
  for (const std::string& key : {std::string(), std::string("x"),
                                 std::string("xtrials"), std::string("s")}) {
    EXPECT_THAT(ConcurrencyRowKey::Parse(key),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(RecordRowKey::Parse(key),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(RevisionRowKey::Parse(key),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(CausalRowKey::Parse(key),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(RowValueTest, EveryFlippedBitIsFound) {
  stored::v1::RequestRow row;
  row.set_revision(7);
  row.set_request_hash("hash");
  const std::string value = EncodeRow("key", row);
  ASSERT_OK(DecodeRow("key", value, row));
  for (size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string damaged = value;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THAT(DecodeRow("key", damaged, row),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(RowValueTest, AnotherRowsValueIsDamage) {
  stored::v1::RequestRow row;
  EXPECT_THAT(DecodeRow("b", EncodeRow("a", row), row),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace consilium
