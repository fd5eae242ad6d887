// Two institutions that work apart, meet, disagree and settle it.
#include "server/rpc/conflict_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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
  // A resolution of the conflict over the title that takes nothing yet.
  v1::ResolveConflictRequest Resolution() {
    v1::GetConflictRequest ask;
    ask.set_record(kTrial);
    ask.set_path("title");
    const auto conflict = Call(*conflicts_, &Conflicts::GetConflict, ask);
    v1::ResolveConflictRequest request;
    request.set_record(kTrial);
    request.set_path("title");
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
