// On how much two institutions agree that read the same trials apart.
#include "server/rpc/agreement_summary.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.grpc.pb.h"
#include "consilium/v1/conflict_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

constexpr char kRegistry[] = "registries/nsclc";

// "item category trial studyType": what a count is of.
std::string Subject(const v1::AgreementCount& count) {
  const bool is_item = count.unit() == v1::AGREEMENT_UNIT_ITEM;
  std::string text = is_item ? "item" : "field";
  if (count.type() == v1::ITEM_TYPE_NUMBER) text += " number";
  if (count.type() == v1::ITEM_TYPE_CATEGORY) text += " category";
  if (count.type() == v1::ITEM_TYPE_TEXT) text += " text";
  if (count.has_kind()) absl::StrAppend(&text, " ", count.kind());
  if (count.has_path()) absl::StrAppend(&text, " ", count.path());
  return text;
}

// "agreed/compared blind first/second": how often.
std::string Tally(const v1::AgreementCount& count) {
  EXPECT_EQ(count.compared(), count.agreed() + count.differing());
  return absl::StrCat(count.agreed(), "/", count.compared(), " ",
                      count.agreed_blind(), " ", count.only_first(), "/",
                      count.only_second());
}

class AgreementSummaryTest : public testing::Test {
 protected:
  AgreementSummaryTest() {
    north_.Found("nsclc");
    south_.Join("nsclc", north_);
    Sync();
  }

  void Sync() {
    EXPECT_OK(SyncOneWay(north_, south_, "nsclc"));
    EXPECT_OK(SyncOneWay(south_, north_, "nsclc"));
  }

  // A statement of trials/`id`, to be filled in.
  v1::Trial& State(absl::string_view id) {
    v1::RecordStatement& statement = *request_.add_statements();
    statement.set_parent(kRegistry);
    statement.set_id(std::string(id));
    return *statement.mutable_trial();
  }
  v1::Endpoint& StateEndpoint(absl::string_view trial, absl::string_view id) {
    v1::RecordStatement& statement = *request_.add_statements();
    statement.set_parent(absl::StrCat(kRegistry, "/trials/", trial));
    statement.set_id(std::string(id));
    return *statement.mutable_endpoint();
  }
  // Applies what was stated, at `server`.
  void Apply(TestServer& server, bool independent = false) {
    request_.set_parent(kRegistry);
    request_.mutable_change()->set_message("as read");
    if (independent) request_.mutable_change()->set_independent(true);
    const auto stub = v1::ChangeService::NewStub(server.channel());
    ASSERT_OK(Call(*stub, &v1::ChangeService::Stub::ApplyChange, request_));
    request_.Clear();
  }

  absl::StatusOr<v1::SummarizeAgreementResponse> Ask(
      TestServer& server, const std::vector<std::string>& institutions = {},
      const std::string& at = "", const std::string& parent = kRegistry) {
    v1::SummarizeAgreementRequest request;
    request.set_parent(parent);
    request.set_at(at);
    for (const std::string& each : institutions) {
      request.add_institutions(each);
    }
    const auto stub = v1::ConflictService::NewStub(server.channel());
    return Call(*stub, &v1::ConflictService::Stub::SummarizeAgreement, request);
  }
  // The summary of north and south, by subject.
  std::map<std::string, v1::AgreementCount> Counts(const std::string& at = "") {
    const auto response = Ask(north_, {}, at);
    EXPECT_OK(response);
    std::map<std::string, v1::AgreementCount> counts;
    if (!response.ok() || response->summaries_size() != 1) return counts;
    EXPECT_EQ(response->summaries(0).first(), "north");
    EXPECT_EQ(response->summaries(0).second(), "south");
    for (const auto& count : response->summaries(0).counts()) {
      counts[Subject(count)] = count;
    }
    return counts;
  }

  TestServer north_{"north"};
  TestServer south_{"south"};
  v1::ApplyChangeRequest request_;
};

// Two raters, 50 subjects: both yes 20, only the first 5, only the second 10,
// both no 15. p = 0.7, e = 0.5 * 0.6 + 0.5 * 0.4 = 0.5, kappa = 0.4.
TEST_F(AgreementSummaryTest, KappaOfAWorkedExample) {
  const auto state_all = [&](int both_yes, int first_yes, int second_yes,
                             bool is_first) {
    for (int i = 0; i < 50; ++i) {
      const bool yes = i < both_yes ||
                       (is_first ? i < both_yes + first_yes
                                 : i >= both_yes + first_yes &&
                                       i < both_yes + first_yes + second_yes);
      State(absl::StrCat("t", i))
          .mutable_randomized()
          ->set_answer(yes ? v1::ANSWER_YES : v1::ANSWER_NO);
    }
  };
  state_all(20, 5, 10, /*is_first=*/true);
  Apply(north_);
  state_all(20, 5, 10, /*is_first=*/false);
  Apply(south_);
  Sync();
  auto counts = Counts();
  const v1::AgreementCount& answer =
      counts["item category trial randomized.answer"];
  EXPECT_EQ(Tally(answer), "35/50 35 0/0");
  EXPECT_NEAR(answer.percent(), 70, 1e-9);
  EXPECT_NEAR(answer.expected_percent(), 50, 1e-9);
  EXPECT_NEAR(answer.kappa(), 0.4, 1e-9);
  EXPECT_EQ(Tally(counts["field"]), "35/50 35 0/0");
  EXPECT_FALSE(counts["field"].has_kappa());
  EXPECT_EQ(Tally(counts["field trial randomized"]), "35/50 35 0/0");
}

TEST_F(AgreementSummaryTest, CountsFieldsItemsAndWhatOneLeftOut) {
  v1::Trial& first = State("t");
  first.set_title("the same");
  first.set_acronym("T");
  v1::Endpoint& pfs = StateEndpoint("t", "pfs");
  pfs.set_measure(v1::MEASURE_PROGRESSION_FREE_SURVIVAL);
  v1::Estimate& ours = *pfs.add_estimates();
  StateEndpoint("t", "os").set_measure(v1::MEASURE_OVERALL_SURVIVAL);
  const auto fill = [](v1::Estimate& estimate) {
    estimate.set_registration("NCT00000001");
    estimate.mutable_group()->set_external("controls");
    estimate.set_statistic(v1::STATISTIC_MEDIAN);
    estimate.set_value(18.6);
    estimate.set_unit("mo");
  };
  fill(ours);
  ours.set_statement("as printed");
  Apply(north_);
  State("t").set_title("the same");
  v1::Endpoint& second = StateEndpoint("t", "pfs");
  second.set_measure(v1::MEASURE_PROGRESSION_FREE_SURVIVAL);
  fill(*second.add_estimates());
  Apply(south_);
  Sync();
  ASSERT_OK_AND_ASSIGN(const auto response, Ask(south_));
  ASSERT_EQ(response.summaries_size(), 1);
  EXPECT_EQ(response.summaries(0).records_of_both(), 2);
  EXPECT_EQ(response.summaries(0).records_of_first(), 1);
  EXPECT_EQ(response.summaries(0).records_of_second(), 0);
  auto counts = Counts();
  EXPECT_EQ(Tally(counts["field"]), "2/3 2 1/0");
  EXPECT_EQ(Tally(counts["field trial title"]), "1/1 1 0/0");
  EXPECT_EQ(Tally(counts["field trial acronym"]), "0/0 0 1/0");
  EXPECT_EQ(Tally(counts["item category endpoint measure"]), "1/1 1 0/0");
  EXPECT_EQ(Tally(counts["field endpoint estimates"]), "0/1 0 0/0");
  EXPECT_EQ(Tally(counts["item number endpoint estimates.value"]), "1/1 1 0/0");
  EXPECT_EQ(Tally(counts["item text endpoint estimates.statement"]),
            "0/0 0 1/0");
  // What makes the key is no item, nor is the key.
  EXPECT_FALSE(counts.contains("item category endpoint estimates.statistic"));
  EXPECT_FALSE(counts.contains("item text endpoint estimates.key"));
  EXPECT_FALSE(counts["field trial acronym"].has_percent());
}

TEST_F(AgreementSummaryTest, TellsBlindAgreementFromKnowing) {
  State("t").set_title("the same");
  Apply(north_);
  Sync();
  State("t").set_title("the same");
  Apply(south_, /*independent=*/true);
  Sync();
  EXPECT_EQ(Tally(Counts()["field"]), "1/1 0 0/0");
}

TEST_F(AgreementSummaryTest, StaysReadableAtTheVersionBeforeAnAdjudication) {
  State("t").set_title("north's");
  Apply(north_);
  State("t").set_title("south's");
  Apply(south_);
  Sync();
  const std::string before =
      absl::StrCat((*north_.catalog().Find("nsclc"))->head()->revision);
  const auto stub = v1::ConflictService::NewStub(north_.channel());
  v1::GetConflictRequest ask;
  ask.set_record(absl::StrCat(kRegistry, "/trials/t"));
  ask.set_path("title");
  ASSERT_OK_AND_ASSIGN(
      const v1::Conflict conflict,
      Call(*stub, &v1::ConflictService::Stub::GetConflict, ask));
  v1::ResolveConflictRequest resolve;
  resolve.set_record(ask.record());
  resolve.set_path(ask.path());
  resolve.set_reason("the paper says so");
  for (const auto& value : conflict.values()) {
    *resolve.add_shown() = value.dot();
  }
  *resolve.mutable_take() = resolve.shown(0);
  ASSERT_OK(Call(*stub, &v1::ConflictService::Stub::ResolveConflict, resolve));
  EXPECT_EQ(Tally(Counts(before)["field"]), "0/1 0 0/0");
  // One assignment is visible now, that of the adjudication.
  EXPECT_TRUE(Counts().empty());
}

TEST_F(AgreementSummaryTest, ComparesTwoInstitutionsAskedForByName) {
  State("t").set_title("the same");
  Apply(north_);
  ASSERT_OK_AND_ASSIGN(const auto none, Ask(north_));
  EXPECT_EQ(none.summaries_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto asked, Ask(north_, {"south", "north"}));
  ASSERT_EQ(asked.summaries_size(), 1);
  EXPECT_EQ(asked.summaries(0).first(), "north");
  EXPECT_EQ(asked.summaries(0).records_of_first(), 1);
  EXPECT_EQ(Summary(Ask(north_, {"north"})),
            "INVALID_ARGUMENT INVALID_FIELD institutions");
  EXPECT_EQ(Summary(Ask(north_, {"north", "north"})),
            "INVALID_ARGUMENT INVALID_FIELD institutions");
}

TEST_F(AgreementSummaryTest, OfARecordCountsWhatStandsUnderIt) {
  for (TestServer* const each : {&north_, &south_}) {
    State("t").set_title("the same");
    State("u").set_title("the same");
    StateEndpoint("t", "os").set_measure(v1::MEASURE_OVERALL_SURVIVAL);
    Apply(*each);
  }
  Sync();
  ASSERT_OK_AND_ASSIGN(
      const auto response,
      Ask(north_, {}, "", absl::StrCat(kRegistry, "/trials/t")));
  ASSERT_EQ(response.summaries_size(), 1);
  EXPECT_EQ(response.summaries(0).records_of_both(), 2);
  EXPECT_EQ(
      Summary(Ask(north_, {}, "", absl::StrCat(kRegistry, "/trials/nobody"))),
      "NOT_FOUND RECORD_NOT_FOUND");
}

}  // namespace
}  // namespace consilium
