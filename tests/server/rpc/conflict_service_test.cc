// Two institutions that work apart, meet, disagree and settle it.
#include "server/rpc/conflict_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "consilium/v1/arm_service.grpc.pb.h"
#include "consilium/v1/change_service.grpc.pb.h"
#include "consilium/v1/conflict_service.grpc.pb.h"
#include "consilium/v1/registry_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Conflicts = v1::ConflictService::Stub;
using Trials = v1::TrialService::Stub;

constexpr char kRegistry[] = "registries/nsclc";
constexpr char kTrial[] = "registries/nsclc/trials/t";

// One institution, with the calls that these tests make of it.
class Institution {
 public:
  explicit Institution(const std::string& id) : server_(id) {}

  TestServer& server() { return server_; }

  absl::Status Create(const std::string& title) {
    v1::CreateTrialRequest request;
    request.set_parent(kRegistry);
    request.set_trial_id("t");
    request.mutable_trial()->set_title(title);
    return Call(*trials_, &Trials::CreateTrial, request).status();
  }
  absl::Status SetTitle(const std::string& title, bool independent = false) {
    v1::UpdateTrialRequest request;
    request.mutable_trial()->set_name(kTrial);
    request.mutable_trial()->set_title(title);
    request.mutable_change()->set_independent(independent);
    return Call(*trials_, &Trials::UpdateTrial, request).status();
  }
  absl::StatusOr<v1::Trial> Get() {
    v1::GetTrialRequest request;
    request.set_name(kTrial);
    return Call(*trials_, &Trials::GetTrial, request);
  }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const std::string& filter = "") {
    v1::ListConflictsRequest request;
    request.set_parent(kRegistry);
    request.set_filter(filter);
    return Call(*conflicts_, &Conflicts::ListConflicts, request);
  }
  absl::StatusOr<v1::ListAgreementsResponse> ListAgreements() {
    v1::ListAgreementsRequest request;
    request.set_parent(kTrial);
    return Call(*conflicts_, &Conflicts::ListAgreements, request);
  }
  absl::StatusOr<v1::ResolveConflictResponse> Resolve(
      const v1::ResolveConflictRequest& request) {
    return Call(*conflicts_, &Conflicts::ResolveConflict, request);
  }
  absl::Status Retract(const std::string& reason,
                       const std::string& etag = "") {
    v1::DeleteTrialRequest request;
    request.set_name(kTrial);
    request.set_reason(reason);
    request.set_etag(etag);
    return Call(*trials_, &Trials::DeleteTrial, request).status();
  }
  absl::Status Undelete() {
    v1::UndeleteTrialRequest request;
    request.set_name(kTrial);
    return Call(*trials_, &Trials::UndeleteTrial, request).status();
  }
  absl::Status CreateArm(const std::string& id) {
    v1::CreateArmRequest request;
    request.set_parent(kTrial);
    request.set_arm_id(id);
    request.mutable_arm()->set_title("an arm");
    const auto stub = v1::ArmService::NewStub(server_.channel());
    return Call(*stub, &v1::ArmService::Stub::CreateArm, request).status();
  }
  // A resolution of the conflict over a field that takes nothing yet.
  v1::ResolveConflictRequest Resolution(const std::string& path = "title") {
    v1::GetConflictRequest ask;
    ask.set_record(kTrial);
    ask.set_path(path);
    const auto conflict = Call(*conflicts_, &Conflicts::GetConflict, ask);
    v1::ResolveConflictRequest request;
    request.set_record(kTrial);
    request.set_path(path);
    request.set_reason("the paper says so");
    for (const v1::VisibleValue& value : conflict->values()) {
      *request.add_shown() = value.dot();
    }
    return request;
  }
  v1::GetRegistryStatusResponse Status() {
    v1::GetRegistryStatusRequest request;
    request.set_name(kRegistry);
    const auto stub = v1::RegistryService::NewStub(server_.channel());
    return *Call(*stub, &v1::RegistryService::Stub::GetRegistryStatus, request);
  }

 private:
  TestServer server_;
  std::unique_ptr<Trials> trials_ =
      v1::TrialService::NewStub(server_.channel());
  std::unique_ptr<Conflicts> conflicts_ =
      v1::ConflictService::NewStub(server_.channel());
};

class ConflictServiceTest : public testing::Test {
 protected:
  ConflictServiceTest() {
    north_.server().Found("nsclc");
    south_.server().Join("nsclc", north_.server());
    Sync();
  }

  void Sync() {
    EXPECT_OK(SyncOneWay(north_.server(), south_.server(), "nsclc"));
    EXPECT_OK(SyncOneWay(south_.server(), north_.server(), "nsclc"));
    EXPECT_EQ(north_.Status().digest(), south_.Status().digest());
    EXPECT_EQ(north_.Status().frontier(), south_.Status().frontier());
  }

  // Both change the title without knowing of each other.
  void MakeConflict() {
    ASSERT_OK(north_.Create("the base"));
    Sync();
    ASSERT_OK(north_.SetTitle("north's"));
    ASSERT_OK(south_.SetTitle("south's"));
    Sync();
  }

  Institution north_{"north"};
  Institution south_{"south"};
};

std::vector<std::string> ValuesOf(const v1::Conflict& conflict) {
  std::vector<std::string> values;
  for (const v1::VisibleValue& value : conflict.values()) {
    values.push_back(absl::StrCat(value.institution(), " ", value.value(),
                                  value.blind() ? " blind" : " knowing"));
  }
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<std::string> ObjectionsOf(const v1::Conflict& conflict) {
  std::vector<std::string> objections;
  for (const v1::Objection& each : conflict.objections()) {
    objections.push_back(
        absl::StrCat(each.value().institution(), " ",
                     absl::StripPrefix(each.record(), "registries/nsclc/"), " ",
                     each.path(), " ", each.value().value()));
  }
  return objections;
}

TEST_F(ConflictServiceTest, ConcurrentValuesAreAConflictOnBothSides) {
  MakeConflict();
  for (Institution* each : {&north_, &south_}) {
    ASSERT_OK_AND_ASSIGN(const v1::ListConflictsResponse page,
                         each->ListConflicts());
    ASSERT_EQ(page.conflicts_size(), 1);
    const v1::Conflict& conflict = page.conflicts(0);
    EXPECT_EQ(conflict.record(), kTrial);
    EXPECT_EQ(conflict.path(), "title");
    EXPECT_THAT(ValuesOf(conflict), ElementsAre("north \"north's\" blind",
                                                "south \"south's\" blind"));
    EXPECT_THAT(conflict.base(), ElementsAre("\"the base\""));
    ASSERT_OK_AND_ASSIGN(const v1::Trial trial, each->Get());
    EXPECT_THAT(trial.conflicts(), ElementsAre("title"));
    EXPECT_EQ(absl::StrCat("\"", trial.title(), "\""), conflict.provisional());
    EXPECT_EQ(each->Status().conflicts(), 1);
  }
  EXPECT_EQ(north_.Get()->title(), south_.Get()->title());
}

TEST_F(ConflictServiceTest, UpdateMayNotTouchAConflict) {
  MakeConflict();
  EXPECT_EQ(Summary(south_.SetTitle("mine after all")),
            "FAILED_PRECONDITION FIELD_IN_CONFLICT");
}

TEST_F(ConflictServiceTest, TakingOneValueSettlesItEverywhere) {
  MakeConflict();
  v1::ResolveConflictRequest request = south_.Resolution();
  *request.mutable_take() = request.shown(0);
  request.set_author("u7");
  ASSERT_OK_AND_ASSIGN(const v1::ResolveConflictResponse resolved,
                       south_.Resolve(request));
  EXPECT_EQ(resolved.conflicts(), 0);
  EXPECT_EQ(resolved.change().kind(), v1::CHANGE_KIND_ADJUDICATION);
  EXPECT_EQ(resolved.change().message(), "the paper says so");
  EXPECT_EQ(resolved.change().author(), "u7");
  ASSERT_EQ(resolved.field().values_size(), 1);
  Sync();
  EXPECT_EQ(north_.Status().conflicts(), 0);
  EXPECT_THAT(north_.Get()->conflicts(), IsEmpty());
  EXPECT_EQ(north_.Get()->title(), south_.Get()->title());
}

TEST_F(ConflictServiceTest, AnotherValueOrNoneSettlesItToo) {
  MakeConflict();
  v1::ResolveConflictRequest request = south_.Resolution();
  request.set_value("\"what the paper prints\"");
  request.set_source("{\"locator\":\"page 1\"}");
  ASSERT_OK_AND_ASSIGN(const v1::ResolveConflictResponse resolved,
                       south_.Resolve(request));
  EXPECT_EQ(resolved.field().values(0).source(), "{\"locator\":\"page 1\"}");
  EXPECT_EQ(south_.Get()->title(), "what the paper prints");
  ASSERT_OK(north_.SetTitle("north's next", /*independent=*/true));
  Sync();
  request = north_.Resolution();
  request.set_absent(true);
  ASSERT_OK(north_.Resolve(request));
  EXPECT_FALSE(north_.Get()->has_title());
}

TEST_F(ConflictServiceTest, RepeatedResolutionGetsTheFirstAnswer) {
  MakeConflict();
  v1::ResolveConflictRequest request = south_.Resolution();
  *request.mutable_take() = request.shown(0);
  request.set_request_id("3f2b8c1e-9d4a-4c6b-8f1e-2a7d5b9c0e13");
  ASSERT_OK_AND_ASSIGN(const v1::ResolveConflictResponse first,
                       south_.Resolve(request));
  EXPECT_EQ(first.conflicts(), 0);
  ASSERT_OK(north_.SetTitle("north's next", /*independent=*/true));
  Sync();
  EXPECT_EQ(south_.Status().conflicts(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::ResolveConflictResponse again,
                       south_.Resolve(request));
  EXPECT_EQ(again.ShortDebugString(), first.ShortDebugString());
}

TEST_F(ConflictServiceTest, AdjudicationThatDidNotSeeAllValuesIsAborted) {
  MakeConflict();
  v1::ResolveConflictRequest request = south_.Resolution();
  *request.mutable_take() = request.shown(0);
  request.mutable_shown()->RemoveLast();
  EXPECT_EQ(Summary(south_.Resolve(request)), "ABORTED CONFLICT_CHANGED");
}

TEST_F(ConflictServiceTest, RefusesResolutionsThatSayTooLittle) {
  MakeConflict();
  const v1::ResolveConflictRequest good = [&] {
    v1::ResolveConflictRequest request = south_.Resolution();
    *request.mutable_take() = request.shown(0);
    return request;
  }();
  v1::ResolveConflictRequest request = good;
  request.clear_reason();
  EXPECT_EQ(Summary(south_.Resolve(request)),
            "INVALID_ARGUMENT INVALID_FIELD reason");
  request = good;
  request.clear_take();
  EXPECT_EQ(Summary(south_.Resolve(request)),
            "INVALID_ARGUMENT INVALID_FIELD take");
  request = good;
  request.clear_shown();
  EXPECT_EQ(Summary(south_.Resolve(request)),
            "INVALID_ARGUMENT INVALID_FIELD shown");
  request = good;
  request.mutable_shown(0)->set_replica("no replica");
  EXPECT_EQ(Summary(south_.Resolve(request)),
            "INVALID_ARGUMENT INVALID_FIELD shown[0].replica");
  request = good;
  request.set_path("titel");
  EXPECT_EQ(Summary(south_.Resolve(request)),
            "INVALID_ARGUMENT INVALID_FIELD path");
  request = good;
  request.set_value("12");
  request.set_path("plannedParticipantCount");
  EXPECT_EQ(Summary(south_.Resolve(request)), "ABORTED CONFLICT_CHANGED");
  ASSERT_OK(south_.Resolve(good));
  EXPECT_EQ(Summary(south_.Resolve(good)), "ABORTED CONFLICT_CHANGED");
}

TEST_F(ConflictServiceTest, EqualBlindValuesAreABlindAgreement) {
  ASSERT_OK(north_.Create("one and the same"));
  ASSERT_OK(south_.Create("one and the same"));
  Sync();
  ASSERT_OK_AND_ASSIGN(const v1::ListConflictsResponse conflicts,
                       north_.ListConflicts());
  EXPECT_THAT(conflicts.conflicts(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const v1::ListAgreementsResponse page,
                       north_.ListAgreements());
  ASSERT_EQ(page.agreements_size(), 1);
  EXPECT_EQ(page.agreements(0).path(), "title");
  EXPECT_EQ(page.agreements(0).value(), "\"one and the same\"");
  EXPECT_TRUE(page.agreements(0).blind());
  EXPECT_EQ(page.agreements(0).values_size(), 2);
}

TEST_F(ConflictServiceTest, IndependentExtractionStandsBesideTheKnownValue) {
  ASSERT_OK(north_.Create("north's"));
  Sync();
  ASSERT_OK(south_.SetTitle("south's", /*independent=*/true));
  ASSERT_OK_AND_ASSIGN(const v1::ListConflictsResponse page,
                       south_.ListConflicts());
  ASSERT_EQ(page.conflicts_size(), 1);
  EXPECT_THAT(
      ValuesOf(page.conflicts(0)),
      ElementsAre("north \"north's\" blind", "south \"south's\" knowing"));
}

std::string TimesOf(const v1::Trial& trial) {
  return absl::StrCat(trial.create_time().ShortDebugString(), " / ",
                      trial.update_time().ShortDebugString(), " / ",
                      trial.delete_time().ShortDebugString());
}

TEST_F(ConflictServiceTest, TimesAreTheSameHoweverTheChangesArrived) {
  ASSERT_OK(north_.Create("entered by mistake"));
  ASSERT_OK_AND_ASSIGN(const v1::Trial first, north_.Get());
  ASSERT_OK(north_.Retract("entered by mistake"));
  Sync();  // South gets both in one commit.
  ASSERT_OK_AND_ASSIGN(const v1::Trial here, north_.Get());
  ASSERT_OK_AND_ASSIGN(const v1::Trial there, south_.Get());
  EXPECT_NE(here.create_time().ShortDebugString(),
            here.delete_time().ShortDebugString());
  EXPECT_EQ(here.create_time().ShortDebugString(),
            first.create_time().ShortDebugString());
  EXPECT_EQ(TimesOf(here), TimesOf(there));
}

TEST_F(ConflictServiceTest, TimesOfWhatWasBroughtBackAreTheSameToo) {
  ASSERT_OK(north_.Create("no mistake"));
  ASSERT_OK_AND_ASSIGN(const v1::Trial first, north_.Get());
  ASSERT_OK(north_.Retract("entered by mistake"));
  ASSERT_OK(north_.Undelete());
  Sync();
  ASSERT_OK_AND_ASSIGN(const v1::Trial there, south_.Get());
  EXPECT_EQ(there.create_time().ShortDebugString(),
            first.create_time().ShortDebugString());
  EXPECT_EQ(TimesOf(*north_.Get()), TimesOf(there));
}

TEST_F(ConflictServiceTest, ARetractionAndAnEditAreShownAndSettled) {
  ASSERT_OK(north_.Create("the base"));
  Sync();
  ASSERT_OK(north_.Retract("entered twice"));
  ASSERT_OK(south_.SetTitle("a better title"));
  Sync();
  for (Institution* each : {&north_, &south_}) {
    ASSERT_OK_AND_ASSIGN(const v1::ListConflictsResponse page,
                         each->ListConflicts());
    ASSERT_EQ(page.conflicts_size(), 1);
    const v1::Conflict& conflict = page.conflicts(0);
    EXPECT_EQ(conflict.path(), "lifecycle");
    ASSERT_EQ(conflict.values_size(), 1);
    EXPECT_EQ(conflict.values(0).institution(), "north");
    EXPECT_EQ(conflict.values(0).source(), "{\"note\":\"entered twice\"}");
    // As reads have it.
    EXPECT_EQ(conflict.provisional(), "\"LIFECYCLE_LIVE\"");
    EXPECT_EQ(each->Get()->lifecycle(), v1::LIFECYCLE_LIVE);
    EXPECT_THAT(ObjectionsOf(conflict),
                ElementsAre("south trials/t title \"a better title\""));
  }
  v1::ResolveConflictRequest request = south_.Resolution("lifecycle");
  request.set_value("\"LIFECYCLE_RETRACTED\"");
  ASSERT_OK_AND_ASSIGN(const v1::ResolveConflictResponse resolved,
                       south_.Resolve(request));
  EXPECT_EQ(resolved.conflicts(), 0);
  EXPECT_THAT(resolved.field().objections(), IsEmpty());
  Sync();
  EXPECT_EQ(north_.Get()->lifecycle(), v1::LIFECYCLE_RETRACTED);
  EXPECT_EQ(north_.Get()->retraction_reason(), "the paper says so");
}

TEST_F(ConflictServiceTest, ARetractionAndANewArmAreShownAndSettled) {
  ASSERT_OK(north_.Create("the base"));
  Sync();
  ASSERT_OK(north_.Retract("first reason"));
  ASSERT_OK(south_.CreateArm("x"));
  Sync();
  ASSERT_OK_AND_ASSIGN(const v1::ListConflictsResponse page,
                       north_.ListConflicts());
  ASSERT_EQ(page.conflicts_size(), 1);
  EXPECT_EQ(page.conflicts(0).provisional(), "\"LIFECYCLE_LIVE\"");
  EXPECT_THAT(
      ObjectionsOf(page.conflicts(0)),
      ElementsAre("south trials/t/arms/x lifecycle \"LIFECYCLE_LIVE\""));
  ASSERT_OK_AND_ASSIGN(const v1::Trial before, north_.Get());
  // Another retraction would be lost behind the first.
  EXPECT_EQ(Summary(north_.Retract("second reason", before.etag())),
            "FAILED_PRECONDITION FIELD_IN_CONFLICT");
  EXPECT_EQ(Summary(north_.Undelete()),
            "FAILED_PRECONDITION FIELD_IN_CONFLICT");
  EXPECT_EQ(north_.Get()->etag(), before.etag());
  EXPECT_EQ(north_.Get()->lifecycle(), v1::LIFECYCLE_LIVE);
  v1::ResolveConflictRequest request = north_.Resolution("lifecycle");
  *request.mutable_take() = request.shown(0);
  request.set_reason("second reason");
  ASSERT_OK_AND_ASSIGN(const v1::ResolveConflictResponse resolved,
                       north_.Resolve(request));
  EXPECT_EQ(resolved.conflicts(), 0);
  EXPECT_EQ(resolved.change().message(), "second reason");
  ASSERT_OK_AND_ASSIGN(const v1::Trial after, north_.Get());
  EXPECT_EQ(after.lifecycle(), v1::LIFECYCLE_RETRACTED);
  EXPECT_NE(after.etag(), before.etag());
  EXPECT_EQ(after.retraction_reason(), "first reason");
}

TEST_F(ConflictServiceTest, FiltersAndPagesConflicts) {
  MakeConflict();
  EXPECT_EQ(north_.ListConflicts("path = \"title\"")->conflicts_size(), 1);
  EXPECT_EQ(north_.ListConflicts("path = \"acronym\"")->conflicts_size(), 0);
  EXPECT_EQ(Summary(north_.ListConflicts("nothing = 1")),
            "INVALID_ARGUMENT FILTER_UNKNOWN_FIELD filter");
}

TEST_F(ConflictServiceTest, GetConflictTellsWhatIsThereAndWhatIsNot) {
  ASSERT_OK(north_.Create("one"));
  const auto stub = v1::ConflictService::NewStub(north_.server().channel());
  v1::GetConflictRequest request;
  request.set_record(kTrial);
  request.set_path("title");
  ASSERT_OK_AND_ASSIGN(const v1::Conflict field,
                       Call(*stub, &Conflicts::GetConflict, request));
  EXPECT_EQ(field.values_size(), 1);
  request.set_path("acronym");
  EXPECT_EQ(Summary(Call(*stub, &Conflicts::GetConflict, request)),
            "NOT_FOUND VALUE_NOT_FOUND");
  request.set_record("registries/nsclc/trials/nobody");
  EXPECT_EQ(Summary(Call(*stub, &Conflicts::GetConflict, request)),
            "NOT_FOUND RECORD_NOT_FOUND");
}

}  // namespace
}  // namespace consilium
