#include "storage/kv/memory_store.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/kv/row_vocabulary.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr Partition kLungs{7};

TEST(MemoryStoreTest, ACloneAndItsOriginalGoTheirOwnWays) {
  MemoryStore store;
  ASSERT_OK(store.Commit(kLungs, Puts({{"a", "1"}, {"b", "1"}})));
  const auto clone = store.Clone();
  ASSERT_OK(store.Commit(kLungs, Puts({{"a", "2"}})));
  ASSERT_OK(clone->Commit(kLungs, Puts({{"b", "3"}, {"c", "3"}})));
  EXPECT_THAT(AllRows(store, kLungs),
              ElementsAre(Pair("a", "2"), Pair("b", "1")));
  EXPECT_THAT(AllRows(*clone, kLungs),
              ElementsAre(Pair("a", "1"), Pair("b", "3"), Pair("c", "3")));
}

TEST(MemoryStoreTest, ASnapshotMayOutliveItsStore) {
  auto store = std::make_unique<MemoryStore>();
  ASSERT_OK(store->Commit(kLungs, Puts({{"a", "1"}})));
  ASSERT_OK_AND_ASSIGN(const auto snapshot, store->NewSnapshot(kLungs));
  store.reset();
  EXPECT_THAT(Drain(snapshot->Scan({})), ElementsAre(Pair("a", "1")));
}

TEST(MemoryStoreTest, HasNoCheckpoints) {
  MemoryStore store;
  EXPECT_THAT(store.CreateCheckpoint("anywhere"),
              StatusIs(absl::StatusCode::kUnimplemented));
}

}  // namespace
}  // namespace consilium
