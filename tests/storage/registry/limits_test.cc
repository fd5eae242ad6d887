// At a limit an author is told which, and nothing is half done.
#include "proto/base/limits.h"

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/change/batch.h"
#include "storage/change/limits.h"
#include "storage/registry/limits.h"
#include "tests/storage/registry/replica_fixture.h"
#include "tests/support/gated_store.h"

namespace consilium {
namespace {

std::string LimitOf(const absl::Status& status) {
  const auto info = GetErrorInfo(status);
  return info ? info->metadata().at("limit") : "";
}

std::string Title(size_t size_bytes) {
  return absl::StrCat("title: '", std::string(size_bytes, 'x'), "'");
}

TEST(LimitsTest, AValueThatIsTooLargeIsRefused) {
  Institution north("north");
  north.Found();
  EXPECT_OK(north.State("trials/a", Title(kValueSizeMax - 16)));
  const auto refused = north.State("trials/b", Title(kValueSizeMax));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(LimitOf(refused.status()), "value size in bytes");
  EXPECT_FALSE(north.Exists("trials/b"));
}

TEST(LimitsTest, ARecordThatGrowsTooLargeIsRefused) {
  Institution north("north");
  north.Found();
  const auto conclusion = [](int i) {
    return absl::StrCat("conclusions { topic: 'topic-", i, "' text: '",
                        std::string(kValueSizeMax / 2, 'x'), "' }");
  };
  absl::Status refused;
  int stated = 0;
  for (; stated < 20 && refused.ok(); ++stated) {
    refused = north.State("trials/a", conclusion(stated)).status();
  }
  EXPECT_EQ(LimitOf(refused), "record size in bytes");
  EXPECT_GT(stated, 4);
  // The record is what it was, and can still be edited.
  EXPECT_OK(north.State("trials/a", "title: 'A'"));
}

TEST(LimitsTest, AChangeThatDoesNotFitAGroupIsRefused) {
  Institution north("north");
  north.Found();
  ChangeRequest request;
  for (int i = 0; i < 100; ++i) {
    request.records.push_back(
        Statement(absl::StrCat("trials/t", i), Title(60'000)).records[0]);
  }
  const auto refused = north.Commit(std::move(request));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(LimitOf(refused.status()), "change size in bytes");
  EXPECT_EQ(north.revision(), 1);
}

// However close a change comes to the limit, what was acknowledged can be sent.
TEST(LimitsTest, WhatWasAcceptedFitsABatch) {
  Institution north("north");
  north.Found();
  size_t fits = 50'000;
  size_t fits_not = 60'000;
  while (fits_not - fits > 1) {
    const size_t size = (fits + fits_not) / 2;
    ChangeRequest request;
    for (int i = 0; i < 69; ++i) {
      request.records.push_back(
          Statement(absl::StrCat("trials/t", size, "-", i), Title(60'000))
              .records[0]);
    }
    request.records.push_back(
        Statement(absl::StrCat("trials/last-", size), Title(size)).records[0]);
    const auto committed = north.Commit(std::move(request));
    if (committed.ok()) {
      fits = size;
    } else {
      ASSERT_EQ(LimitOf(committed.status()), "change size in bytes");
      fits_not = size;
    }
  }
  ASSERT_GT(fits, 50'000u);
  ASSERT_LT(fits_not, 60'000u);
  EXPECT_OK(north.store().ListGroupsSince(
      Frontier(), [](stored::v1::SealedGroup group) {
        BatchBuilder batch;
        EXPECT_OK(batch.Add(group.SerializeAsString()));
        return true;
      }));
}

TEST(LimitsTest, AChangeWithTooManyAssignmentsIsRefused) {
  Institution north("north");
  north.Found();
  ChangeRequest request;
  for (size_t i = 0; i <= kAssignmentsPerChangeMax / 2; ++i) {
    request.records.push_back(
        Statement(absl::StrCat("trials/t", i), "title: 'x'").records[0]);
  }
  EXPECT_EQ(LimitOf(north.Commit(std::move(request)).status()),
            "assignments per change");
}

TEST(LimitsTest, ASiblingTooManyIsRefusedToItsAuthorOnly) {
  std::vector<std::unique_ptr<Institution>> all;
  all.push_back(std::make_unique<Institution>("i0"));
  Institution& first = *all.front();
  first.Found();
  ASSERT_OK(first.State("trials/a", "title: 'v0'"));
  for (size_t i = 1; i <= kSiblingsMax; ++i) {
    auto& each =
        *all.emplace_back(std::make_unique<Institution>(absl::StrCat("i", i)));
    each.JoinFrom(first);
    const auto stated =
        each.StateIndependently("trials/a", absl::StrCat("title: 'v", i, "'"));
    if (i == kSiblingsMax) {
      EXPECT_EQ(LimitOf(stated.status()), "siblings per path");
      break;
    }
    ASSERT_OK(stated);
    ASSERT_OK(first.Pull(each));
  }
  EXPECT_EQ(first.Siblings("trials/a", TitlePath()).size(), kSiblingsMax);
}

TEST(LimitsTest, AFullQueueRefusesAndTheRestIsAnswered) {
  MemoryStore rows;
  GatedStore gated(rows);
  Institution north("north", &gated);
  north.Found();
  gated.Close();
  constexpr size_t kRequests = 2 * kCommitQueueMax + kGroupChangesMax;
  std::vector<std::promise<absl::Status>> answers(kRequests);
  for (size_t i = 0; i < kRequests; ++i) {
    north.store().Commit(Statement(absl::StrCat("trials/t", i), "title: 'x'"),
                         [&answers, i](absl::StatusOr<CommitOutcome> outcome) {
                           answers[i].set_value(outcome.status());
                         });
  }
  gated.Open();
  int64_t accepted = 0;
  int64_t refused = 0;
  for (auto& answer : answers) {
    const absl::Status status = answer.get_future().get();
    if (status.ok()) {
      ++accepted;
    } else {
      EXPECT_EQ(GetErrorReason(status), "COMMIT_QUEUE_FULL");
      ++refused;
    }
  }
  EXPECT_GE(accepted, static_cast<int64_t>(kCommitQueueMax));
  EXPECT_GE(refused, 1);
  EXPECT_EQ(north.store().head()->counts.at("trials").live, accepted);
}

}  // namespace
}  // namespace consilium
