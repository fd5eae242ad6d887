// Named versions: what they hold, who can check them, and names that two
// institutions took.
#include "server/rpc/snapshot_service.h"

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/snapshot_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "storage/digest/merkle_tree.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Snapshots = v1::SnapshotService::Stub;
using Trials = v1::TrialService::Stub;

constexpr char kRegistry[] = "registries/nsclc";

std::string Name(const std::string& id) {
  return absl::StrCat(kRegistry, "/snapshots/", id);
}

absl::Status SetTitle(TestServer& server, const std::string& title) {
  const auto stub = v1::TrialService::NewStub(server.channel());
  v1::UpdateTrialRequest request;
  request.mutable_trial()->set_name("registries/nsclc/trials/t");
  request.mutable_trial()->set_title(title);
  request.set_allow_missing(true);
  return Call(*stub, &Trials::UpdateTrial, request).status();
}

absl::StatusOr<v1::Snapshot> Create(TestServer& server, const std::string& id,
                                    const std::string& at = "") {
  const auto stub = v1::SnapshotService::NewStub(server.channel());
  v1::CreateSnapshotRequest request;
  request.set_parent(kRegistry);
  request.set_snapshot_id(id);
  request.set_at(at);
  request.mutable_change()->set_message("for the review");
  return Call(*stub, &Snapshots::CreateSnapshot, request);
}

absl::StatusOr<v1::Snapshot> Get(TestServer& server, const std::string& name) {
  const auto stub = v1::SnapshotService::NewStub(server.channel());
  v1::GetSnapshotRequest request;
  request.set_name(name);
  return Call(*stub, &Snapshots::GetSnapshot, request);
}

absl::StatusOr<v1::VerifySnapshotResponse> Verify(TestServer& server,
                                                  const std::string& name) {
  const auto stub = v1::SnapshotService::NewStub(server.channel());
  v1::VerifySnapshotRequest request;
  request.set_name(name);
  return Call(*stub, &Snapshots::VerifySnapshot, request);
}

absl::StatusOr<std::string> TitleAt(TestServer& server, const std::string& at) {
  const auto stub = v1::TrialService::NewStub(server.channel());
  v1::GetTrialRequest request;
  request.set_name("registries/nsclc/trials/t");
  request.set_at(at);
  auto trial = Call(*stub, &Trials::GetTrial, request);
  if (!trial.ok()) return trial.status();
  return trial->title();
}

// As a server would that does not work as it should.
absl::Status CreateUnreadable(TestServer& server, const std::string& id) {
  const auto store = server.catalog().Find("nsclc");
  if (!store.ok()) return store.status();
  ChangeRequest request;
  request.author = "mallory";
  request.records.push_back(
      {absl::StrCat("snapshots/", id), "",
       FieldStatements{.values = {{{v1::Snapshot::kBodyFieldNumber,
                                    MergeKind::kRegister, ""},
                                   "\x12\x02"
                                   "ab",
                                   ""}}}});
  return (*store)->CommitAndWait(std::move(request)).status();
}

class SnapshotServiceTest : public testing::Test {
 protected:
  SnapshotServiceTest() {
    north_.Found("nsclc");
    south_.Join("nsclc", north_);
    Sync();
  }

  void Sync() {
    EXPECT_OK(SyncOneWay(north_, south_, "nsclc"));
    EXPECT_OK(SyncOneWay(south_, north_, "nsclc"));
  }

  TestServer north_{"north"};
  TestServer south_{"south"};
};

TEST_F(SnapshotServiceTest, NamesAVersionThatStaysReadable) {
  ASSERT_OK(SetTitle(north_, "first"));
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot snapshot, Create(north_, "spring"));
  EXPECT_EQ(snapshot.name(), Name("spring"));
  EXPECT_EQ(snapshot.body().institution(), "north");
  EXPECT_EQ(snapshot.body().author(), "anonymous");
  EXPECT_EQ(snapshot.body().reason(), "for the review");
  EXPECT_THAT(snapshot.body().digest(), SizeIs(64));
  EXPECT_THAT(snapshot.body().root(), SizeIs(64));
  EXPECT_THAT(snapshot.body().identity(), SizeIs(64));
  ASSERT_OK(SetTitle(north_, "second"));
  for (const std::string& at :
       {std::string("spring"), Name("spring"), snapshot.body().frontier(),
        absl::StrCat("spring@", snapshot.body().identity().substr(0, 8))}) {
    EXPECT_THAT(TitleAt(north_, at), IsOkAndHolds("first")) << at;
  }
  EXPECT_THAT(TitleAt(north_, ""), IsOkAndHolds("second"));
}

TEST_F(SnapshotServiceTest, AnotherInstitutionReadsAndVerifiesIt) {
  ASSERT_OK(SetTitle(north_, "first"));
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot made, Create(north_, "spring"));
  ASSERT_OK(SetTitle(south_, "south never stood there"));
  Sync();
  EXPECT_EQ(Get(south_, Name("spring"))->body().SerializeAsString(),
            made.body().SerializeAsString());
  EXPECT_THAT(TitleAt(south_, "spring"), IsOkAndHolds("first"));
  ASSERT_OK_AND_ASSIGN(const v1::VerifySnapshotResponse verified,
                       Verify(south_, Name("spring")));
  EXPECT_TRUE(verified.valid());
  EXPECT_THAT(verified.differences(), IsEmpty());
  EXPECT_EQ(verified.digest(), made.body().digest());
  EXPECT_EQ(verified.root(), made.body().root());
}

TEST_F(SnapshotServiceTest, NameThatTwoInstitutionsTookIsAmbiguous) {
  ASSERT_OK(SetTitle(north_, "north's"));
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot norths, Create(north_, "spring"));
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot souths, Create(south_, "spring"));
  Sync();
  const auto refused = Get(south_, Name("spring"));
  EXPECT_EQ(Summary(refused), "FAILED_PRECONDITION AMBIGUOUS_SNAPSHOT");
  for (const v1::Snapshot& each : {norths, souths}) {
    const std::string name =
        absl::StrCat("spring@", each.body().identity().substr(0, 12));
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(name));
    EXPECT_EQ(Get(south_, absl::StrCat(kRegistry, "/snapshots/", name))
                  ->body()
                  .identity(),
              each.body().identity());
  }
  EXPECT_EQ(Summary(TitleAt(north_, "spring")),
            "FAILED_PRECONDITION AMBIGUOUS_SNAPSHOT");
  EXPECT_EQ(Summary(Get(north_, absl::StrCat(Name("spring"), "@00"))),
            "NOT_FOUND SNAPSHOT_NOT_FOUND");
  // A list shows both.
  const auto stub = v1::SnapshotService::NewStub(north_.channel());
  v1::ListSnapshotsRequest list;
  list.set_parent(kRegistry);
  EXPECT_EQ(Call(*stub, &Snapshots::ListSnapshots, list)->snapshots_size(), 2);
}

TEST_F(SnapshotServiceTest, OneThatDoesNotParseHidesNoOther) {
  ASSERT_OK(SetTitle(north_, "first"));
  ASSERT_OK(Create(north_, "spring"));
  ASSERT_OK(CreateUnreadable(south_, "forged"));
  Sync();
  const auto stub = v1::SnapshotService::NewStub(north_.channel());
  v1::ListSnapshotsRequest list;
  list.set_parent(kRegistry);
  ASSERT_OK_AND_ASSIGN(const v1::ListSnapshotsResponse page,
                       Call(*stub, &Snapshots::ListSnapshots, list));
  ASSERT_EQ(page.snapshots_size(), 2);
  const v1::Snapshot& forged = page.snapshots(0);
  EXPECT_EQ(forged.name(), Name("forged"));
  EXPECT_EQ(forged.body().institution(), "south");
  EXPECT_FALSE(forged.body().has_identity());
  EXPECT_EQ(page.snapshots(1).name(), Name("spring"));
  EXPECT_TRUE(page.snapshots(1).body().has_identity());
  const auto refused = Get(north_, Name("forged"));
  EXPECT_EQ(Summary(refused), "FAILED_PRECONDITION UNREADABLE_SNAPSHOT");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("south"));
  EXPECT_EQ(Summary(Verify(north_, Name("forged"))),
            "FAILED_PRECONDITION UNREADABLE_SNAPSHOT");
  EXPECT_TRUE(Verify(north_, Name("spring"))->valid());
}

TEST_F(SnapshotServiceTest, ProvesThatARecordIsInIt) {
  ASSERT_OK(SetTitle(north_, "first"));
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot snapshot, Create(north_, "spring"));
  ASSERT_OK(SetTitle(north_, "second"));
  const auto stub = v1::SnapshotService::NewStub(north_.channel());
  v1::GetInclusionProofRequest request;
  request.set_name(Name("spring"));
  request.set_record("registries/nsclc/trials/t");
  ASSERT_OK_AND_ASSIGN(const v1::GetInclusionProofResponse answer,
                       Call(*stub, &Snapshots::GetInclusionProof, request));
  EXPECT_EQ(answer.root(), snapshot.body().root());
  MerkleProof proof;
  proof.leaf_index = answer.leaf_index();
  proof.leaf_count = answer.tree_size();
  for (const std::string& hash : answer.path()) {
    proof.siblings.push_back(absl::HexStringToBytes(hash));
  }
  EXPECT_TRUE(VerifyMerkleProof(proof, absl::HexStringToBytes(answer.element()),
                                absl::HexStringToBytes(answer.root())));
  request.set_record("registries/nsclc/trials/nobody");
  EXPECT_EQ(Summary(Call(*stub, &Snapshots::GetInclusionProof, request)),
            "NOT_FOUND RECORD_NOT_FOUND");
  request.set_record("registries/other/trials/t");
  EXPECT_EQ(Summary(Call(*stub, &Snapshots::GetInclusionProof, request)),
            "INVALID_ARGUMENT INVALID_FIELD record");
}

TEST_F(SnapshotServiceTest, NamesAnEarlierVersion) {
  ASSERT_OK(SetTitle(north_, "first"));
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot early, Create(north_, "early"));
  ASSERT_OK(SetTitle(north_, "second"));
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot same,
                       Create(north_, "same", "early"));
  EXPECT_EQ(same.body().identity(), early.body().identity());
  EXPECT_TRUE(Verify(north_, Name("same"))->valid());
}

TEST_F(SnapshotServiceTest, RefusesWhatIsNoNewSnapshot) {
  ASSERT_OK(Create(north_, "spring"));
  const auto again = Create(north_, "spring");
  EXPECT_EQ(Summary(again), "ALREADY_EXISTS RECORD_EXISTS");
  EXPECT_THAT(std::string(again.status().message()),
              HasSubstr("a snapshot never changes; choose another name"));
  EXPECT_EQ(Summary(Create(north_, "Spring")),
            "INVALID_ARGUMENT INVALID_FIELD snapshotId");
  EXPECT_EQ(Summary(Create(north_, "next", "nobody")),
            "NOT_FOUND SNAPSHOT_NOT_FOUND");
  EXPECT_EQ(Summary(Get(north_, "registries/nsclc/trials/t")),
            "INVALID_ARGUMENT INVALID_FIELD name");
  EXPECT_EQ(Summary(Verify(north_, Name("nobody"))),
            "NOT_FOUND SNAPSHOT_NOT_FOUND");
}

TEST_F(SnapshotServiceTest, CannotVerifyWhatIsNotHeld) {
  ASSERT_OK(SetTitle(south_, "not synced"));
  v1::CreateSnapshotRequest request;
  const auto here = v1::SnapshotService::NewStub(south_.channel());
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot snapshot, Create(south_, "ahead"));
  EXPECT_EQ(Summary(TitleAt(north_, snapshot.body().frontier())),
            "FAILED_PRECONDITION FRONTIER_NOT_HELD");
}

}  // namespace
}  // namespace consilium
