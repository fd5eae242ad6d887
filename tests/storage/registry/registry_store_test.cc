#include "storage/registry/registry_store.h"

#include <future>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/storage/registry/replica_fixture.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Effect = RecordOutcome::Effect;

constexpr char kTrial[] = "trials/nct1";

// North founded the registry; south joined it.
class RegistryStoreTest : public ::testing::Test {
 protected:
  RegistryStoreTest() {
    north_.Found();
    south_.JoinFrom(north_);
  }

  // Both hold the trial, and then title it differently without meeting.
  void MakeConflict() {
    ASSERT_OK(north_.State(kTrial, "title: 'Draft'"));
    Sync(north_, south_);
    ASSERT_OK(north_.State(kTrial, "title: 'North'"));
    ASSERT_OK(south_.State(kTrial, "title: 'South'"));
    Sync(north_, south_);
  }

  void ExpectEqual() {
    EXPECT_EQ(north_.frontier(), south_.frontier());
    EXPECT_EQ(north_.digest(), south_.digest());
    EXPECT_EQ(north_.store().head()->conflicts,
              south_.store().head()->conflicts);
    EXPECT_EQ(north_.store().head()->agreements,
              south_.store().head()->agreements);
  }

  Institution north_{"north"};
  Institution south_{"south"};
};

TEST_F(RegistryStoreTest, FoundingMakesTheFirstRecordsReadable) {
  EXPECT_EQ(north_.revision(), 1);
  EXPECT_EQ(north_.store().head()->registry_id.size(), kHashSizeBytes);
  EXPECT_TRUE(north_.Exists("registry"));
  EXPECT_EQ(south_.store().head()->registry_id,
            north_.store().head()->registry_id);
  ExpectEqual();
}

TEST_F(RegistryStoreTest, StatingARecordCreatesItOnce) {
  const auto created = north_.State(kTrial, "title: 'SINDAS' acronym: 'S'");
  ASSERT_OK(created);
  EXPECT_EQ(created->records.front().effect, Effect::kCreated);
  EXPECT_EQ(north_.Title(kTrial), "SINDAS");

  const auto again = north_.State(kTrial, "title: 'SINDAS'");
  ASSERT_OK(again);
  EXPECT_EQ(again->records.front().effect, Effect::kUnchanged);
  EXPECT_EQ(again->dot.sequence, 0);
  EXPECT_EQ(again->revision, created->revision);
}

TEST_F(RegistryStoreTest, AnUpdateAssignsOnlyWhatDiffers) {
  ASSERT_OK(north_.State(kTrial, "title: 'A' acronym: 'X'"));
  const auto updated = north_.State(kTrial, "title: 'B' acronym: 'X'");
  ASSERT_OK(updated);
  EXPECT_THAT(updated->records.front().paths, ElementsAre(TitlePath()));
  EXPECT_EQ(north_.Title(kTrial), "B");
}

TEST_F(RegistryStoreTest, ACorrectedSourceOfAnOwnValueIsAChange) {
  ChangeRequest first = Statement(kTrial, "title: 'A'");
  std::get<FieldStatements>(first.records[0].what).values[0].source = "p. 1";
  ASSERT_OK(north_.Commit(first));
  Sync(north_, south_);
  ChangeRequest corrected = first;
  std::get<FieldStatements>(corrected.records[0].what).values[0].source =
      "p. 2";
  // South did not enter the value; it has nothing to correct.
  EXPECT_EQ(south_.Commit(corrected)->dot.sequence, 0);
  EXPECT_GT(north_.Commit(corrected)->dot.sequence, 0);
  EXPECT_THAT(north_.Siblings(kTrial, TitlePath()), SizeIs(1));
}

TEST_F(RegistryStoreTest, AStaleEtagIsRefusedAndNamesTheCurrentOne) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  const std::string etag = north_.Read(kTrial).Etag();
  ASSERT_OK(north_.State(kTrial, "title: 'B'"));
  ChangeRequest request = Statement(kTrial, "title: 'C'");
  request.records[0].etag = etag;
  const auto refused = north_.Commit(request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(GetErrorInfo(refused.status())->metadata().at("current_etag"),
            north_.Read(kTrial).Etag());
  EXPECT_EQ(north_.Title(kTrial), "B");
}

TEST_F(RegistryStoreTest, ConcurrentValuesAreKeptAndReadAlikeEverywhere) {
  MakeConflict();
  ExpectEqual();
  EXPECT_EQ(north_.store().head()->conflicts, 1);
  ASSERT_THAT(north_.Concurrent(), SizeIs(1));
  EXPECT_EQ(north_.Concurrent()[0].path, TitlePath());
  EXPECT_THAT(north_.Concurrent()[0].siblings, SizeIs(2));
  EXPECT_EQ(north_.Title(kTrial), south_.Title(kTrial));
}

TEST_F(RegistryStoreTest, APathInConflictCannotBeUpdated) {
  MakeConflict();
  const auto refused = north_.State(kTrial, "title: 'Third'");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(GetErrorReason(refused.status()), "FIELD_IN_CONFLICT");
  // Another field of the record can.
  EXPECT_OK(north_.State(kTrial, "acronym: 'X'"));
}

TEST_F(RegistryStoreTest, EverythingThatStandsInTheWayIsNamedAtOnce) {
  ASSERT_OK(north_.State("trials/gone", "title: 'Gone'"));
  ASSERT_OK(north_.State(kTrial, "title: 'A' acronym: 'A'"));
  Sync(north_, south_);
  ASSERT_OK(north_.State(kTrial, "title: 'North' acronym: 'N'"));
  ASSERT_OK(south_.State(kTrial, "title: 'South' acronym: 'S'"));
  Sync(north_, south_);

  ChangeRequest request = Statement(kTrial, "title: 'B' acronym: 'B'");
  absl::Status refused = north_.Commit(request).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(GetErrorReason(refused), "FIELD_IN_CONFLICT");
  EXPECT_THAT(GetFieldViolations(refused), SizeIs(2));

  ASSERT_OK(north_.Commit(Retract("trials/gone")));
  request.records.push_back(
      {"trials/gone", "",
       FieldStatements{.values = Values("trials/gone", "title: 'Back'")}});
  request.records.push_back(
      {"trials/gone/arms/a", "",
       FieldStatements{.values = Values("trials/gone/arms/a", "title: 'X'")}});
  request.records.push_back(
      {"trials/new", "",
       FieldStatements{.values = Values("trials/new", "title: 'New'")}});
  refused = north_.Commit(request).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(GetErrorReason(refused), "RECORDS_REFUSED");
  std::vector<std::string> fields;
  for (const FieldViolation& violation : GetFieldViolations(refused)) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields, testing::UnorderedElementsAre(
                          absl::StrCat(kTrial, ".title"),
                          absl::StrCat(kTrial, ".acronym"), "trials/gone"));
  EXPECT_FALSE(north_.Exists("trials/new"));
}

TEST_F(RegistryStoreTest, AnAdjudicationSettlesTheConflictEverywhere) {
  MakeConflict();
  const Dot take = north_.Siblings(kTrial, TitlePath())[0].dot;
  ASSERT_OK(south_.Take(kTrial, TitlePath(), take));
  EXPECT_EQ(south_.store().head()->conflicts, 0);
  Sync(north_, south_);
  ExpectEqual();
  EXPECT_EQ(north_.store().head()->conflicts, 0);
  EXPECT_THAT(north_.Concurrent(), IsEmpty());
  EXPECT_EQ(GetErrorReason(north_.Take(kTrial, TitlePath(), take).status()),
            "NOT_IN_CONFLICT");
}

TEST_F(RegistryStoreTest, AnAdjudicationOfWhatIsNoLongerShownIsRefused) {
  MakeConflict();
  Adjudication seen{.path = TitlePath()};
  for (const Assignment& sibling : north_.Siblings(kTrial, TitlePath())) {
    seen.shown.push_back(sibling.dot);
  }
  seen.take = seen.shown[0];
  // A third value arrives in between.
  ASSERT_OK(south_.StateIndependently(kTrial, "title: 'South 2'"));
  Sync(north_, south_);
  ChangeRequest request;
  request.mode = stored::v1::CHANGE_MODE_ADJUDICATION;
  request.records.push_back({kTrial, "", seen});
  EXPECT_EQ(GetErrorReason(north_.Commit(request).status()),
            "CONFLICT_CHANGED");
  EXPECT_EQ(north_.store().head()->conflicts, 1);
}

TEST_F(RegistryStoreTest, ConcurrentAdjudicationsAreANewConflict) {
  MakeConflict();
  const auto siblings = north_.Siblings(kTrial, TitlePath());
  ASSERT_OK(north_.Take(kTrial, TitlePath(), siblings[0].dot));
  ASSERT_OK(south_.Take(kTrial, TitlePath(), siblings[1].dot));
  Sync(north_, south_);
  ExpectEqual();
  EXPECT_EQ(north_.store().head()->conflicts, 1);
}

TEST_F(RegistryStoreTest, EqualIndependentExtractionsAgree) {
  ASSERT_OK(north_.State(kTrial, "title: 'Same'"));
  Sync(north_, south_);
  ASSERT_OK(south_.StateIndependently(kTrial, "title: 'Same'"));
  Sync(north_, south_);
  ExpectEqual();
  EXPECT_EQ(north_.store().head()->agreements, 1);
  EXPECT_EQ(north_.store().head()->conflicts, 0);
  EXPECT_THAT(north_.Siblings(kTrial, TitlePath()), SizeIs(2));
}

TEST_F(RegistryStoreTest, AnIndependentExtractionDisagreesWithoutOverwriting) {
  ASSERT_OK(north_.State(kTrial, "title: 'North'"));
  Sync(north_, south_);
  ASSERT_OK(south_.StateIndependently(kTrial, "title: 'South'"));
  EXPECT_EQ(south_.store().head()->conflicts, 1);
  // It supersedes what its own institution said before.
  ASSERT_OK(south_.StateIndependently(kTrial, "title: 'South 2'"));
  EXPECT_THAT(south_.Siblings(kTrial, TitlePath()), SizeIs(2));
}

TEST_F(RegistryStoreTest, ARetractionCoversWhatItSawAndNoMore) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  ASSERT_OK(north_.State("trials/nct1/arms/a", ""));
  Sync(north_, south_);
  ASSERT_OK(north_.Commit(Retract(kTrial)));
  EXPECT_TRUE(north_.Read(kTrial).retracted);
  EXPECT_TRUE(north_.Read("trials/nct1/arms/a").retracted);
  EXPECT_EQ(GetErrorReason(north_.State(kTrial, "title: 'B'").status()),
            "RECORD_RETRACTED");

  ASSERT_OK(south_.State(kTrial, "acronym: 'unseen'"));
  Sync(north_, south_);
  ExpectEqual();
  EXPECT_FALSE(north_.Read(kTrial).retracted);
  EXPECT_TRUE(north_.Read(kTrial).lifecycle_conflict);
  EXPECT_EQ(north_.store().head()->conflicts, 1);
}

TEST_F(RegistryStoreTest, AChildThatARetractionDidNotSeeKeepsItsParentLive) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  Sync(north_, south_);
  ASSERT_OK(north_.Commit(Retract(kTrial)));
  ASSERT_OK(south_.State("trials/nct1/arms/late", ""));
  Sync(north_, south_);
  ExpectEqual();
  for (Institution* each : {&north_, &south_}) {
    EXPECT_FALSE(each->Read(kTrial).retracted);
    EXPECT_TRUE(each->Read(kTrial).lifecycle_conflict);
    EXPECT_EQ(each->store().head()->counts.at("trials").live, 1);
  }
}

TEST_F(RegistryStoreTest, ARestorationBringsBackWhatWentTogether) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  ASSERT_OK(north_.State("trials/nct1/arms/a", ""));
  ASSERT_OK(north_.State("trials/nct1/arms/b", ""));
  ASSERT_OK(north_.Commit(Retract("trials/nct1/arms/b")));
  ASSERT_OK(north_.Commit(Retract(kTrial)));
  ASSERT_OK(north_.Commit(Restore(kTrial)));
  EXPECT_FALSE(north_.Read(kTrial).retracted);
  EXPECT_FALSE(north_.Read("trials/nct1/arms/a").retracted);
  EXPECT_TRUE(north_.Read("trials/nct1/arms/b").retracted);
}

TEST_F(RegistryStoreTest, AnyPastVersionReadsTheSameOnBothSides) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  const Frontier first = north_.frontier();
  const int64_t first_revision = north_.revision();
  ASSERT_OK(north_.State(kTrial, "title: 'B'"));
  ASSERT_OK(north_.State("trials/nct2", "title: 'Second'"));
  Sync(north_, south_);
  EXPECT_EQ(north_.Title(kTrial, Version::AtRevision(first_revision)), "A");
  // South never stood at that version.
  EXPECT_EQ(south_.Title(kTrial, Version::AtFrontier(first)), "A");
  EXPECT_FALSE(south_.Exists("trials/nct2", Version::AtFrontier(first)));
  EXPECT_EQ(*south_.store().DigestAt(first), *north_.store().DigestAt(first));
  // It looks whether anybody still waits for it.
  EXPECT_EQ(north_.store()
                .DigestAt(first, [] { return absl::CancelledError("gone"); })
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

TEST_F(RegistryStoreTest, AConflictThatIsSettledShowsAtTheVersionThatHadIt) {
  MakeConflict();
  const Frontier disputed = north_.frontier();
  ASSERT_OK(north_.Take(kTrial, TitlePath(),
                        north_.Siblings(kTrial, TitlePath())[0].dot));
  Institution west("west");
  west.JoinFrom(north_);  // Learns dispute and settlement in one batch.
  EXPECT_THAT(west.Concurrent(), IsEmpty());
  EXPECT_THAT(west.Concurrent(Version::AtFrontier(disputed)), SizeIs(1));
}

TEST_F(RegistryStoreTest, AFrontierThatIsNotClosedOrNotHeldIsRefused) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  EXPECT_EQ(GetErrorReason(south_.store()
                               .OpenView(Version::AtFrontier(north_.frontier()))
                               .status()),
            "FRONTIER_NOT_HELD");
  Sync(north_, south_);
  ASSERT_OK(south_.State(kTrial, "title: 'B'"));
  Frontier open;
  const ReplicaHead& own = south_.store().head()->replicas.at(south_.replica());
  open.Advance(south_.replica(), own.sequence, own.hash);
  EXPECT_EQ(GetErrorReason(
                south_.store().OpenView(Version::AtFrontier(open)).status()),
            "FRONTIER_NOT_CLOSED");
}

TEST_F(RegistryStoreTest, ReopeningFindsEverythingAsItWas) {
  MakeConflict();
  const std::string digest = north_.digest();
  const Frontier frontier = north_.frontier();
  north_.Reopen();
  EXPECT_EQ(north_.digest(), digest);
  EXPECT_EQ(north_.frontier(), frontier);
  EXPECT_EQ(north_.store().head()->conflicts, 1);
  ASSERT_OK(north_.State("trials/nct9", "title: 'After'"));
  Sync(north_, south_);
  ExpectEqual();
}

TEST_F(RegistryStoreTest, ARepeatedRequestGetsTheFirstAnswer) {
  ChangeRequest request = Statement(kTrial, "title: 'A'");
  request.request_id = "11111111-1111-4111-8111-111111111111";
  request.request_hash = "hash";
  const auto first = north_.Commit(request);
  ASSERT_OK(first);
  ASSERT_OK(north_.State(kTrial, "title: 'B'"));
  const auto again = north_.Commit(request);
  ASSERT_OK(again);
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->dot, first->dot);
  EXPECT_EQ(again->revision, first->revision);
  EXPECT_EQ(north_.Title(kTrial), "B");
  request.request_hash = "another";
  EXPECT_EQ(GetErrorReason(north_.Commit(request).status()),
            "REQUEST_ID_REUSED");
}

TEST_F(RegistryStoreTest, ValidationAloneChangesNothing) {
  ChangeRequest request = Statement(kTrial, "title: 'A'");
  request.validate_only = true;
  const auto outcome = north_.Commit(request);
  ASSERT_OK(outcome);
  EXPECT_EQ(outcome->records[0].effect, Effect::kCreated);
  EXPECT_FALSE(north_.Exists(kTrial));
}

TEST_F(RegistryStoreTest, MergingTwiceChangesNothing) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  const stored::v1::GroupList groups = south_.GroupsFrom(north_);
  ASSERT_OK(south_.Merge(groups));
  const std::string digest = south_.digest();
  const auto again = south_.Merge(groups);
  ASSERT_OK(again);
  EXPECT_EQ(again->applied_changes, 0);
  EXPECT_EQ(again->skipped_changes, 1);
  EXPECT_EQ(south_.digest(), digest);
}

TEST_F(RegistryStoreTest, AGapIsRefusedAndNamesWhatWasWanted) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  ASSERT_OK(north_.State(kTrial, "title: 'B'"));
  stored::v1::GroupList groups = south_.GroupsFrom(north_);
  groups.mutable_groups()->DeleteSubrange(0, 1);
  const auto refused = south_.Merge(groups);
  EXPECT_EQ(GetErrorReason(refused.status()), "SEQUENCE_GAP");
  EXPECT_FALSE(south_.Exists(kTrial));
}

TEST_F(RegistryStoreTest, BehindARefusedMergeOfItsSequenceNoneIsCarriedOut) {
  ASSERT_OK(north_.State(kTrial, "title: 'A'"));
  ASSERT_OK(north_.State(kTrial, "title: 'B'"));
  const stored::v1::GroupList whole = south_.GroupsFrom(north_);
  stored::v1::GroupList gap = whole;
  gap.mutable_groups()->DeleteSubrange(0, 1);
  const auto sequence = std::make_shared<MergeSequence>();
  const auto merge = [&](const stored::v1::GroupList& groups) {
    auto parsed = RegistryStore::ParseGroups(groups);
    EXPECT_OK(parsed);
    auto answer = std::make_shared<std::promise<absl::Status>>();
    south_.store().Merge(
        *std::move(parsed),
        [answer](absl::StatusOr<MergeOutcome> outcome) {
          answer->set_value(outcome.status());
        },
        sequence);
    return answer->get_future();
  };
  auto refused = merge(gap);
  auto behind = merge(whole);
  EXPECT_EQ(GetErrorReason(refused.get()), "SEQUENCE_GAP");
  EXPECT_EQ(GetErrorReason(behind.get()), "MERGE_REFUSED");
  EXPECT_FALSE(south_.Exists(kTrial));
  ASSERT_OK(south_.Merge(whole));
  EXPECT_EQ(south_.Title(kTrial), "B");
}

TEST_F(RegistryStoreTest, ChangesOfAnotherRegistryAreRefused) {
  Institution stranger("stranger");
  stranger.Found();
  ASSERT_OK(stranger.State(kTrial, "title: 'A'"));
  EXPECT_EQ(GetErrorReason(south_.Pull(stranger).status()), "OTHER_REGISTRY");
}

TEST_F(RegistryStoreTest, AForkOfAReplicaIsReported) {
  // A copy of the data goes on under the same key.
  const auto rows = north_.memory().Clone();
  RegistryDependencies dependencies = north_.Dependencies();
  const auto twin = RegistryStore::Open(
      Partition{1},
      {*rows, dependencies.rules, dependencies.clock, dependencies.institution,
       dependencies.institution_key, dependencies.replica_key});
  ASSERT_OK(twin);
  ASSERT_OK((*twin)->CommitAndWait(Statement(kTrial, "title: 'Twin'")));
  ASSERT_OK(north_.State(kTrial, "title: 'North'"));
  ASSERT_OK(south_.Pull(north_));
  stored::v1::GroupList groups;
  ASSERT_OK(
      (*twin)->ListGroupsSince(Frontier(), [&](stored::v1::SealedGroup group) {
        *groups.add_groups() = std::move(group);
        return true;
      }));
  const std::string digest = south_.digest();
  EXPECT_EQ(GetErrorReason(south_.Merge(groups).status()), "FORKED_REPLICA");
  EXPECT_EQ(south_.digest(), digest);
}

TEST_F(RegistryStoreTest, WatchersHearOfEveryCommit) {
  std::vector<int64_t> heard;
  {
    const auto handle = north_.store().Watch(
        [&](const RegistryHead& head) { heard.push_back(head.revision); });
    ASSERT_OK(north_.State(kTrial, "title: 'A'"));
    ASSERT_OK(north_.State(kTrial, "title: 'B'"));
  }
  ASSERT_OK(north_.State(kTrial, "title: 'C'"));
  EXPECT_THAT(heard, ElementsAre(2, 3));
}

TEST_F(RegistryStoreTest, HistoryShowsWhoSupersededWhat) {
  MakeConflict();
  const auto view = north_.store().OpenView(Version::Latest());
  const auto history = (*view)->History(kTrial);
  ASSERT_OK(history);
  int visible = 0;
  int superseded = 0;
  for (const HistoryEntry& entry : *history) {
    if (entry.assignment.path != TitlePath()) continue;
    visible += entry.visible;
    superseded += static_cast<int>(entry.superseders.size());
  }
  EXPECT_EQ(visible, 2);
  EXPECT_EQ(superseded, 2);  // Both titles superseded the draft.
}

// What a registry told of its commits, in a line each.
class CommitNotes final : public CommitObserver {
 public:
  void OnCommit(const CommitReport& report) override {
    EXPECT_GE(report.duration, absl::ZeroDuration());
    const bool merged = report.kind == CommitReport::Kind::kMerge;
    notes.push_back(absl::StrCat(
        report.registry, merged ? " merge " : " local ", report.change_count));
  }

  std::vector<std::string> notes;
};

TEST(CommitObserverTest, HearsOfEachDurableCommitAndOfNothingElse) {
  CommitNotes heard;
  Institution north("north");
  north.commit_observer = &heard;
  north.Found();
  Institution south("south");
  south.JoinFrom(north);
  EXPECT_OK(south.State("trials/s", "title: 'S'"));
  EXPECT_OK(south.State("trials/t", "title: 'T'"));
  EXPECT_OK(north.State("trials/n", "title: 'N'"));
  // Nothing differs, and nothing is admitted: no commit.
  EXPECT_OK(north.State("trials/n", "title: 'N'"));
  EXPECT_FALSE(north.Commit(Retract("trials/none")).ok());
  EXPECT_OK(north.Pull(south));
  EXPECT_OK(north.Pull(south));
  EXPECT_THAT(
      heard.notes,
      testing::ElementsAre("nsclc local 1", "nsclc local 1", "nsclc merge 2"));
  EXPECT_EQ(north.store().queue_length(), 0u);
}

TEST(WatcherCountTest, CountsWhoIsTold) {
  Institution north("north");
  north.Found();
  EXPECT_EQ(north.store().watcher_count(), 0u);
  {
    const auto watch = north.store().Watch([](const RegistryHead&) {});
    EXPECT_EQ(north.store().watcher_count(), 1u);
  }
  EXPECT_EQ(north.store().watcher_count(), 0u);
}

}  // namespace
}  // namespace consilium
