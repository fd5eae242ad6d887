#include "client/export/registry_evidence.h"

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "consilium/v1/adverse_event_service.pb.h"
#include "consilium/v1/arm_service.pb.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/endpoint_service.pb.h"
#include "consilium/v1/publication_service.pb.h"
#include "consilium/v1/registry_service.pb.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_caller.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kRegistry[] = "registries/r";
constexpr char kTrial[] = "registries/r/trials/t";
constexpr char kPinned[] = "f-pinned";

// A server with one trial that has one arm, each version of which it notes.
class RegistryEvidenceTest : public testing::Test {
 protected:
  RegistryEvidenceTest() {
    Answer<v1::ListTrialsRequest, v1::ListTrialsResponse>(
        "TrialService.ListTrials", [](const auto&, auto& response) {
          response.add_trials()->set_name(kTrial);
          response.set_frontier(kPinned);
        });
    Answer<v1::GetRegistryRequest, v1::Registry>(
        "RegistryService.GetRegistry", [](const auto& request, auto& registry) {
          registry.set_name(request.name());
        });
    Answer<v1::ListPublicationsRequest, v1::ListPublicationsResponse>(
        "PublicationService.ListPublications", [](const auto&, auto& response) {
          response.add_publications()->set_name(
              "registries/r/publications/pmid-1");
        });
    Answer<v1::ListArmsRequest, v1::ListArmsResponse>(
        "ArmService.ListArms", [](const auto& request, auto& response) {
          EXPECT_EQ(request.parent(), "registries/r/trials/-");
          response.add_arms()->set_name("registries/r/trials/t/arms/a");
          response.add_arms()->set_name("registries/r/trials/gone/arms/a");
        });
    Answer<v1::ListEndpointsRequest, v1::ListEndpointsResponse>(
        "EndpointService.ListEndpoints", [](const auto&, auto&) {});
    Answer<v1::ListAdverseEventsRequest, v1::ListAdverseEventsResponse>(
        "AdverseEventService.ListAdverseEvents", [](const auto&, auto&) {});
    Answer<v1::ListConflictsRequest, v1::ListConflictsResponse>(
        "ConflictService.ListConflicts", [](const auto&, auto& response) {
          v1::Conflict& conflict = *response.add_conflicts();
          conflict.set_record(kTrial);
          conflict.set_path("title");
        });
    Answer<v1::ListAgreementsRequest, v1::ListAgreementsResponse>(
        "ConflictService.ListAgreements", [](const auto&, auto&) {});
    Answer<v1::ListChangesRequest, v1::ListChangesResponse>(
        "ChangeService.ListChanges", [](const auto& request, auto& response) {
          if (request.parent() != kTrial) return;
          AddChange("bb", 20, true, response);
          AddChange("aa", 10, true, response);
          AddChange("cc", 30, false, response);
        });
    caller_.Handle<v1::GetSnapshotRequest, v1::Snapshot>(
        "consilium.v1.SnapshotService.GetSnapshot",
        [](const auto& request, auto& snapshot) {
          if (!absl::EndsWith(request.name(), "/snapshots/release")) {
            return absl::NotFoundError("no such snapshot");
          }
          snapshot.set_name(request.name());
          snapshot.set_revision("12");
          return absl::OkStatus();
        });
  }

  template <typename Request, typename Response, typename Handler>
  void Answer(const std::string& method, Handler handler) {
    caller_.Handle<Request, Response>(
        "consilium.v1." + method,
        [this, handler](const Request& request, Response& response) {
          versions_.insert(request.at());
          handler(request, response);
          return absl::OkStatus();
        });
  }

  static void AddChange(const std::string& hash, int64_t seconds, bool visible,
                        v1::ListChangesResponse& response) {
    v1::ChangeEntry& change = *response.add_changes();
    change.mutable_info()->set_hash(hash);
    change.mutable_info()->mutable_claimed_time()->set_seconds(seconds);
    change.mutable_info()->mutable_received_time()->set_seconds(seconds + 5);
    change.mutable_info()->set_revision(seconds);
    v1::AssignmentInfo& assignment = *change.add_assignments();
    assignment.set_record(kTrial);
    assignment.set_path("title");
    assignment.set_source(R"({"locator": "page 1"})");
    assignment.set_visible(visible);
  }

  FakeCaller caller_;
  std::set<std::string> versions_;
};

TEST_F(RegistryEvidenceTest, ReadsEverythingAtTheVersionOfTheFirstRead) {
  ASSERT_OK(ReadRegistryEvidence(caller_, kRegistry, "").status());
  EXPECT_THAT(versions_, ElementsAre("", kPinned));
}

TEST_F(RegistryEvidenceTest, PutsRecordsUnderTheirStudies) {
  ASSERT_OK_AND_ASSIGN(const RegistryEvidence evidence,
                       ReadRegistryEvidence(caller_, kRegistry, ""));
  ASSERT_THAT(evidence.studies, SizeIs(1));
  EXPECT_THAT(evidence.studies.front().arms, SizeIs(1));
  EXPECT_EQ(evidence.publications.count("pmid-1"), 1);
  EXPECT_EQ(evidence.conflicts.count({kTrial, "title"}), 1);
}

TEST_F(RegistryEvidenceTest, KeepsWhoEnteredWhatIsVisible) {
  ASSERT_OK_AND_ASSIGN(const RegistryEvidence evidence,
                       ReadRegistryEvidence(caller_, kRegistry, ""));
  const auto& entries = evidence.entries.at({kTrial, "title"});
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].change.hash(), "aa");
  EXPECT_EQ(entries[1].change.hash(), "bb");
  EXPECT_EQ(entries[0].source.locator(), "page 1");
}

TEST_F(RegistryEvidenceTest, HoldsNothingThatOnlyThisServerKnows) {
  ASSERT_OK_AND_ASSIGN(const RegistryEvidence evidence,
                       ReadRegistryEvidence(caller_, kRegistry, "release"));
  for (const Entry& entry : evidence.entries.at({kTrial, "title"})) {
    EXPECT_FALSE(entry.change.has_received_time());
    EXPECT_FALSE(entry.change.has_revision());
  }
  ASSERT_TRUE(evidence.snapshot.has_value());
  EXPECT_FALSE(evidence.snapshot->has_revision());
}

TEST_F(RegistryEvidenceTest, AFrontierIsNoSnapshot) {
  ASSERT_OK_AND_ASSIGN(const RegistryEvidence evidence,
                       ReadRegistryEvidence(caller_, kRegistry, "fAbCd"));
  EXPECT_FALSE(evidence.snapshot.has_value());
  EXPECT_EQ(evidence.frontier, kPinned);
}

TEST_F(RegistryEvidenceTest, PassesOnWhatTheServerSays) {
  caller_.Handle<v1::ListConflictsRequest, v1::ListConflictsResponse>(
      "consilium.v1.ConflictService.ListConflicts",
      [](const auto&, auto&) { return absl::UnavailableError("gone"); });
  EXPECT_TRUE(absl::IsUnavailable(
      ReadRegistryEvidence(caller_, kRegistry, "").status()));
}

TEST(SourceFromText, KeepsWhatItCannotRead) {
  EXPECT_EQ(SourceFromText("{\"report\": \"pmid-1\"}").report(), "pmid-1");
  EXPECT_EQ(SourceFromText("{\"newField\": 1}").text(), "{\"newField\": 1}");
  EXPECT_EQ(SourceFromText("").ByteSizeLong(), 0);
}

}  // namespace
}  // namespace consilium
