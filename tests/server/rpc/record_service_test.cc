// Records through the API: create, read, list, update, retract.
#include "server/rpc/record_service.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/endpoint_service.grpc.pb.h"
#include "consilium/v1/member_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "tests/server/rpc/record_service_fixture.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(RecordServiceTest, CreatedTrialCanBeRead) {
  ASSERT_OK_AND_ASSIGN(const v1::Trial created, Create("sindas", "SINDAS"));
  EXPECT_EQ(created.name(), Name("sindas"));
  EXPECT_THAT(created.etag(), Not(IsEmpty()));
  EXPECT_EQ(created.lifecycle(), v1::LIFECYCLE_LIVE);
  EXPECT_TRUE(created.has_create_time());
  EXPECT_TRUE(created.has_update_time());
  EXPECT_FALSE(created.has_delete_time());
  ASSERT_OK_AND_ASSIGN(const v1::Trial read, Get("sindas"));
  EXPECT_EQ(read.SerializeAsString(), created.SerializeAsString());
}

TEST_F(RecordServiceTest, ProposesAnIdFromTheContent) {
  v1::CreateTrialRequest request = CreateRequest("", "SINDAS");
  v1::Registration& number = *request.mutable_trial()->add_registrations();
  number.set_number("NCT02893332");
  number.set_authority(v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV);
  ASSERT_OK_AND_ASSIGN(const v1::Trial created, Create(request));
  EXPECT_EQ(created.name(), Name("nct02893332"));
  EXPECT_EQ(created.registrations(0).key(), "nct02893332");
}

TEST_F(RecordServiceTest, UpdateAssignsWhatTheMaskNames) {
  ASSERT_OK_AND_ASSIGN(v1::Trial trial, Create("t", "one"));
  v1::UpdateTrialRequest request;
  *request.mutable_trial() = trial;
  request.mutable_trial()->set_title("two");
  request.mutable_trial()->set_acronym("not in the mask");
  request.mutable_update_mask()->add_paths("title");
  ASSERT_OK_AND_ASSIGN(trial, Update(request));
  EXPECT_EQ(trial.title(), "two");
  EXPECT_FALSE(trial.has_acronym());
}

TEST_F(RecordServiceTest, AMaskThatMeansAnotherFieldIsToldWhich) {
  ASSERT_OK(Create("t", "one"));
  const auto told = [&](const char* path) {
    v1::UpdateTrialRequest request;
    request.mutable_trial()->set_name(Name("t"));
    request.mutable_update_mask()->add_paths(path);
    return std::string(Update(request).status().message());
  };
  EXPECT_THAT(told("titel"), HasSubstr("did you mean \"title\"?"));
  EXPECT_THAT(told("phase"), HasSubstr("did you mean \"phases\"?"));
  EXPECT_THAT(told("StartDate"), HasSubstr("did you mean \"startDate\"?"));
  EXPECT_THAT(told("start_dates"), HasSubstr("did you mean \"start_date\"?"));
  EXPECT_THAT(told("sponsor"), HasSubstr("lead_sponsor"));
  // Where nothing is near, what there is.
  EXPECT_THAT(told("zzz"), HasSubstr("want title, "));
  EXPECT_THAT(told("zzz"), Not(HasSubstr("etag")));
}

TEST_F(RecordServiceTest, UpdateWithoutMaskKeepsWhatIsAbsent) {
  v1::CreateTrialRequest create = CreateRequest("t", "one");
  create.mutable_trial()->set_acronym("ONE");
  create.mutable_trial()->add_keywords("lung");
  ASSERT_OK(Create(create));
  v1::UpdateTrialRequest request;
  request.mutable_trial()->set_name(Name("t"));
  request.mutable_trial()->set_title("two");
  request.mutable_trial()->add_keywords("brain");
  ASSERT_OK_AND_ASSIGN(const v1::Trial trial, Update(request));
  EXPECT_EQ(trial.title(), "two");
  EXPECT_EQ(trial.acronym(), "ONE");
  // A list that is present is replaced as a whole.
  EXPECT_THAT(trial.keywords(), ElementsAre("brain"));
}

TEST_F(RecordServiceTest, StarMaskClearsWhatIsAbsent) {
  v1::CreateTrialRequest create = CreateRequest("t", "one");
  create.mutable_trial()->set_acronym("ONE");
  ASSERT_OK(Create(create));
  v1::UpdateTrialRequest request;
  request.mutable_trial()->set_name(Name("t"));
  request.mutable_trial()->set_title("two");
  request.mutable_update_mask()->add_paths("*");
  ASSERT_OK_AND_ASSIGN(const v1::Trial trial, Update(request));
  EXPECT_EQ(trial.title(), "two");
  EXPECT_FALSE(trial.has_acronym());
}

TEST_F(RecordServiceTest, StaleEtagIsAbortedAndNamesTheCurrentOne) {
  ASSERT_OK_AND_ASSIGN(const v1::Trial first, Create("t", "one"));
  v1::UpdateTrialRequest request;
  request.mutable_trial()->set_name(Name("t"));
  request.mutable_trial()->set_etag(first.etag());
  request.mutable_trial()->set_title("two");
  ASSERT_OK_AND_ASSIGN(const v1::Trial second, Update(request));
  EXPECT_NE(second.etag(), first.etag());
  request.mutable_trial()->set_title("three");
  const auto refused = Update(request);
  EXPECT_EQ(Summary(refused), "ABORTED STALE_ETAG");
  EXPECT_EQ(GetErrorInfo(refused.status())->metadata().at("current_etag"),
            second.etag());
  EXPECT_EQ(Get("t")->title(), "two");
}

TEST_F(RecordServiceTest, UpdateThatChangesNothingMakesNoChange) {
  ASSERT_OK_AND_ASSIGN(const v1::Trial created, Create("t", "one"));
  v1::UpdateTrialRequest request;
  *request.mutable_trial() = created;
  ASSERT_OK_AND_ASSIGN(const v1::Trial updated, Update(request));
  EXPECT_EQ(updated.SerializeAsString(), created.SerializeAsString());
}

TEST_F(RecordServiceTest, AllowMissingCreates) {
  v1::UpdateTrialRequest request;
  request.mutable_trial()->set_name(Name("t"));
  request.mutable_trial()->set_title("one");
  EXPECT_EQ(Summary(Update(request)), "NOT_FOUND RECORD_NOT_FOUND");
  request.set_allow_missing(true);
  ASSERT_OK_AND_ASSIGN(const v1::Trial trial, Update(request));
  EXPECT_EQ(trial.title(), "one");
}

TEST_F(RecordServiceTest, RequiredFieldIsNeitherLeftOutNorCleared) {
  ASSERT_OK(Create("t", "one"));
  const auto endpoints = v1::EndpointService::NewStub(server_.channel());
  const auto update = [&](const v1::UpdateEndpointRequest& request) {
    return Call(*endpoints, &v1::EndpointService::Stub::UpdateEndpoint,
                request);
  };
  v1::UpdateEndpointRequest request;
  request.set_allow_missing(true);
  request.mutable_endpoint()->set_name(Name("t") + "/endpoints/os");
  request.mutable_endpoint()->set_title("Overall survival");
  EXPECT_THAT(std::string(update(request).status().message()),
              HasSubstr("measure"));
  request.mutable_endpoint()->set_measure(v1::MEASURE_OVERALL_SURVIVAL);
  EXPECT_OK(update(request));
  request.mutable_endpoint()->clear_measure();
  EXPECT_OK(update(request));
  request.mutable_update_mask()->add_paths("measure");
  EXPECT_THAT(std::string(update(request).status().message()),
              HasSubstr("measure"));
}

TEST_F(RecordServiceTest, RepeatedRequestGetsTheFirstAnswer) {
  v1::CreateTrialRequest request = CreateRequest("t", "one");
  request.set_request_id(kUuid);
  ASSERT_OK_AND_ASSIGN(const v1::Trial first, Create(request));
  v1::UpdateTrialRequest update;
  update.mutable_trial()->set_name(Name("t"));
  update.mutable_trial()->set_title("two");
  ASSERT_OK(Update(update));
  ASSERT_OK_AND_ASSIGN(const v1::Trial again, Create(request));
  EXPECT_EQ(again.title(), "one");
  EXPECT_EQ(again.etag(), first.etag());
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_EQ(again.ShortDebugString(), first.ShortDebugString());
  request.mutable_trial()->set_title("another request");
  EXPECT_EQ(Summary(Create(request)), "INVALID_ARGUMENT REQUEST_ID_REUSED");
}

TEST_F(RecordServiceTest, ValidateOnlyAnswersAndChangesNothing) {
  v1::CreateTrialRequest create = CreateRequest("t", "one");
  create.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::Trial preview, Create(create));
  EXPECT_EQ(preview.name(), Name("t"));
  EXPECT_EQ(preview.title(), "one");
  EXPECT_EQ(Summary(Get("t")), "NOT_FOUND RECORD_NOT_FOUND");

  ASSERT_OK(Create("t", "one"));
  v1::UpdateTrialRequest update;
  update.mutable_trial()->set_name(Name("t"));
  update.mutable_trial()->set_acronym("TWO");
  update.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::Trial merged, Update(update));
  EXPECT_EQ(merged.title(), "one");
  EXPECT_EQ(merged.acronym(), "TWO");
  EXPECT_FALSE(Get("t")->has_acronym());
  EXPECT_EQ(Summary(Create(create)), "ALREADY_EXISTS RECORD_EXISTS");
}

TEST_F(RecordServiceTest, RetractedTrialIsReadButNotListed) {
  ASSERT_OK(Create("t", "one"));
  ASSERT_OK(CreateArm("t", "a"));
  ASSERT_OK_AND_ASSIGN(const v1::Trial retracted, Delete("t", "a duplicate"));
  EXPECT_EQ(retracted.lifecycle(), v1::LIFECYCLE_RETRACTED);
  EXPECT_EQ(retracted.retraction_reason(), "a duplicate");
  EXPECT_TRUE(retracted.has_delete_time());
  EXPECT_EQ(Get("t")->title(), "one");

  v1::ListTrialsRequest list;
  list.set_parent(kRegistry);
  EXPECT_THAT(Ids(*List(list)), IsEmpty());
  list.set_show_deleted(true);
  EXPECT_THAT(Ids(*List(list)), ElementsAre("t"));

  // Its children went with it, and come back with it.
  v1::GetArmRequest arm;
  arm.set_name(absl::StrCat(Name("t"), "/arms/a"));
  EXPECT_EQ(Call(*arms_, &Arms::GetArm, arm)->lifecycle(),
            v1::LIFECYCLE_RETRACTED);
  EXPECT_EQ(Summary(Create("t", "again")), "ALREADY_EXISTS RECORD_EXISTS");
  EXPECT_EQ(Summary(CreateArm("t", "b")),
            "FAILED_PRECONDITION RECORD_RETRACTED");

  ASSERT_OK_AND_ASSIGN(const v1::Trial restored, Undelete("t"));
  EXPECT_EQ(restored.lifecycle(), v1::LIFECYCLE_LIVE);
  EXPECT_FALSE(restored.has_retraction_reason());
  EXPECT_EQ(restored.create_time().SerializeAsString(),
            retracted.create_time().SerializeAsString());
  EXPECT_EQ(Call(*arms_, &Arms::GetArm, arm)->lifecycle(), v1::LIFECYCLE_LIVE);
  EXPECT_EQ(Summary(Undelete("t")), "FAILED_PRECONDITION RECORD_NOT_RETRACTED");
}

TEST_F(RecordServiceTest, PagesReadOneVersionWhileWritesGoOn) {
  for (const char* id : {"a", "c", "e"}) ASSERT_OK(Create(id, "t"));
  v1::ListTrialsRequest request;
  request.set_parent(kRegistry);
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const v1::ListTrialsResponse first, List(request));
  EXPECT_THAT(Ids(first), ElementsAre("a", "c"));
  ASSERT_OK(Create("d", "later"));
  ASSERT_OK(Delete("e"));
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const v1::ListTrialsResponse second, List(request));
  EXPECT_THAT(Ids(second), ElementsAre("e"));
  EXPECT_EQ(second.trials(0).lifecycle(), v1::LIFECYCLE_LIVE);
  EXPECT_EQ(second.frontier(), first.frontier());
  EXPECT_THAT(second.next_page_token(), IsEmpty());
}

TEST_F(RecordServiceTest, ListsAtAnEarlierVersion) {
  ASSERT_OK_AND_ASSIGN(const v1::Trial first, Create("a", "one"));
  ASSERT_OK(Create("b", "two"));
  v1::ListTrialsRequest request;
  request.set_parent(kRegistry);
  request.set_at(first.revision());
  ASSERT_OK_AND_ASSIGN(const v1::ListTrialsResponse then, List(request));
  EXPECT_THAT(Ids(then), ElementsAre("a"));
  request.set_at(then.frontier());
  EXPECT_THAT(Ids(*List(request)), ElementsAre("a"));
  EXPECT_EQ(Get("a", then.frontier())->title(), "one");
  EXPECT_EQ(Summary(Get("b", then.frontier())), "NOT_FOUND RECORD_NOT_FOUND");
}

TEST_F(RecordServiceTest, FiltersByAnyField) {
  ASSERT_OK(Create("a", "gefitinib"));
  ASSERT_OK(Create("b", "osimertinib"));
  v1::ListTrialsRequest request;
  request.set_parent(kRegistry);
  request.set_filter("title = \"osimertinib\"");
  EXPECT_THAT(Ids(*List(request)), ElementsAre("b"));
}

TEST_F(RecordServiceTest, AnIndexedFieldFiltersLikeAnyOther) {
  for (const char* const id : {"a", "b", "c", "d"}) {
    v1::CreateTrialRequest request = CreateRequest(id, "a trial");
    request.mutable_trial()->set_acronym(id[0] == 'c' ? "OTHER" : "SAME");
    request.mutable_trial()->add_countries(id[0] == 'b' ? "FR" : "CN");
    ASSERT_OK(Create(request));
  }
  v1::ListTrialsRequest request;
  request.set_parent(kRegistry);
  request.set_filter("acronym = SAME");
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const v1::ListTrialsResponse first, List(request));
  EXPECT_THAT(Ids(first), ElementsAre("a", "b"));
  v1::UpdateTrialRequest update;
  update.mutable_trial()->set_name(Name("d"));
  update.mutable_trial()->set_etag("*");
  update.mutable_trial()->set_acronym("NEW");
  ASSERT_OK(Update(update));
  // The second page is of the first one's version.
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const v1::ListTrialsResponse second, List(request));
  EXPECT_THAT(Ids(second), ElementsAre("d"));
  EXPECT_THAT(second.next_page_token(), IsEmpty());
  request.clear_page_token();
  request.set_page_size(0);
  EXPECT_THAT(Ids(*List(request)), ElementsAre("a", "b"));
  request.set_at(first.frontier());
  EXPECT_THAT(Ids(*List(request)), ElementsAre("a", "b", "d"));
  request.set_filter("acronym = SAME AND countries = FR");
  EXPECT_THAT(Ids(*List(request)), ElementsAre("b"));
  request.set_filter("acronym = NOBODY");
  EXPECT_THAT(Ids(*List(request)), IsEmpty());
}

TEST_F(RecordServiceTest, ListsArmsOfOneTrialOrOfAll) {
  for (const char* trial : {"s", "t"}) {
    ASSERT_OK(Create(trial, "a trial"));
    ASSERT_OK(CreateArm(trial, "x"));
  }
  v1::ListArmsRequest request;
  request.set_parent(Name("s"));
  EXPECT_EQ(Call(*arms_, &Arms::ListArms, request)->arms_size(), 1);
  request.set_parent(Name("-"));
  EXPECT_EQ(Call(*arms_, &Arms::ListArms, request)->arms_size(), 2);
  request.set_parent(Name("nobody"));
  EXPECT_EQ(Summary(Call(*arms_, &Arms::ListArms, request)),
            "NOT_FOUND RECORD_NOT_FOUND");
}

TEST_F(RecordServiceTest, MemberIdIsNeverChanged) {
  const auto members = v1::MemberService::NewStub(server_.channel());
  v1::UpdateMemberRequest request;
  request.mutable_member()->set_name("registries/nsclc/members/north");
  request.mutable_member()->set_institution("south");
  EXPECT_EQ(
      Summary(Call(*members, &v1::MemberService::Stub::UpdateMember, request)),
      "INVALID_ARGUMENT INVALID_FIELD member.institution");
}

TEST_F(RecordServiceTest, TokenOfAnotherQueryIsRefused) {
  ASSERT_OK(Create("a", "t"));
  ASSERT_OK(Create("b", "t"));
  v1::ListTrialsRequest request;
  request.set_parent(kRegistry);
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(const v1::ListTrialsResponse page, List(request));
  request.set_page_token(page.next_page_token());
  request.set_show_deleted(true);
  EXPECT_THAT(Summary(List(request)), HasSubstr("PAGE_TOKEN_OTHER_QUERY"));
}

}  // namespace
}  // namespace consilium
