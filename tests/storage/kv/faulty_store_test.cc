#include "tests/support/faulty_store.h"

#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/kv/memory_store.h"
#include "tests/storage/kv/row_vocabulary.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;

constexpr Partition kLungs{7};

class FaultyStoreTest : public testing::Test {
 protected:
  absl::Status Commit(const std::string& key) {
    return store_.Commit(kLungs, Puts({{key, ""}}));
  }

  MemoryStore base_;
  FaultyStore store_{base_};
};

TEST_F(FaultyStoreTest, FailsTheNthCommitBeforeItTakesEffect) {
  store_.FailCommit(2, FaultyStore::Fault::kBeforeEffect);
  EXPECT_OK(Commit("a"));
  EXPECT_EQ(GetErrorReason(Commit("b")), "WRITE_FAILED");
  EXPECT_EQ(GetErrorReason(Commit("c")), "STORE_STOPPED");
  EXPECT_FALSE(store_.Health().ok());
  EXPECT_THAT(Keys(store_.Scan(kLungs, {})), ElementsAre("a"));
  store_.Recover();
  EXPECT_OK(Commit("d"));
  EXPECT_EQ(store_.commit_count(), 4);
}

TEST_F(FaultyStoreTest, FailsTheNthCommitAfterItTookEffect) {
  store_.FailCommit(1, FaultyStore::Fault::kAfterEffect);
  EXPECT_EQ(GetErrorReason(Commit("a")), "WRITE_FAILED");
  EXPECT_THAT(Keys(store_.Scan(kLungs, {})), ElementsAre("a"));
}

TEST_F(FaultyStoreTest, ARefusalDoesNotStopTheStore) {
  store_.FailCommit(1, FaultyStore::Fault::kRefuse);
  EXPECT_THAT(Commit("a"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(Commit("b"));
  EXPECT_THAT(Keys(store_.Scan(kLungs, {})), ElementsAre("b"));
}

TEST_F(FaultyStoreTest, FailsReads) {
  ASSERT_OK(Commit("a"));
  store_.FailReads(StoreDamaged("here", "everything"));
  EXPECT_THAT(store_.Get(kLungs, "a"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(store_.Scan(kLungs, {})->status(),
              StatusIs(absl::StatusCode::kDataLoss));
  store_.FailReads(absl::OkStatus());
  EXPECT_OK(store_.Get(kLungs, "a"));
}

}  // namespace
}  // namespace consilium
