#include "client/api/record_client.h"

#include <string>
#include <vector>

#include "client/api/reflection.h"
#include "consilium/v1/adverse_event_service.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_caller.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const RecordTraits& Kind(const std::string& word) {
  return *RecordTraitsTable::Get().FindByWord(word);
}

TEST(RecordClientTest, GetsARecordAtAVersion) {
  FakeCaller caller;
  caller.Handle<v1::GetTrialRequest, v1::Trial>(
      "consilium.v1.TrialService.GetTrial",
      [](const auto& request, auto& trial) {
        EXPECT_EQ(request.name(), "registries/r/trials/t");
        EXPECT_EQ(request.at(), "baseline");
        trial.set_name(request.name());
        return absl::OkStatus();
      });
  RecordClient client(caller);
  ASSERT_OK_AND_ASSIGN(
      const RecordMessage trial,
      client.Get(Kind("trial"), "registries/r/trials/t", "baseline"));
  EXPECT_EQ(dynamic_cast<const v1::Trial&>(*trial).name(),
            "registries/r/trials/t");
}

TEST(RecordClientTest, ListsAKindWhoseNameHasTwoWords) {
  FakeCaller caller;
  caller.Handle<v1::ListAdverseEventsRequest, v1::ListAdverseEventsResponse>(
      "consilium.v1.AdverseEventService.ListAdverseEvents",
      [](const auto& request, auto& response) {
        EXPECT_EQ(request.parent(), "registries/r/trials/-");
        EXPECT_EQ(request.filter(), "x");
        EXPECT_EQ(request.at(), "7");
        EXPECT_TRUE(request.show_deleted());
        response.add_adverse_events()->set_name("e");
        return absl::OkStatus();
      });
  RecordClient client(caller);
  std::vector<std::string> names;
  EXPECT_OK(client.List(Kind("ae"),
                        {.parent = "registries/r/trials/-",
                         .filter = "x",
                         .at = "7",
                         .show_deleted = true},
                        [&](google::protobuf::Message& record) {
                          names.push_back(
                              dynamic_cast<v1::AdverseEvent&>(record).name());
                          return true;
                        }));
  EXPECT_THAT(names, ElementsAre("e"));
}

TEST(RecordClientTest, CreatesWithContextAndARequestIdOfItsOwn) {
  FakeCaller caller;
  caller.Handle<v1::CreateTrialRequest, v1::Trial>(
      "consilium.v1.TrialService.CreateTrial",
      [](const auto& request, auto& trial) {
        EXPECT_EQ(request.parent(), "registries/r");
        EXPECT_EQ(request.trial_id(), "t");
        EXPECT_EQ(request.change().author(), "ann");
        EXPECT_TRUE(request.validate_only());
        EXPECT_THAT(request.request_id(), SizeIs(36));
        trial = request.trial();
        return absl::OkStatus();
      });
  RecordClient client(caller);
  v1::Trial trial;
  trial.set_etag("kept");
  RecordWriteOptions write{.validate_only = true};
  write.change.set_author("ann");
  ASSERT_OK_AND_ASSIGN(
      const RecordMessage made,
      client.Create(Kind("trial"), "registries/r", "t", trial, write));
  EXPECT_EQ(dynamic_cast<const v1::Trial&>(*made).etag(), "kept");
}

TEST(RecordClientTest, UpdatesWithMaskAndEtag) {
  FakeCaller caller;
  caller.Handle<v1::UpdateTrialRequest, v1::Trial>(
      "consilium.v1.TrialService.UpdateTrial", [](const auto& request, auto&) {
        EXPECT_THAT(request.update_mask().paths(), ElementsAre("a", "b"));
        EXPECT_EQ(request.trial().etag(), "\"e\"");
        EXPECT_EQ(request.request_id(), "given");
        return absl::OkStatus();
      });
  RecordClient client(caller);
  v1::Trial trial;
  trial.set_name("registries/r/trials/t");
  EXPECT_OK(client
                .Update(Kind("trial"), trial, {"a", "b"},
                        {.request_id = "given", .etag = "\"e\""})
                .status());
}

TEST(RecordClientTest, RetractsWithAReasonAndBringsBack) {
  FakeCaller caller;
  caller.Handle<v1::DeleteTrialRequest, v1::Trial>(
      "consilium.v1.TrialService.DeleteTrial", [](const auto& request, auto&) {
        EXPECT_EQ(request.name(), "n");
        EXPECT_EQ(request.reason(), "duplicate");
        EXPECT_EQ(request.etag(), "*");
        return absl::OkStatus();
      });
  caller.Handle<v1::UndeleteTrialRequest, v1::Trial>(
      "consilium.v1.TrialService.UndeleteTrial",
      [](const auto& request, auto&) {
        EXPECT_EQ(request.name(), "n");
        return absl::OkStatus();
      });
  RecordClient client(caller);
  EXPECT_OK(
      client.Delete(Kind("trial"), "n", "duplicate", {.etag = "*"}).status());
  EXPECT_OK(client.Undelete(Kind("trial"), "n", {}).status());
}

// Every kind that people write has all standard methods under the names that
// RecordClient derives.
TEST(RecordClientTest, FindsTheMethodsOfEveryKind) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    const std::string name = traits->descriptor->name();
    if (name == "Registry") continue;  // Not a record among others.
    std::vector<std::string> verbs = {"Get"};
    // Joining makes members; snapshots are never changed.
    if (name != "Member") verbs.push_back("Create");
    if (name != "Snapshot") verbs.push_back("Update");
    if (name != "Member" && name != "Snapshot") {
      verbs.insert(verbs.end(), {"Delete", "Undelete"});
    }
    for (const std::string& verb : verbs) {
      EXPECT_NE(FindMethod("consilium.v1." + name + "Service." + verb + name),
                nullptr)
          << verb << name;
    }
    const absl::Status listed = [&] {
      FakeCaller caller;
      return RecordClient(caller).List(
          *traits, {.parent = "registries/r"},
          [](google::protobuf::Message&) { return true; });
    }();
    // The fake has no handlers: the method was found and called.
    EXPECT_THAT(listed, StatusIs(absl::StatusCode::kUnimplemented)) << name;
  }
}

}  // namespace
}  // namespace consilium
