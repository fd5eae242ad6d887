// A commit that fails on its way to the disk: reopening finds the state before
// it or after it, whole, and whatever was acknowledged.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/registry/replica_fixture.h"
#include "tests/support/faulty_store.h"

namespace consilium {
namespace {

class FaultTest : public ::testing::TestWithParam<FaultyStore::Fault> {
 protected:
  FaultTest() {
    north_.Found();
    EXPECT_OK(north_.State("trials/nct1", "title: 'Acknowledged'"));
  }

  MemoryStore rows_;
  FaultyStore faulty_{rows_};
  Institution north_{"north", &faulty_};
};

TEST_P(FaultTest, ALocalChangeIsThereWholeOrNotAtAll) {
  const std::string before = north_.digest();
  faulty_.FailCommit(1, GetParam());
  ChangeRequest request = Statement("trials/nct1", "title: 'New'");
  request.records.push_back(
      Statement("trials/nct2", "title: 'Second'").records[0]);
  EXPECT_FALSE(north_.Commit(request).ok());
  EXPECT_EQ(north_.digest(), before) << "a failed commit must not be published";

  faulty_.Recover();
  north_.Reopen();
  const bool took_effect = GetParam() == FaultyStore::Fault::kAfterEffect;
  EXPECT_EQ(north_.Title("trials/nct1"), took_effect ? "New" : "Acknowledged");
  EXPECT_EQ(north_.Exists("trials/nct2"), took_effect);
  // The state is sound: it can be written to, sent and compared.
  ASSERT_OK(north_.State("trials/nct3", "title: 'Later'"));
  Institution south("south");
  south.JoinFrom(north_);
  EXPECT_EQ(south.digest(), north_.digest());
}

TEST_P(FaultTest, AMergeIsThereWholeOrNotAtAll) {
  MemoryStore rows;
  FaultyStore faulty(rows);
  Institution south("south", &faulty);
  south.JoinFrom(north_);
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK(north_.State(absl::StrCat("trials/t", i), "title: 'T'"));
  }
  const Frontier before = south.frontier();
  faulty.FailCommit(1, GetParam());
  EXPECT_FALSE(south.Pull(north_).ok());
  faulty.Recover();
  south.Reopen();
  const bool took_effect = GetParam() == FaultyStore::Fault::kAfterEffect;
  EXPECT_EQ(south.frontier(), took_effect ? north_.frontier() : before);
  ASSERT_OK(south.Pull(north_));
  EXPECT_EQ(south.digest(), north_.digest());
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultTest,
                         ::testing::Values(FaultyStore::Fault::kBeforeEffect,
                                           FaultyStore::Fault::kAfterEffect,
                                           FaultyStore::Fault::kRefuse),
                         [](const auto& info) {
                           switch (info.param) {
                             case FaultyStore::Fault::kBeforeEffect:
                               return "BeforeEffect";
                             case FaultyStore::Fault::kAfterEffect:
                               return "AfterEffect";
                             default:
                               return "Refused";
                           }
                         });

}  // namespace
}  // namespace consilium
