// Changes of several records at once, and the history of records.
#include "server/rpc/change_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/endpoint_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Changes = v1::ChangeService::Stub;
using Trials = v1::TrialService::Stub;

constexpr char kRegistry[] = "registries/nsclc";
constexpr char kUuid[] = "3f2b8c1e-9d4a-4c6b-8f1e-2a7d5b9c0e13";

class ChangeServiceTest : public testing::Test {
 protected:
  ChangeServiceTest() { server_.Found("nsclc"); }

  absl::StatusOr<v1::ApplyChangeResponse> Apply(
      const v1::ApplyChangeRequest& request) {
    return Call(*changes_, &Changes::ApplyChange, request);
  }
  absl::StatusOr<v1::Trial> GetTrial(const std::string& id,
                                     const std::string& at = "") {
    v1::GetTrialRequest request;
    request.set_name(absl::StrCat(kRegistry, "/trials/", id));
    request.set_at(at);
    return Call(*trials_, &Trials::GetTrial, request);
  }
  absl::StatusOr<v1::ListChangesResponse> ListChanges(
      const v1::ListChangesRequest& request) {
    return Call(*changes_, &Changes::ListChanges, request);
  }

  TestServer server_{"north"};
  std::unique_ptr<Changes> changes_ =
      v1::ChangeService::NewStub(server_.channel());
  std::unique_ptr<Trials> trials_ =
      v1::TrialService::NewStub(server_.channel());
};

// A publication, a trial that it reports, an arm and an endpoint.
v1::ApplyChangeRequest StudyRequest() {
  v1::ApplyChangeRequest request;
  request.set_parent(kRegistry);
  request.mutable_change()->set_author("u1");
  request.mutable_change()->set_message("first extraction");
  v1::RecordStatement* statement = request.add_statements();
  statement->set_parent(kRegistry);
  statement->mutable_publication()->set_pmid("31335695");
  statement = request.add_statements();
  statement->set_parent(kRegistry);
  statement->set_id("sindas");
  statement->mutable_trial()->set_title("SINDAS");
  statement->mutable_trial()->add_reports()->set_publication("pmid-31335695");
  statement = request.add_statements();
  statement->set_parent(absl::StrCat(kRegistry, "/trials/sindas"));
  statement->mutable_arm()->add_drugs()->set_drug("gefitinib");
  statement = request.add_statements();
  statement->set_parent(absl::StrCat(kRegistry, "/trials/sindas"));
  v1::Endpoint& endpoint = *statement->mutable_endpoint();
  endpoint.set_measure(v1::MEASURE_PROGRESSION_FREE_SURVIVAL);
  v1::Estimate& estimate = *endpoint.add_estimates();
  estimate.set_report("pmid-31335695");
  estimate.mutable_group()->add_arms("gefitinib");
  estimate.set_statistic(v1::STATISTIC_MEDIAN);
  estimate.set_value(12.5);
  estimate.set_unit("mo");
  return request;
}

TEST_F(ChangeServiceTest, AppliesSeveralRecordsAsOneChange) {
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse applied,
                       Apply(StudyRequest()));
  std::vector<std::string> names;
  for (const v1::StatementOutcome& outcome : applied.outcomes()) {
    names.push_back(outcome.name());
    EXPECT_EQ(outcome.effect(), v1::StatementOutcome::EFFECT_CREATED);
    EXPECT_THAT(outcome.paths(), Contains("lifecycle"));
  }
  EXPECT_THAT(names,
              ElementsAre("registries/nsclc/publications/pmid-31335695",
                          "registries/nsclc/trials/sindas",
                          "registries/nsclc/trials/sindas/arms/gefitinib",
                          "registries/nsclc/trials/sindas/endpoints/pfs"));
  EXPECT_EQ(applied.change().author(), "u1");
  EXPECT_EQ(applied.change().message(), "first extraction");
  EXPECT_EQ(applied.change().institution(), "north");
  EXPECT_EQ(applied.change().revision(), applied.revision());
}

TEST_F(ChangeServiceTest, SameStatementsAgainMakeNoChange) {
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse first,
                       Apply(StudyRequest()));
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse again,
                       Apply(StudyRequest()));
  EXPECT_FALSE(again.has_change());
  EXPECT_EQ(again.revision(), first.revision());
  for (const v1::StatementOutcome& outcome : again.outcomes()) {
    EXPECT_EQ(outcome.effect(), v1::StatementOutcome::EFFECT_UNCHANGED);
    EXPECT_THAT(outcome.paths(), IsEmpty());
  }
}

TEST_F(ChangeServiceTest, RepeatedRequestGetsTheFirstAnswer) {
  v1::ApplyChangeRequest request = StudyRequest();
  request.set_request_id(kUuid);
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse first, Apply(request));
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse again, Apply(request));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
}

TEST_F(ChangeServiceTest, KeepsWhatNobodyStatesUnlessItPrunes) {
  ASSERT_OK(Apply(StudyRequest()));
  v1::ApplyChangeRequest request;
  request.set_parent(kRegistry);
  v1::RecordStatement& statement = *request.add_statements();
  statement.set_parent(kRegistry);
  statement.set_id("sindas");
  statement.mutable_trial()->set_acronym("SINDAS");
  ASSERT_OK(Apply(request));
  EXPECT_EQ(GetTrial("sindas")->title(), "SINDAS");
  statement.set_prune(true);
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse pruned, Apply(request));
  EXPECT_THAT(pruned.outcomes(0).paths(),
              ElementsAre("title", "reports[pmid-31335695]"));
  EXPECT_FALSE(GetTrial("sindas")->has_title());
  EXPECT_EQ(GetTrial("sindas")->acronym(), "SINDAS");
}

TEST_F(ChangeServiceTest,
       ReportsEveryProblemOfEveryStatementAndChangesNothing) {
  v1::ApplyChangeRequest request = StudyRequest();
  request.mutable_statements(1)->mutable_trial()->set_title("");
  request.mutable_statements(1)
      ->mutable_trial()
      ->add_reports()
      ->set_publication("pmid-2");
  request.mutable_statements(2)->mutable_arm()->clear_drugs();
  request.mutable_statements(3)->set_origin("ref-24.yaml: endpoints[0]");
  auto* estimate =
      request.mutable_statements(3)->mutable_endpoint()->mutable_estimates(0);
  estimate->mutable_group()->set_arms(0, "nobody");
  request.add_statements()->set_parent(kRegistry);
  const auto refused = Apply(request);
  EXPECT_EQ(Summary(refused),
            "INVALID_ARGUMENT INVALID_FIELD statements[1].trial.title,"
            "statements[2].id,statements[4],"
            "statements[1].trial.reports[1].publication,"
            "ref-24.yaml: endpoints[0].estimates[0].group.arms[0]");
  EXPECT_EQ(Summary(GetTrial("sindas")), "NOT_FOUND RECORD_NOT_FOUND");
}

TEST_F(ChangeServiceTest, RefusesWhatWouldNotFitTogether) {
  v1::ApplyChangeRequest request;
  request.set_parent(kRegistry);
  for (int i = 0; i < 2; ++i) {
    v1::RecordStatement& statement = *request.add_statements();
    statement.set_parent(kRegistry);
    statement.set_id("t");
    statement.mutable_trial()->set_title("one of two");
  }
  EXPECT_EQ(Summary(Apply(request)),
            "INVALID_ARGUMENT INVALID_FIELD statements[1]");
  request.mutable_statements(1)->set_parent("registries/other");
  EXPECT_EQ(Summary(Apply(request)),
            "INVALID_ARGUMENT INVALID_FIELD statements[1].parent");
  request.mutable_statements(1)->set_parent(kRegistry);
  request.mutable_statements(1)->mutable_arm()->set_title("an arm");
  EXPECT_EQ(Summary(Apply(request)),
            "INVALID_ARGUMENT INVALID_FIELD statements[1].parent");
  request.mutable_statements(1)->set_parent(
      absl::StrCat(kRegistry, "/trials/nobody"));
  EXPECT_EQ(Summary(Apply(request)),
            "INVALID_ARGUMENT INVALID_FIELD statements[1].parent");
}

TEST_F(ChangeServiceTest, StatementWithAStaleEtagAbortsTheWholeChange) {
  ASSERT_OK(Apply(StudyRequest()));
  v1::ApplyChangeRequest request = StudyRequest();
  request.mutable_statements(1)->mutable_trial()->set_title("another");
  request.mutable_statements(1)->mutable_trial()->set_etag("\"stale\"");
  request.mutable_statements(0)->mutable_publication()->set_title("new");
  EXPECT_EQ(Summary(Apply(request)), "ABORTED STALE_ETAG");
  v1::ListChangesRequest list;
  list.set_parent(absl::StrCat(kRegistry, "/publications/pmid-31335695"));
  EXPECT_EQ(ListChanges(list)->changes_size(), 1);
}

TEST_F(ChangeServiceTest, ValidateOnlySaysWhatWouldHappen) {
  v1::ApplyChangeRequest request = StudyRequest();
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse preview, Apply(request));
  EXPECT_EQ(preview.outcomes(1).effect(), v1::StatementOutcome::EFFECT_CREATED);
  EXPECT_FALSE(preview.has_change());
  EXPECT_EQ(Summary(GetTrial("sindas")), "NOT_FOUND RECORD_NOT_FOUND");
}

TEST_F(ChangeServiceTest, HistoryOfARecordShowsValuesAndWhatTheyReplaced) {
  ASSERT_OK(Apply(StudyRequest()));
  v1::ApplyChangeRequest request;
  request.set_parent(kRegistry);
  v1::RecordStatement& statement = *request.add_statements();
  statement.set_parent(kRegistry);
  statement.set_id("sindas");
  statement.mutable_trial()->set_title("renamed");
  ASSERT_OK(Apply(request));
  v1::ListChangesRequest list;
  list.set_parent(absl::StrCat(kRegistry, "/trials/sindas"));
  ASSERT_OK_AND_ASSIGN(const v1::ListChangesResponse history,
                       ListChanges(list));
  ASSERT_EQ(history.changes_size(), 2);
  const v1::AssignmentInfo& newest = history.changes(0).assignments(0);
  EXPECT_EQ(newest.path(), "title");
  EXPECT_EQ(newest.value(), "\"renamed\"");
  EXPECT_TRUE(newest.visible());
  ASSERT_EQ(newest.superseded_size(), 1);
  EXPECT_EQ(newest.superseded(0).SerializeAsString(),
            history.changes(1).info().dot().SerializeAsString());
  const v1::AssignmentInfo& oldest = history.changes(1).assignments(0);
  EXPECT_EQ(oldest.value(), "\"SINDAS\"");
  EXPECT_FALSE(oldest.visible());
}

TEST_F(ChangeServiceTest, ListsTheChangesOfARegistryNewestFirstByPages) {
  for (int i = 0; i < 5; ++i) {
    v1::ApplyChangeRequest request;
    request.set_parent(kRegistry);
    request.mutable_change()->set_message(absl::StrCat("change ", i));
    v1::RecordStatement& statement = *request.add_statements();
    statement.set_parent(kRegistry);
    statement.set_id(absl::StrCat("t", i));
    statement.mutable_trial()->set_title("a trial");
    ASSERT_OK(Apply(request));
  }
  v1::ListChangesRequest list;
  list.set_parent(kRegistry);
  list.set_page_size(2);
  std::vector<std::string> messages;
  do {
    ASSERT_OK_AND_ASSIGN(const v1::ListChangesResponse page, ListChanges(list));
    for (const v1::ChangeEntry& entry : page.changes()) {
      messages.push_back(entry.info().message());
    }
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(messages, ElementsAre("change 4", "change 3", "change 2",
                                    "change 1", "change 0", ""));
}

TEST_F(ChangeServiceTest, DiffShowsWhatWasAddedChangedAndRetracted) {
  ASSERT_OK_AND_ASSIGN(const v1::ApplyChangeResponse before,
                       Apply(StudyRequest()));
  v1::ApplyChangeRequest request;
  request.set_parent(kRegistry);
  v1::RecordStatement* statement = request.add_statements();
  statement->set_parent(kRegistry);
  statement->set_id("enter");
  statement->mutable_trial()->set_title("ENTER");
  statement = request.add_statements();
  statement->set_parent(kRegistry);
  statement->set_id("sindas");
  statement->mutable_trial()->set_title("renamed");
  ASSERT_OK(Apply(request));
  v1::DiffVersionsRequest diff;
  diff.set_parent(kRegistry);
  diff.set_from(absl::StrCat(before.revision()));
  ASSERT_OK_AND_ASSIGN(const v1::DiffVersionsResponse found,
                       Call(*changes_, &Changes::DiffVersions, diff));
  ASSERT_EQ(found.records_size(), 2);
  EXPECT_EQ(found.records(0).name(), "registries/nsclc/trials/enter");
  EXPECT_EQ(found.records(0).effect(), v1::RecordDifference::EFFECT_ADDED);
  EXPECT_EQ(found.records(1).effect(), v1::RecordDifference::EFFECT_CHANGED);
  ASSERT_EQ(found.records(1).paths_size(), 1);
  EXPECT_EQ(found.records(1).paths(0).path(), "title");
  EXPECT_THAT(found.records(1).paths(0).before(), ElementsAre("\"SINDAS\""));
  EXPECT_THAT(found.records(1).paths(0).after(), ElementsAre("\"renamed\""));
  EXPECT_THAT(found.from_frontier(), Not(found.to_frontier()));

  diff.set_parent(absl::StrCat(kRegistry, "/publications/pmid-31335695"));
  EXPECT_EQ(Call(*changes_, &Changes::DiffVersions, diff)->records_size(), 0);
  diff.clear_from();
  EXPECT_EQ(Summary(Call(*changes_, &Changes::DiffVersions, diff)),
            "INVALID_ARGUMENT INVALID_FIELD from");
}

}  // namespace
}  // namespace consilium
