// A commit that fails on its way to the disk: reopening finds the state before
// it or after it, whole, and whatever was acknowledged.
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/storage/registry/replica_fixture.h"
#include "tests/support/faulty_store.h"
#include "tests/support/gated_store.h"

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

// Changes that were queued while a commit ran, and so are written together.
class GroupTest : public ::testing::Test {
 protected:
  using Answer = absl::StatusOr<CommitOutcome>;

  GroupTest() {
    north_.Found();
    EXPECT_OK(north_.State("trials/nct1", "title: 'Old'"));
    gated_.Close();
    first_ = Begin(Statement("trials/first", "title: 'Before them'"));
    gated_.AwaitCommit();
  }

  std::future<Answer> Begin(ChangeRequest request) {
    auto answer = std::make_shared<std::promise<Answer>>();
    auto future = answer->get_future();
    north_.store().Commit(std::move(request), [answer](Answer outcome) {
      answer->set_value(std::move(outcome));
    });
    return future;
  }

  MemoryStore rows_;
  FaultyStore faulty_{rows_};
  GatedStore gated_{faulty_};
  Institution north_{"north", &gated_};
  std::future<Answer> first_;
};

TEST_F(GroupTest, NothingThatRestsOnAFailedWriteIsAcknowledged) {
  auto states = Begin(Statement("trials/nct1", "title: 'New'"));
  auto states_again = Begin(Statement("trials/nct1", "title: 'New'"));
  ChangeRequest creation = Statement("trials/nct2", "title: 'Second'");
  auto creates = Begin(creation);
  std::get<FieldStatements>(creation.records[0].what).existence =
      FieldStatements::Existence::kMustNotExist;
  auto creates_again = Begin(creation);
  faulty_.FailCommit(2, FaultyStore::Fault::kRefuse);
  gated_.Open();

  EXPECT_OK(first_.get());
  for (auto* answer : {&states, &states_again, &creates, &creates_again}) {
    EXPECT_THAT(answer->get(), StatusIs(absl::StatusCode::kResourceExhausted));
  }
  EXPECT_EQ(north_.Title("trials/nct1"), "Old");
  EXPECT_FALSE(north_.Exists("trials/nct2"));
  EXPECT_OK(north_.State("trials/nct1", "title: 'New'"));
}

TEST_F(GroupTest, WhatWasBuiltOnAWriteThatFailsFailsToo) {
  auto rests = Begin(Statement("trials/first", "title: 'After it'"));
  auto last = Begin(Statement("trials/nct2", "title: 'Second'"));
  // Once the last one was taken, the one before it was built.
  while (north_.store().queue_length() > 0) std::this_thread::yield();
  faulty_.FailCommit(1, FaultyStore::Fault::kRefuse);
  gated_.Open();

  for (auto* answer : {&first_, &rests, &last}) {
    EXPECT_THAT(answer->get(), StatusIs(absl::StatusCode::kResourceExhausted));
  }
  EXPECT_FALSE(north_.Exists("trials/first"));
  EXPECT_FALSE(north_.Exists("trials/nct2"));
  // As if none of them had been asked for.
  EXPECT_OK(north_.State("trials/first", "title: 'Again'"));
  Institution south("south");
  south.JoinFrom(north_);
  EXPECT_EQ(south.digest(), north_.digest());
  EXPECT_EQ(south.Title("trials/first"), "Again");
}

TEST_F(GroupTest, WhatIsBeingWrittenIsBuiltUpon) {
  auto rests = Begin(Statement("trials/first", "title: 'After it'"));
  ChangeRequest creation = Statement("trials/first", "title: 'Once more'");
  std::get<FieldStatements>(creation.records[0].what).existence =
      FieldStatements::Existence::kMustNotExist;
  auto refused = Begin(creation);
  while (north_.store().queue_length() > 0) std::this_thread::yield();
  EXPECT_FALSE(north_.Exists("trials/first")) << "nobody sees it yet";
  gated_.Open();

  EXPECT_OK(first_.get());
  EXPECT_OK(rests.get());
  EXPECT_THAT(refused.get(), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(north_.Title("trials/first"), "After it");
  const std::string digest = north_.digest();
  north_.Reopen();
  EXPECT_EQ(north_.digest(), digest);
}

TEST_F(GroupTest, ARequestThatCameTwiceIsCarriedOutOnce) {
  ChangeRequest creation = Statement("trials/nct2", "title: 'Second'");
  std::get<FieldStatements>(creation.records[0].what).existence =
      FieldStatements::Existence::kMustNotExist;
  creation.request_id = "7f2c";
  creation.request_hash = "hash";
  auto creates = Begin(creation);
  auto creates_again = Begin(creation);
  ChangeRequest other = Statement("trials/nct3", "title: 'Third'");
  other.request_id = creation.request_id;
  other.request_hash = "of another";
  auto reuses = Begin(other);
  gated_.Open();

  const Answer outcome = creates.get();
  const Answer again = creates_again.get();
  ASSERT_OK(outcome);
  ASSERT_OK(again);
  EXPECT_FALSE(outcome->replayed);
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->dot, outcome->dot);
  EXPECT_EQ(GetErrorReason(reuses.get().status()), "REQUEST_ID_REUSED");
}

TEST(RequestTest, WhatChangedNothingIsNotCarriedOutLater) {
  Institution north("north");
  north.Found();
  ASSERT_OK(north.State("trials/nct1", "title: 'Old'"));
  ChangeRequest request = Statement("trials/nct1", "title: 'Old'");
  request.request_id = "7f2c";
  request.request_hash = "hash";
  const auto nothing = north.Commit(request);
  ASSERT_OK(nothing);
  const int64_t revision = north.revision();
  ASSERT_OK(north.State("trials/nct1", "title: 'New'"));

  north.Reopen();
  const auto again = north.Commit(request);
  ASSERT_OK(again);
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->revision, revision);
  EXPECT_EQ(north.Title("trials/nct1"), "New");
}

}  // namespace
}  // namespace consilium
