// A review on two institutions' servers: the same bytes, what changed, and why.
#include "server/rpc/review_result_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.grpc.pb.h"
#include "consilium/v1/review_result_service.grpc.pb.h"
#include "proto/base/grpc_status.h"
#include "server/rpc/limits.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Changes = v1::ChangeService::Stub;
using Reviews = v1::ReviewResultService::Stub;

constexpr char kRegistry[] = "registries/nsclc";
constexpr char kReview[] = "registries/nsclc/reviews/made";

v1::Arm MakeArm(bool radiotherapy) {
  v1::Arm arm;
  arm.set_title(radiotherapy ? "drug and radiotherapy" : "drug");
  arm.add_drugs()->set_drug("gefitinib");
  if (radiotherapy) {
    arm.add_radiotherapies()->set_technique(v1::RADIOTHERAPY_TECHNIQUE_SBRT);
  }
  return arm;
}

// A randomised trial with a hazard ratio of death.
struct MadeTrial {
  std::string id;
  double value = 0, low = 0, high = 0;

  v1::ApplyChangeRequest Request() const {
    v1::ApplyChangeRequest request;
    request.set_parent(kRegistry);
    request.mutable_change()->set_author("u1");
    request.mutable_change()->set_message(absl::StrCat("extracted ", id));
    const std::string parent = absl::StrCat(kRegistry, "/trials/", id);
    v1::RecordStatement* statement = request.add_statements();
    statement->set_parent(kRegistry);
    statement->set_id(id);
    statement->mutable_trial()->set_title(absl::StrCat("Trial ", id));
    statement->mutable_trial()->set_acronym(id);
    statement->mutable_trial()->set_allocation(v1::ALLOCATION_RANDOMIZED);
    for (const bool radiotherapy : {true, false}) {
      statement = request.add_statements();
      statement->set_parent(parent);
      statement->set_id(radiotherapy ? "both" : "drug");
      *statement->mutable_arm() = MakeArm(radiotherapy);
    }
    statement = request.add_statements();
    statement->set_parent(parent);
    statement->set_id("os");
    v1::Endpoint& endpoint = *statement->mutable_endpoint();
    endpoint.set_measure(v1::MEASURE_OVERALL_SURVIVAL);
    v1::Contrast& contrast = *endpoint.add_contrasts();
    contrast.set_registration("NCT00000001");
    contrast.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
    contrast.mutable_group()->add_arms("both");
    contrast.mutable_reference()->add_arms("drug");
    contrast.set_value(value);
    contrast.mutable_interval()->set_low(low);
    contrast.mutable_interval()->set_high(high);
    contrast.mutable_interval()->set_level(95);
    return request;
  }
};

v1::ApplyChangeRequest ProtocolRequest() {
  v1::ApplyChangeRequest request;
  request.set_parent(kRegistry);
  request.mutable_change()->set_author("u1");
  v1::RecordStatement* statement = request.add_statements();
  statement->set_parent(kRegistry);
  statement->set_id("made");
  v1::Review& review = *statement->mutable_review();
  review.set_title("A made review");
  v1::ReviewOutcome& outcome = *review.add_outcomes();
  outcome.set_id("os");
  outcome.set_filter("outcome = os AND treatment = targeted-with-radiotherapy");
  outcome.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  outcome.mutable_threshold()->set_effect(0.8);
  return request;
}

class Institution {
 public:
  explicit Institution(const std::string& id) : server_(id) {}

  TestServer& server() { return server_; }

  absl::Status Apply(const v1::ApplyChangeRequest& request) {
    return Call(*changes_, &Changes::ApplyChange, request).status();
  }
  absl::StatusOr<v1::ReviewResult> Run(const std::string& at = "",
                                       const std::string& since = "") {
    v1::RunReviewRequest request;
    request.set_name(kReview);
    request.set_at(at);
    request.set_since(since);
    auto response = Call(*reviews_, &Reviews::RunReview, request);
    if (!response.ok()) return response.status();
    return response->result();
  }
  absl::StatusOr<v1::ReviewDiff> Diff(const std::string& from,
                                      const std::string& to = "") {
    v1::DiffReviewRequest request;
    request.set_name(kReview);
    request.set_from(from);
    request.set_to(to);
    auto response = Call(*reviews_, &Reviews::DiffReview, request);
    if (!response.ok()) return response.status();
    return response->diff();
  }
  // The result as RenderReview sends it, in parts.
  absl::StatusOr<v1::ReviewResult> Read(const std::string& outcome = "") {
    v1::RenderReviewRequest request;
    request.set_name(kReview);
    request.set_format(v1::RENDER_FORMAT_MESSAGE);
    request.set_outcome(outcome);
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
    const auto stream = reviews_->RenderReview(&context, request);
    std::string bytes;
    v1::RenderReviewResponse response;
    while (stream->Read(&response)) bytes += response.data();
    const absl::Status status = FromGrpcStatus(stream->Finish());
    if (!status.ok()) return status;
    v1::ReviewResult result;
    EXPECT_TRUE(result.ParseFromString(bytes));
    return result;
  }
  Reviews& reviews() { return *reviews_; }

 private:
  TestServer server_;
  std::unique_ptr<Changes> changes_ =
      v1::ChangeService::NewStub(server_.channel());
  std::unique_ptr<Reviews> reviews_ =
      v1::ReviewResultService::NewStub(server_.channel());
};

class ReviewResultServiceTest : public testing::Test {
 protected:
  ReviewResultServiceTest() {
    north_.server().Found("nsclc");
    south_.server().Join("nsclc", north_.server());
    EXPECT_OK(north_.Apply(ProtocolRequest()));
    EXPECT_OK(north_.Apply(MadeTrial{"alpha", 0.9, 0.7, 1.157}.Request()));
    Sync();
  }

  void Sync() {
    EXPECT_OK(SyncOneWay(north_.server(), south_.server(), "nsclc"));
    EXPECT_OK(SyncOneWay(south_.server(), north_.server(), "nsclc"));
  }

  // The result that both servers give, byte for byte.
  v1::ReviewResult RunBoth() {
    const auto north = north_.Run();
    const auto south = south_.Run();
    EXPECT_OK(north);
    EXPECT_OK(south);
    if (!north.ok() || !south.ok()) return {};
    EXPECT_EQ(north->SerializeAsString(), south->SerializeAsString());
    return *north;
  }

  Institution north_{"north"};
  Institution south_{"south"};
};

TEST_F(ReviewResultServiceTest, ServersThatGotChangesInAnotherOrderAgree) {
  ASSERT_OK(north_.Apply(MadeTrial{"beta", 0.6, 0.4, 0.9}.Request()));
  ASSERT_OK(south_.Apply(MadeTrial{"gamma", 0.5, 0.3, 0.833}.Request()));
  Sync();
  const v1::ReviewResult result = RunBoth();
  ASSERT_EQ(result.outcomes_size(), 1);
  const v1::OutcomeResult& outcome = result.outcomes(0);
  EXPECT_EQ(outcome.state(), v1::OUTCOME_STATE_POOLED) << outcome.explanation();
  EXPECT_EQ(outcome.studies_size(), 3);
  EXPECT_THAT(result.included_trials(), ElementsAre("alpha", "beta", "gamma"));
  EXPECT_EQ(result.stamp().review(), "reviews/made");
  EXPECT_FALSE(result.stamp().has_at());
  EXPECT_EQ(result.protocol().etag(), "");
  EXPECT_EQ(result.protocol().revision(), "");
  // By its frontier, anyone may ask for it again: the same bytes.
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult again,
                       south_.Run(result.stamp().frontier()));
  EXPECT_EQ(again.SerializeAsString(), result.SerializeAsString());
}

TEST_F(ReviewResultServiceTest, ValuesInDisputeGiveOneRangeOnBothServers) {
  ASSERT_OK(north_.Apply(MadeTrial{"beta", 0.6, 0.4, 0.9}.Request()));
  Sync();
  ASSERT_OK(north_.Apply(MadeTrial{"beta", 0.65, 0.43, 0.98}.Request()));
  ASSERT_OK(south_.Apply(MadeTrial{"beta", 0.5, 0.33, 0.75}.Request()));
  Sync();
  const v1::OutcomeResult outcome = RunBoth().outcomes(0);
  ASSERT_EQ(outcome.disputed_size(), 2) << outcome.DebugString();
  EXPECT_LT(outcome.disputed(0).pooled().effect().value(),
            outcome.disputed(1).pooled().effect().value());
  ASSERT_EQ(outcome.studies_size(), 2);
  EXPECT_FALSE(outcome.studies(0).disputed());
  EXPECT_TRUE(outcome.studies(1).disputed());
}

TEST_F(ReviewResultServiceTest, DifferenceGoesDownToTheConclusion) {
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult before, north_.Run());
  EXPECT_EQ(before.outcomes(0).conclusion_state(),
            v1::CONCLUSION_STATE_NOT_BEYOND);
  ASSERT_OK(north_.Apply(MadeTrial{"beta", 0.5, 0.3, 0.833}.Request()));
  ASSERT_OK_AND_ASSIGN(const v1::ReviewDiff diff,
                       north_.Diff(before.stamp().frontier()));
  EXPECT_THAT(diff.added_trials(), ElementsAre("beta"));
  ASSERT_EQ(diff.outcomes_size(), 1);
  EXPECT_THAT(diff.outcomes(0).added_studies(), ElementsAre("beta"));
  EXPECT_TRUE(diff.outcomes(0).crossed());
  std::vector<std::string> records;
  for (const v1::RecordChange& record : diff.records()) {
    records.push_back(record.record());
    EXPECT_EQ(record.kind(), v1::RECORD_CHANGE_KIND_ADDED);
    EXPECT_EQ(record.message(), "extracted beta");
    EXPECT_EQ(record.institution(), "north");
  }
  EXPECT_THAT(records, Contains("trials/beta/endpoints/os"));

  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult since,
                       north_.Run("", before.stamp().frontier()));
  EXPECT_EQ(since.changes().SerializeAsString(), diff.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(
      const v1::ReviewDiff none,
      north_.Diff(since.stamp().frontier(), since.stamp().frontier()));
  EXPECT_THAT(none.outcomes(), IsEmpty());
  EXPECT_THAT(none.records(), IsEmpty());
}

TEST_F(ReviewResultServiceTest, CorrectionsAndDisputesAreToldApart) {
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult before, north_.Run());
  ASSERT_OK(north_.Apply(MadeTrial{"alpha", 0.91, 0.7, 1.183}.Request()));
  ASSERT_OK_AND_ASSIGN(const v1::ReviewDiff corrected,
                       north_.Diff(before.stamp().frontier()));
  ASSERT_EQ(corrected.records_size(), 1);
  EXPECT_EQ(corrected.records(0).kind(), v1::RECORD_CHANGE_KIND_CORRECTED);
  ASSERT_OK(south_.Apply(MadeTrial{"alpha", 0.95, 0.7, 1.289}.Request()));
  Sync();
  ASSERT_OK_AND_ASSIGN(const v1::ReviewDiff disputed,
                       north_.Diff(before.stamp().frontier()));
  ASSERT_EQ(disputed.records_size(), 1);
  EXPECT_EQ(disputed.records(0).kind(), v1::RECORD_CHANGE_KIND_CONFLICT_ARISEN);
}

TEST_F(ReviewResultServiceTest, WatchTellsWhatChangesTheReview) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult now, north_.Run());
  v1::WatchReviewRequest request;
  request.set_name(kReview);
  request.set_since(now.stamp().frontier());
  const auto stream = north_.reviews().WatchReview(&context, request);
  ASSERT_OK(north_.Apply(MadeTrial{"beta", 0.5, 0.3, 0.833}.Request()));
  v1::WatchReviewResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_THAT(response.diff().added_trials(), ElementsAre("beta"));
  context.TryCancel();
  while (stream->Read(&response)) {
  }
  static_cast<void>(stream->Finish());
}

// The protocol with its outcome at another level.
v1::ApplyChangeRequest AtLevel(double level) {
  v1::ApplyChangeRequest request = ProtocolRequest();
  request.mutable_statements(0)
      ->mutable_review()
      ->mutable_outcomes(0)
      ->set_level(level);
  request.mutable_change()->set_message("Another level");
  return request;
}

TEST_F(ReviewResultServiceTest, AProtocolInDisputeRunsUnderEachOfItsValues) {
  ASSERT_OK(north_.Apply(MadeTrial{"beta", 0.6, 0.4, 0.9}.Request()));
  Sync();
  ASSERT_OK(north_.Apply(AtLevel(90)));
  ASSERT_OK(south_.Apply(AtLevel(99)));
  Sync();
  const v1::ReviewResult result = RunBoth();
  ASSERT_EQ(result.outcomes_size(), 1);
  ASSERT_TRUE(result.outcomes(0).has_pooled());
  ASSERT_EQ(result.protocol_disputes_size(), 1);
  const v1::ProtocolDispute& dispute = result.protocol_disputes(0);
  EXPECT_EQ(dispute.path(), "outcomes[os]");
  EXPECT_THAT(dispute.outcomes(), ElementsAre("os"));
  ASSERT_EQ(dispute.values_size(), 2);
  const v1::ProtocolValue& counts = dispute.values(0);
  const v1::ProtocolValue& other = dispute.values(1);
  EXPECT_TRUE(counts.provisional());
  EXPECT_THAT(counts.outcomes(), IsEmpty());
  ASSERT_EQ(counts.fields_size(), 1);
  EXPECT_EQ(counts.fields(0).field(), "level");
  ASSERT_EQ(counts.provenance_size(), 1);
  ASSERT_EQ(other.provenance_size(), 1);
  EXPECT_NE(counts.provenance(0).institution(),
            other.provenance(0).institution());
  ASSERT_EQ(other.outcomes_size(), 1);
  const auto level = [](const v1::OutcomeResult& outcome) {
    return outcome.pooled().effect().level();
  };
  EXPECT_EQ(absl::StrCat(level(result.outcomes(0))), counts.fields(0).value());
  EXPECT_EQ(absl::StrCat(level(other.outcomes(0))), other.fields(0).value());
  EXPECT_THAT(result.notices(),
              Contains(AllOf(HasSubstr("in dispute at outcomes[os]"),
                             HasSubstr("level 90 (u1 of north"),
                             HasSubstr("level 99 (u1 of south"))));

  // The other value alone gives what the dispute says of it.
  ASSERT_OK(north_.Apply(MadeTrial{"gamma", 0.5, 0.3, 0.833}.Request()));
  const auto still = north_.Run();
  ASSERT_OK(still);
  EXPECT_EQ(still->protocol_disputes_size(), 1);
}

TEST_F(ReviewResultServiceTest, AWatchTellsThatTheProtocolCameIntoDispute) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  ASSERT_OK(north_.Apply(AtLevel(90)));
  ASSERT_OK(south_.Apply(AtLevel(99)));
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult now, north_.Run());
  v1::WatchReviewRequest request;
  request.set_name(kReview);
  request.set_since(now.stamp().frontier());
  const auto stream = north_.reviews().WatchReview(&context, request);
  Sync();
  v1::WatchReviewResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.diff().protocol_disputes_size(), 1);
  EXPECT_EQ(response.diff().protocol_disputes(0).path(), "outcomes[os]");
  EXPECT_EQ(response.diff().protocol_disputes(0).values_size(), 2);
  context.TryCancel();
  while (stream->Read(&response)) {
  }
  static_cast<void>(stream->Finish());
}

TEST_F(ReviewResultServiceTest, ChangesOfTheProtocolAfterDataAreTold) {
  // It came before the data, and words decide nothing.
  EXPECT_THAT(RunBoth().changes_after_data(), IsEmpty());
  v1::ApplyChangeRequest words = ProtocolRequest();
  v1::Review& review = *words.mutable_statements(0)->mutable_review();
  review.set_title("Another title");
  review.mutable_outcomes(0)->set_title("Survival");
  v1::ReviewOutcome& planned = *review.add_outcomes();
  planned.set_id("pfs");
  planned.set_filter("outcome = pfs");
  planned.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  ASSERT_OK(north_.Apply(words));
  EXPECT_THAT(north_.Run()->changes_after_data(), IsEmpty());

  review.mutable_outcomes(0)->set_level(90);
  words.mutable_change()->set_message("Narrower");
  ASSERT_OK(north_.Apply(words));
  Sync();
  const v1::ReviewResult result = RunBoth();
  ASSERT_EQ(result.changes_after_data_size(), 1);
  const v1::ProtocolChange& change = result.changes_after_data(0);
  EXPECT_EQ(change.path(), "outcomes[os]");
  EXPECT_EQ(change.description(), "level: absent became 90");
  EXPECT_THAT(change.outcomes(), ElementsAre("os"));
  EXPECT_THAT(change.studies(), ElementsAre("alpha"));
  EXPECT_EQ(change.institution(), "north");
  EXPECT_EQ(change.author(), "u1");
  EXPECT_EQ(change.message(), "Narrower");
  EXPECT_FALSE(change.has_amendment());
  EXPECT_THAT(result.notices(),
              Contains(AllOf(HasSubstr("changed after data were present"),
                             HasSubstr("level: absent became 90"),
                             HasSubstr("alpha"))));
}

TEST_F(ReviewResultServiceTest, DatesThatHadNotComeAreTold) {
  v1::ApplyChangeRequest request = ProtocolRequest();
  v1::Review& review = *request.mutable_statements(0)->mutable_review();
  for (const char* const date : {"2020-01-01", "2199-01-01"}) {
    v1::SearchRun& search = *review.add_searches();
    search.set_database("pubmed");
    search.set_date(date);
  }
  ASSERT_OK(north_.Apply(request));
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, north_.Run());
  EXPECT_THAT(result.notices(),
              ElementsAre("The search of pubmed is dated 2199-01-01, which had "
                          "not come when it was entered."));
}

TEST_F(ReviewResultServiceTest, BeforeTheProtocolAllOfTheReviewIsNew) {
  ASSERT_OK_AND_ASSIGN(const v1::ReviewDiff diff, north_.Diff("1"));
  EXPECT_TRUE(diff.review_added());
  EXPECT_THAT(diff.added_trials(), ElementsAre("alpha"));
  ASSERT_EQ(diff.outcomes_size(), 1);
  EXPECT_THAT(diff.outcomes(0).description(), HasSubstr("new: "));
  EXPECT_THAT(diff.protocol_paths(), IsEmpty());
  EXPECT_THAT(north_.Diff("no-such-snapshot").status(),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReviewResultServiceTest, AResultOfOneMessageIsTheSameInParts) {
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult run, north_.Run());
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult read, south_.Read());
  EXPECT_EQ(run.SerializeAsString(), read.SerializeAsString());
}

TEST_F(ReviewResultServiceTest, AResultLargerThanAMessageComesInParts) {
  constexpr int kSections = 200;
  constexpr int kTrials = 40;
  v1::ApplyChangeRequest protocol = ProtocolRequest();
  v1::Review& review = *protocol.mutable_statements(0)->mutable_review();
  for (int i = 0; i < kSections; ++i) {
    v1::ReviewSection& section = *review.add_sections();
    section.set_id(absl::StrCat("s", i));
    section.set_title("All trials");
    section.set_filter("kind = trial");
  }
  ASSERT_OK(north_.Apply(protocol));
  for (int i = 0; i < kTrials; ++i) {
    v1::ApplyChangeRequest trial =
        MadeTrial{absl::StrCat("beta-", i), 0.5, 0.3, 0.833}.Request();
    trial.mutable_statements(0)->mutable_trial()->set_title(
        std::string(kGrpcMessageSizeMax / kSections / kTrials, 'x'));
    ASSERT_OK(north_.Apply(trial));
  }
  const absl::Status refused = north_.Run().status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("RenderReview"));
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult result, north_.Read("os"));
  ASSERT_EQ(result.sections_size(), kSections);
  EXPECT_EQ(result.sections(kSections - 1).trials_size(), kTrials + 1);
  ASSERT_EQ(result.outcomes_size(), 1);
  EXPECT_EQ(result.outcomes(0).studies_size(), kTrials + 1);
}

TEST_F(ReviewResultServiceTest, OneOutcomeGoesWithTheWholeResultAlone) {
  EXPECT_THAT(north_.Read("pfs").status(),
              StatusIs(absl::StatusCode::kNotFound));
  v1::RenderReviewRequest request;
  request.set_name(kReview);
  request.set_outcome("os");  // A page has every outcome.
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  const auto stream = north_.reviews().RenderReview(&context, request);
  v1::RenderReviewResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_THAT(FromGrpcStatus(stream->Finish()),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReviewResultServiceTest, ErrorsNameWhatIsWanted) {
  v1::RunReviewRequest request;
  request.set_name("registries/nsclc/trials/alpha");
  EXPECT_EQ(Summary(Call(north_.reviews(), &Reviews::RunReview, request)),
            "INVALID_ARGUMENT INVALID_FIELD name");
  request.set_name("registries/nsclc/reviews/none");
  EXPECT_THAT(Call(north_.reviews(), &Reviews::RunReview, request).status(),
              StatusIs(absl::StatusCode::kNotFound));
  request.set_name(kReview);
  request.set_outcome("pfs");
  const absl::Status unknown =
      Call(north_.reviews(), &Reviews::RunReview, request).status();
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("it has os"));
  v1::DiffReviewRequest diff;
  diff.set_name(kReview);
  EXPECT_EQ(Summary(Call(north_.reviews(), &Reviews::DiffReview, diff)),
            "INVALID_ARGUMENT INVALID_FIELD from");
}

}  // namespace
}  // namespace consilium
