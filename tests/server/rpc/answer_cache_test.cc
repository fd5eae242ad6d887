// Answers that are given again: only while they are what a reading would give.
#include "server/rpc/answer_cache.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using Trials = v1::TrialService::Stub;

constexpr char kMethod[] = "consilium.v1.TrialService/GetTrial";
constexpr char kTrial[] = "registries/nsclc/trials/t";

class AnswerCacheTest : public testing::Test {
 protected:
  AnswerCacheTest() {
    server_.Found("nsclc");
    v1::CreateTrialRequest request;
    request.set_parent("registries/nsclc");
    request.set_trial_id("t");
    request.mutable_trial()->set_title("a trial");
    EXPECT_OK(Call(*stub_, &Trials::CreateTrial, request).status());
  }

  v1::Trial Get() {
    v1::GetTrialRequest request;
    request.set_name(kTrial);
    auto trial = Call(*stub_, &Trials::GetTrial, request);
    EXPECT_OK(trial.status());
    return trial.ok() ? *std::move(trial) : v1::Trial();
  }

  v1::Trial SetTitle(const std::string& title) {
    v1::UpdateTrialRequest request;
    request.mutable_trial()->set_name(kTrial);
    request.mutable_trial()->set_title(title);
    request.mutable_trial()->set_etag("*");
    auto trial = Call(*stub_, &Trials::UpdateTrial, request);
    EXPECT_OK(trial.status());
    return trial.ok() ? *std::move(trial) : v1::Trial();
  }

  RegistryStore& store() { return **server_.catalog().Find("nsclc"); }

  // The trial as it is now.
  AnswerBasis Now() { return {&store(), "trials/t", store().head()->revision}; }

  TestServer server_{"north"};
  std::unique_ptr<Trials> stub_ = v1::TrialService::NewStub(server_.channel());
};

std::string TextOf(const std::optional<grpc::Slice>& answer) {
  if (!answer.has_value()) return "none";
  return std::string(reinterpret_cast<const char*>(answer->begin()),
                     answer->size());
}

TEST_F(AnswerCacheTest, RepeatedReadsSeeEveryWriteAtOnce) {
  for (int i = 0; i < 20; ++i) {
    const std::string title = absl::StrCat("title ", i);
    const v1::Trial updated = SetTitle(title);
    for (int repeat = 0; repeat < 3; ++repeat) {
      EXPECT_EQ(Get().SerializeAsString(), updated.SerializeAsString());
    }
    EXPECT_EQ(Get().title(), title);
  }
}

TEST_F(AnswerCacheTest, RepeatedReadsSeeRetractionAndReturn) {
  EXPECT_EQ(Get().lifecycle(), v1::LIFECYCLE_LIVE);
  v1::DeleteTrialRequest retract;
  retract.set_name(kTrial);
  retract.set_reason("entered twice");
  EXPECT_OK(Call(*stub_, &Trials::DeleteTrial, retract).status());
  EXPECT_EQ(Get().lifecycle(), v1::LIFECYCLE_RETRACTED);
  v1::UndeleteTrialRequest bring_back;
  bring_back.set_name(kTrial);
  EXPECT_OK(Call(*stub_, &Trials::UndeleteTrial, bring_back).status());
  EXPECT_EQ(Get().lifecycle(), v1::LIFECYCLE_LIVE);
}

TEST_F(AnswerCacheTest, GivesAnAnswerUntilItsRecordIsTouched) {
  AnswerCache cache;
  cache.Put(kMethod, "request", Now(), grpc::Slice("answer"));
  EXPECT_EQ(TextOf(cache.Find(kMethod, "request")), "answer");
  EXPECT_EQ(TextOf(cache.Find(kMethod, "another")), "none");
  EXPECT_EQ(TextOf(cache.Find("other method", "request")), "none");
  const AnswerBasis before = Now();
  SetTitle("another title");
  EXPECT_EQ(TextOf(cache.Find(kMethod, "request")), "none");
  // An answer that was read before the write and comes late.
  cache.Put(kMethod, "request", before, grpc::Slice("answer"));
  EXPECT_EQ(TextOf(cache.Find(kMethod, "request")), "none");
}

TEST_F(AnswerCacheTest, ForgetsWhatWasNotWantedForLong) {
  constexpr size_t kSizeMax = size_t{1} << 20;
  constexpr int kAnswers = 1000;
  AnswerCache cache(kSizeMax);
  const std::string answer(10'000, 'x');
  int kept = 0;
  for (int i = 0; i < kAnswers; ++i) {
    cache.Put(kMethod, absl::StrCat(i), Now(), grpc::Slice(answer));
  }
  for (int i = 0; i < kAnswers; ++i) {
    kept += cache.Find(kMethod, absl::StrCat(i)).has_value() ? 1 : 0;
  }
  EXPECT_GT(kept, 0);
  EXPECT_LE(kept * answer.size(), kSizeMax);
  EXPECT_TRUE(cache.Find(kMethod, absl::StrCat(kAnswers - 1)).has_value());
  // One that would fill it is not kept at all.
  cache.Put(kMethod, "large", Now(), grpc::Slice(std::string(kSizeMax, 'x')));
  EXPECT_FALSE(cache.Find(kMethod, "large").has_value());
}

}  // namespace
}  // namespace consilium
