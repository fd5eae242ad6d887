// Evidence by version, under callers that give up.
#include "server/evidence/evidence_cache.h"

#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/registry/replica_fixture.h"
#include "tests/support/notification.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

// So many that building looks whether its caller is still there.
void AddPublications(Institution& north) {
  ChangeRequest request;
  request.author = "ada";
  request.message = "many";
  for (int64_t i = 0; i <= kEvidenceCancellationInterval; ++i) {
    request.records.push_back(
        {absl::StrCat("publications/p", i), "",
         FieldStatements{.values = Values("publications/p", "title: 'P'")}});
  }
  ASSERT_OK(north.Commit(std::move(request)));
}

TEST(EvidenceCacheTest, WhoWaitsForAnotherToBuildMayGiveUp) {
  Institution north("north");
  north.Found();
  AddPublications(north);
  EvidenceCache cache;
  Notification builds, go_on;
  std::thread builder([&] {
    bool first = true;
    const auto evidence =
        cache.Get("nsclc", north.store(), Version::Latest(), [&] {
          if (first) {
            first = false;
            builds.Notify();
            go_on.WaitForNotification();
          }
          return absl::OkStatus();
        });
    EXPECT_OK(evidence);
  });
  builds.WaitForNotification();
  const auto given_up =
      cache.Get("nsclc", north.store(), Version::Latest(),
                [] { return absl::DeadlineExceededError("it is late"); });
  EXPECT_EQ(given_up.status().code(), absl::StatusCode::kDeadlineExceeded);
  go_on.Notify();
  builder.join();
  // What was built is there, and nobody is kept from building.
  EXPECT_EQ(cache.size(), 1u);
  ASSERT_OK(north.State("trials/t", "title: 'T'"));
  EXPECT_OK(cache.Get("nsclc", north.store(), Version::Latest(),
                      [] { return absl::OkStatus(); }));
  EXPECT_EQ(cache.size(), 2u);
}

}  // namespace
}  // namespace consilium
