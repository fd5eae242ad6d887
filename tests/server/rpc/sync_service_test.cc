// The four calls of a sync, and what they refuse.
#include "server/rpc/sync_service.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "consilium/v1/sync_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "storage/change/batch.h"
#include "storage/change/change.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::IsEmpty;
using testing::Not;

using Sync = v1::SyncService::Stub;

constexpr char kRegistry[] = "registries/nsclc";

std::unique_ptr<grpc::ClientContext> NewContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  return context;
}

absl::Status Create(TestServer& server, const std::string& id) {
  const auto stub = v1::TrialService::NewStub(server.channel());
  v1::CreateTrialRequest request;
  request.set_parent(kRegistry);
  request.set_trial_id(id);
  request.mutable_trial()->set_title("a trial");
  return Call(*stub, &v1::TrialService::Stub::CreateTrial, request).status();
}

class SyncServiceTest : public testing::Test {
 protected:
  SyncServiceTest() {
    north_.Found("nsclc");
    south_.Join("nsclc", north_);
  }

  static v1::GetFrontierResponse FrontierOf(
      TestServer& server, const stored::v1::Frontier* digest_at = nullptr) {
    const auto stub = v1::SyncService::NewStub(server.channel());
    v1::GetFrontierRequest request;
    request.set_registry(kRegistry);
    if (digest_at != nullptr) *request.mutable_digest_at() = *digest_at;
    return *Call(*stub, &Sync::GetFrontier, request);
  }

  v1::PullChangesRequest PullRequest() {
    v1::PullChangesRequest request;
    request.set_registry(kRegistry);
    request.set_registry_id(FrontierOf(north_).registry_id());
    request.set_format_version(kChangeFormatVersion);
    return request;
  }

  // The status of a pull, and its batches.
  absl::Status Pull(const v1::PullChangesRequest& request,
                    std::vector<v1::PullChangesResponse>* batches = nullptr) {
    const auto stub = v1::SyncService::NewStub(north_.channel());
    const auto context = NewContext();
    const auto reader = stub->PullChanges(context.get(), request);
    v1::PullChangesResponse batch;
    while (reader->Read(&batch)) {
      if (batches != nullptr) batches->push_back(batch);
    }
    return FromGrpcStatus(reader->Finish());
  }

  // The status of a push of one message behind the opening one.
  absl::Status Push(const v1::PushChangesRequest& opening,
                    const v1::ChangeBatch& batch,
                    v1::PushChangesResponse* answer = nullptr) {
    const auto stub = v1::SyncService::NewStub(south_.channel());
    const auto context = NewContext();
    const auto stream = stub->PushChanges(context.get());
    stream->Write(opening);
    v1::PushChangesRequest request;
    *request.mutable_batch() = batch;
    stream->Write(request);
    stream->WritesDone();
    v1::PushChangesResponse received;
    while (stream->Read(&received)) {
      if (answer != nullptr) *answer = received;
    }
    return FromGrpcStatus(stream->Finish());
  }

  v1::PushChangesRequest Opening() {
    v1::PushChangesRequest opening;
    opening.set_registry(kRegistry);
    opening.set_registry_id(FrontierOf(south_).registry_id());
    opening.set_format_version(kChangeFormatVersion);
    return opening;
  }

  // What south lacks of north.
  v1::ChangeBatch Missing() {
    v1::PullChangesRequest request = PullRequest();
    *request.mutable_frontier() = FrontierOf(south_).frontier();
    std::vector<v1::PullChangesResponse> batches;
    EXPECT_OK(Pull(request, &batches));
    return batches.empty() ? v1::ChangeBatch() : batches[0].batch();
  }

  TestServer north_{"north"};
  TestServer south_{"south"};
};

TEST_F(SyncServiceTest, PullSendsEverythingInBatchesThatCountWhatIsLeft) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_OK(Create(north_, absl::StrCat("t", i)));
  }
  std::vector<v1::PullChangesResponse> batches;
  ASSERT_OK(Pull(PullRequest(), &batches));
  int64_t changes = 0;
  for (const v1::PullChangesResponse& each : batches) {
    ASSERT_OK_AND_ASSIGN(const stored::v1::GroupList groups,
                         DecodeBatch(each.batch().payload()));
    EXPECT_EQ(static_cast<int64_t>(groups.ByteSizeLong()),
              each.batch().uncompressed_size());
    changes += each.batch().change_count();
  }
  EXPECT_EQ(changes, 31);  // With the genesis.
  EXPECT_EQ(batches.back().remaining_count(), 0);
}

TEST_F(SyncServiceTest, PullOfNothingNewEndsAtOnce) {
  v1::PullChangesRequest request = PullRequest();
  *request.mutable_frontier() = FrontierOf(north_).frontier();
  std::vector<v1::PullChangesResponse> batches;
  EXPECT_OK(Pull(request, &batches));
  EXPECT_THAT(batches, IsEmpty());
}

TEST_F(SyncServiceTest, PushIsIdempotentAndTellsTheNewFrontier) {
  ASSERT_OK(Create(north_, "t"));
  const v1::ChangeBatch batch = Missing();
  v1::PushChangesResponse answer;
  ASSERT_OK(Push(Opening(), batch, &answer));
  EXPECT_EQ(answer.applied_count(), 1);
  EXPECT_EQ(answer.frontier().SerializeAsString(),
            FrontierOf(south_).frontier().SerializeAsString());
  ASSERT_OK(Push(Opening(), batch, &answer));
  EXPECT_EQ(answer.applied_count(), 0);
  EXPECT_EQ(answer.skipped_count(), 1);
}

TEST_F(SyncServiceTest, DigestIsToldAtAFrontierThatIsHeldOnly) {
  ASSERT_OK(Create(north_, "t"));
  const v1::GetFrontierResponse north = FrontierOf(north_);
  EXPECT_THAT(FrontierOf(south_, &north.frontier()).digest_at(), IsEmpty());
  ASSERT_OK(SyncOneWay(north_, south_, "nsclc"));
  EXPECT_EQ(FrontierOf(south_, &north.frontier()).digest_at(), north.digest());
}

TEST_F(SyncServiceTest, RefusesAnotherRegistryOrFormat) {
  v1::PullChangesRequest pull = PullRequest();
  pull.set_registry_id(std::string(32, 'x'));
  EXPECT_EQ(Summary(Pull(pull)), "FAILED_PRECONDITION OTHER_REGISTRY");
  pull = PullRequest();
  pull.set_format_version(kChangeFormatVersion + 1);
  EXPECT_EQ(Summary(Pull(pull)), "FAILED_PRECONDITION OTHER_FORMAT_VERSION");
  pull = PullRequest();
  pull.set_registry("registries/other");
  EXPECT_EQ(Summary(Pull(pull)), "NOT_FOUND REGISTRY_NOT_FOUND");
  pull = PullRequest();
  pull.set_registry("nsclc");
  EXPECT_EQ(Summary(Pull(pull)), "INVALID_ARGUMENT INVALID_FIELD registry");

  ASSERT_OK(Create(north_, "t"));
  const v1::ChangeBatch batch = Missing();
  v1::PushChangesRequest opening = Opening();
  opening.set_registry_id(std::string(32, 'x'));
  EXPECT_EQ(Summary(Push(opening, batch)),
            "FAILED_PRECONDITION OTHER_REGISTRY");
}

TEST_F(SyncServiceTest, DamagedBatchChangesNothing) {
  ASSERT_OK(Create(north_, "t"));
  const std::string before = FrontierOf(south_).digest();
  const v1::ChangeBatch good = Missing();
  for (const size_t at :
       {size_t{5}, good.payload().size() / 2, good.payload().size() - 1}) {
    v1::ChangeBatch damaged = good;
    (*damaged.mutable_payload())[at] ^= 0x10;
    EXPECT_EQ(Push(Opening(), damaged).code(), absl::StatusCode::kDataLoss)
        << at;
  }
  v1::ChangeBatch cut = good;
  cut.mutable_payload()->pop_back();
  EXPECT_EQ(Push(Opening(), cut).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(FrontierOf(south_).digest(), before);
}

TEST_F(SyncServiceTest, GapIsRefusedAndNamesWhatWasWanted) {
  ASSERT_OK(Create(north_, "a"));
  ASSERT_OK(Create(north_, "b"));
  ASSERT_OK_AND_ASSIGN(stored::v1::GroupList groups,
                       DecodeBatch(Missing().payload()));
  groups.mutable_groups()->DeleteSubrange(0, 1);
  ASSERT_OK_AND_ASSIGN(const std::string payload, EncodeBatch(groups));
  v1::ChangeBatch batch;
  batch.set_payload(payload);
  EXPECT_EQ(Summary(Push(Opening(), batch)),
            "FAILED_PRECONDITION SEQUENCE_GAP");
}

TEST_F(SyncServiceTest, NothingBehindARefusedBatchIsApplied) {
  for (const char* const id : {"a", "b", "c", "d"}) {
    ASSERT_OK(Create(north_, id));
  }
  ASSERT_OK_AND_ASSIGN(const stored::v1::GroupList groups,
                       DecodeBatch(Missing().payload()));
  ASSERT_EQ(groups.groups_size(), 4);
  // The third comes before the second, which then would fit.
  const auto stub = v1::SyncService::NewStub(south_.channel());
  const auto context = NewContext();
  const auto stream = stub->PushChanges(context.get());
  stream->Write(Opening());
  for (const int i : {0, 2, 1}) {
    stored::v1::GroupList one;
    *one.add_groups() = groups.groups(i);
    v1::PushChangesRequest request;
    ASSERT_OK_AND_ASSIGN(*request.mutable_batch()->mutable_payload(),
                         EncodeBatch(one));
    stream->Write(request);
  }
  stream->WritesDone();
  v1::PushChangesResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.applied_count(), 1);
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(Summary(FromGrpcStatus(stream->Finish())),
            "FAILED_PRECONDITION SEQUENCE_GAP");
  EXPECT_EQ(FrontierOf(south_).frontier().SerializeAsString(),
            answer.frontier().SerializeAsString());
}

// Bytes that cannot be read are refused before any batch ahead of them may have
// been merged.
TEST_F(SyncServiceTest, NothingBehindADamagedBatchIsApplied) {
  for (int round = 0; round < 20; ++round) {
    for (const char* const id : {"a", "b"}) {
      ASSERT_OK(Create(north_, absl::StrCat(id, round)));
    }
    ASSERT_OK_AND_ASSIGN(const stored::v1::GroupList groups,
                         DecodeBatch(Missing().payload()));
    std::vector<v1::PushChangesRequest> requests;
    for (const stored::v1::SealedGroup& group : groups.groups()) {
      stored::v1::GroupList one;
      *one.add_groups() = group;
      ASSERT_OK_AND_ASSIGN(
          *requests.emplace_back().mutable_batch()->mutable_payload(),
          EncodeBatch(one));
    }
    ASSERT_GE(requests.size(), 2u);
    v1::PushChangesRequest damaged = requests[1];
    damaged.mutable_batch()->mutable_payload()->pop_back();
    requests.insert(requests.begin() + 1, damaged);
    const auto stub = v1::SyncService::NewStub(south_.channel());
    const auto context = NewContext();
    const auto stream = stub->PushChanges(context.get());
    stream->Write(Opening());
    for (const v1::PushChangesRequest& request : requests) {
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
    v1::PushChangesResponse answer;
    ASSERT_TRUE(stream->Read(&answer));
    EXPECT_EQ(answer.applied_count(), 1);
    EXPECT_FALSE(stream->Read(&answer));
    EXPECT_EQ(FromGrpcStatus(stream->Finish()).code(),
              absl::StatusCode::kDataLoss);
    EXPECT_EQ(FrontierOf(south_).frontier().SerializeAsString(),
              answer.frontier().SerializeAsString())
        << "round " << round;
  }
}

TEST_F(SyncServiceTest, PushWithoutOpeningIsRefused) {
  EXPECT_EQ(Summary(Push(v1::PushChangesRequest(), v1::ChangeBatch())),
            "INVALID_ARGUMENT INVALID_FIELD registry");
}

TEST_F(SyncServiceTest, WatchTellsTheFrontierNowAndWhenItMoves) {
  const auto stub = v1::SyncService::NewStub(north_.channel());
  const auto context = NewContext();
  v1::WatchFrontierRequest request;
  request.set_registry(kRegistry);
  const auto reader = stub->WatchFrontier(context.get(), request);
  v1::WatchFrontierResponse first;
  ASSERT_TRUE(reader->Read(&first));
  EXPECT_EQ(first.frontier().SerializeAsString(),
            FrontierOf(north_).frontier().SerializeAsString());
  ASSERT_OK(Create(north_, "t"));
  v1::WatchFrontierResponse second;
  ASSERT_TRUE(reader->Read(&second));
  EXPECT_EQ(second.revision(), first.revision() + 1);
  context->TryCancel();
  EXPECT_EQ(FromGrpcStatus(reader->Finish()).code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace consilium
