#include "client/sync/join.h"

#include <sstream>
#include <string>
#include <vector>

#include "consilium/v1/registry_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/fake_caller.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_sync_endpoint.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kJoin[] = "consilium.v1.RegistryService.JoinRegistry";
constexpr char kEnroll[] = "consilium.v1.RegistryService.EnrollMember";

class JoinTest : public testing::Test {
 protected:
  JoinTest() {
    source_.Write(5);
    target_.faults.frontier_error = absl::NotFoundError("no registry nsclc");
    caller_.Handle<v1::JoinRegistryRequest, v1::Registry>(
        kJoin, [this](const auto& request, auto&) -> absl::Status {
          EXPECT_EQ(request.registry_id(), "nsclc");
          EXPECT_EQ(request.genesis().changes_size(), 1);
          if (!join_error_.ok()) return join_error_;
          target_.faults.frontier_error = absl::OkStatus();
          return absl::OkStatus();
        });
    caller_.Handle<v1::EnrollMemberRequest, v1::EnrollMemberResponse>(
        kEnroll, [this](const auto& request, auto& response) -> absl::Status {
          EXPECT_EQ(request.name(), "registries/nsclc");
          EXPECT_EQ(request.title(), "West");
          EXPECT_EQ(target_.Held(), "source:5");
          if (!enroll_error_.ok()) return enroll_error_;
          response.set_member("registries/nsclc/members/west");
          response.set_written(true);
          return absl::OkStatus();
        });
    options_.member_title = "West";
    options_.sync.attempts_max = 1;
    options_.on_step = [this](JoinStep step) { steps_.push_back(step); };
    options_.decode_batch = [this](absl::string_view) {
      stored::v1::ChangeHeader header;
      if (has_genesis_) header.mutable_genesis()->set_registry("nsclc");
      stored::v1::GroupList groups;
      groups.add_groups()->add_changes()->set_header(
          header.SerializeAsString());
      return groups;
    };
  }

  absl::StatusOr<JoinResult> Join() {
    return JoinRegistry(source_, caller_, target_,
                        RegistryName::FromId("nsclc").value(), options_);
  }

  FakeSyncEndpoint source_{"source"};
  FakeSyncEndpoint target_{"target"};
  FakeCaller caller_;
  JoinOptions options_;
  bool has_genesis_ = true;
  absl::Status join_error_;
  absl::Status enroll_error_;
  std::vector<JoinStep> steps_;
};

TEST_F(JoinTest, OpensFetchesAndEnrols) {
  ASSERT_OK_AND_ASSIGN(const JoinResult result, Join());
  EXPECT_TRUE(result.opened);
  EXPECT_EQ(result.sync.sent, 5);
  EXPECT_EQ(result.member, "registries/nsclc/members/west");
  EXPECT_TRUE(result.enrolled);
  EXPECT_THAT(steps_,
              ElementsAre(JoinStep::kOpenReplica, JoinStep::kFetchChanges,
                          JoinStep::kEnrollMember));
}

TEST_F(JoinTest, GoesOnAfterAFailureAtAnyStep) {
  join_error_ = absl::UnavailableError("down");
  EXPECT_THAT(Join(), StatusIs(absl::StatusCode::kUnavailable));
  join_error_ = absl::OkStatus();

  source_.faults.messages_until_cut = 2;  // One batch gets through.
  EXPECT_THAT(Join(), StatusIs(absl::StatusCode::kUnavailable));
  source_.faults.messages_until_cut = -1;

  enroll_error_ = absl::UnavailableError("down");
  EXPECT_THAT(Join(), StatusIs(absl::StatusCode::kUnavailable));
  enroll_error_ = absl::OkStatus();

  ASSERT_OK_AND_ASSIGN(const JoinResult result, Join());
  EXPECT_FALSE(result.opened);
  EXPECT_TRUE(result.enrolled);
  EXPECT_EQ(target_.Held(), "source:5");
}

TEST_F(JoinTest, GivesUpWhenTheSourceSendsNothing) {
  source_.faults.sends_nothing = true;
  options_.sync.stall_timeout = absl::Milliseconds(20);
  const auto joined = Join();
  EXPECT_EQ(GetErrorReason(joined.status()), "SYNC_STALLED");
  EXPECT_THAT(joined, StatusIs(absl::StatusCode::kDeadlineExceeded,
                               HasSubstr("source to ")));
}

TEST_F(JoinTest, TakesABundleWhereNoConnectionLeads) {
  FakeClock clock;
  std::stringstream file;
  ASSERT_OK(CreateBundle(source_, {}, clock, file, {}));
  const RegistryName name = RegistryName::FromId("nsclc").value();
  const auto join = [&](std::istream& in) {
    return JoinFromBundle(in, "all.bundle", caller_, target_, name, options_,
                          {});
  };
  std::string bytes = file.str();
  bytes[bytes.size() / 2] ^= 1;
  std::istringstream damaged(bytes);
  EXPECT_THAT(join(damaged), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(caller_.calls(), testing::IsEmpty());

  ASSERT_OK_AND_ASSIGN(const BundleJoined joined, join(file));
  EXPECT_TRUE(joined.opened);
  EXPECT_EQ(joined.applied.applied_changes, 5);
  EXPECT_TRUE(joined.enrolled);
  EXPECT_EQ(target_.Held(), "source:5");
  file.clear();
  file.seekg(0);
  ASSERT_OK_AND_ASSIGN(const BundleJoined again, join(file));
  EXPECT_FALSE(again.opened);
  EXPECT_EQ(again.applied.applied_changes, 0);
}

TEST_F(JoinTest, ABundleForAServerThatHoldsSomethingStartsNothing) {
  FakeClock clock;
  std::stringstream file;
  const stored::v1::Frontier since = source_.frontier();
  source_.Write(2);
  ASSERT_OK(CreateBundle(source_, since, clock, file, {}));
  const auto joined =
      JoinFromBundle(file, "later.bundle", caller_, target_,
                     RegistryName::FromId("nsclc").value(), options_, {});
  EXPECT_EQ(GetErrorReason(joined.status()), "BUNDLE_STARTS_LATER");
  EXPECT_THAT(caller_.calls(), testing::IsEmpty());
}

TEST_F(JoinTest, RefusesANameThatIsTaken) {
  target_.faults.frontier_error = absl::OkStatus();
  target_.registry_id = std::string(32, 'T');
  const auto result = Join();
  EXPECT_THAT(result,
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("5454")));
  EXPECT_THAT(caller_.calls(), testing::IsEmpty());
}

TEST_F(JoinTest, RefusesASourceThatSendsNoGenesis) {
  has_genesis_ = false;
  EXPECT_EQ(GetErrorReason(Join().status()), "GENESIS_MISSING");
  EXPECT_THAT(caller_.calls(), testing::IsEmpty());
}

TEST_F(JoinTest, NamesTheSourceThatLacksTheRegistry) {
  source_.faults.frontier_error = absl::NotFoundError("no registry nsclc");
  EXPECT_THAT(Join(), StatusIs(absl::StatusCode::kNotFound,
                               HasSubstr("source: no registry")));
}

}  // namespace
}  // namespace consilium
