// Index rows: a term finds every record that has it or had it, at any version,
// and the rows are made anew when terms change.
#include <string>
#include <vector>

#include "consilium/stored/v1/rows.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"
#include "tests/storage/registry/replica_fixture.h"
#include "tests/support/faulty_store.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The index rows, and which version's they are.
std::vector<std::string> IndexRows(const KeyValueStore& kv) {
  std::vector<std::string> keys;
  for (const std::string& prefix :
       {IndexVersionRowKey::Key(), IndexRowKey::Prefix()}) {
    const auto it = kv.Scan(Partition{1}, PrefixRange(prefix));
    for (; it->Valid(); it->Next()) keys.emplace_back(it->key());
  }
  return keys;
}

class IndexTest : public ::testing::Test {
 protected:
  IndexTest() { north_.Found(); }

  Institution north_{"north"};
  Institution south_{"south"};
};

TEST_F(IndexTest, ATermFindsItsRecordsInTheOrderOfTheirNames) {
  ASSERT_OK(north_.State("trials/b", "title: 'Twin'"));
  ASSERT_OK(north_.State("trials/a", "title: 'Twin'"));
  ASSERT_OK(north_.State("trials/c", "title: 'Twins'"));
  EXPECT_THAT(north_.Indexed("Twin"), ElementsAre("trials/a", "trials/b"));
  EXPECT_THAT(north_.Indexed("Twin", "trials/a"), ElementsAre("trials/b"));
  EXPECT_THAT(north_.Indexed("Twi"), IsEmpty());
}

TEST_F(IndexTest, OfALongTermTheBeginningCounts) {
  const std::string title(50'000, 'x');
  ASSERT_OK(north_.State("trials/a", "title: '" + title + "'"));
  EXPECT_THAT(north_.Indexed(title), ElementsAre("trials/a"));
}

TEST_F(IndexTest, WhatMatchedOnlyThenIsFoundThen) {
  ASSERT_OK(north_.State("trials/a", "title: 'Old'"));
  const Frontier then = north_.frontier();
  ASSERT_OK(north_.State("trials/a", "title: 'New'"));
  ASSERT_OK(north_.State("trials/b", "title: 'Old'"));
  const Version version = Version::AtFrontier(then);
  EXPECT_THAT(north_.Indexed("Old", "", version), ElementsAre("trials/a"));
  EXPECT_EQ(north_.Title("trials/a", version), "Old");
  // Now it finds too much, which a filter sorts out.
  EXPECT_THAT(north_.Indexed("Old"), ElementsAre("trials/a", "trials/b"));
}

TEST_F(IndexTest, ChangesOfOthersAreIndexed) {
  south_.JoinFrom(north_);
  ASSERT_OK(north_.State("trials/a", "title: 'Shared'"));
  Sync(north_, south_);
  EXPECT_THAT(south_.Indexed("Shared"), ElementsAre("trials/a"));
  EXPECT_EQ(IndexRows(south_.kv()), IndexRows(north_.kv()));
}

TEST_F(IndexTest, RowsOfAnEarlierReleaseAreMadeAnew) {
  ASSERT_OK(north_.State("trials/a", "title: 'Old'"));
  ASSERT_OK(north_.State("trials/a", "title: 'New'"));
  const std::vector<std::string> complete = IndexRows(north_.kv());
  // Version 1 knew no index.
  const std::string key = RegistryRowKey::Key();
  stored::v1::RegistryRow registry;
  ASSERT_OK(DecodeRow(key, **north_.kv().Get(Partition{1}, key), registry));
  registry.set_format_version(1);
  WriteBatch batch;
  batch.Put(key, EncodeRow(key, registry));
  for (const std::string& row : complete) batch.Delete(row);
  ASSERT_OK(north_.kv().Commit(Partition{1}, batch));
  north_.Reopen();
  ASSERT_OK(DecodeRow(key, **north_.kv().Get(Partition{1}, key), registry));
  EXPECT_EQ(registry.format_version(), kRowFormatVersion);
  EXPECT_EQ(IndexRows(north_.kv()), complete);
  EXPECT_THAT(north_.Indexed("Old"), ElementsAre("trials/a"));
}

TEST_F(IndexTest, RowsOfOtherTermsGo) {
  ASSERT_OK(north_.State("trials/a", "title: 'A'"));
  const std::vector<std::string> complete = IndexRows(north_.kv());
  const std::string stale = IndexRowKey::Key("trials/a", "stale");
  WriteBatch batch;
  batch.Put(stale, "");
  ASSERT_OK(north_.kv().Commit(Partition{1}, batch));
  const TitleIndexer other(2);
  RegistryDependencies dependencies = north_.Dependencies();
  dependencies.indexer = &other;
  ASSERT_OK(RegistryStore::Open(Partition{1}, dependencies).status());
  EXPECT_EQ(IndexRows(north_.kv()), complete);
}

TEST(IndexFaultTest, AnInterruptedBuildStartsOver) {
  MemoryStore rows;
  FaultyStore faulty(rows);
  Institution north("north", &faulty);
  north.Found();
  ASSERT_OK(north.State("trials/a", "title: 'A'"));
  const std::vector<std::string> complete = IndexRows(rows);
  const TitleIndexer other(2);
  RegistryDependencies dependencies = north.Dependencies();
  dependencies.indexer = &other;
  // The first commit drops the rows, the second would make them.
  faulty.FailCommit(2, FaultyStore::Fault::kBeforeEffect);
  ASSERT_FALSE(RegistryStore::Open(Partition{1}, dependencies).ok());
  EXPECT_THAT(IndexRows(rows), IsEmpty());
  faulty.Recover();
  ASSERT_OK(RegistryStore::Open(Partition{1}, dependencies).status());
  EXPECT_EQ(IndexRows(rows), complete);
}

}  // namespace
}  // namespace consilium
