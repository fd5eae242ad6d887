// Authentic changes that break a rule: every replica sets them aside alike,
// with what rests on them, and applies the rest.
#include "storage/registry/admission.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/registry/replica_fixture.h"

namespace consilium {
namespace {

using ::testing::SizeIs;
using ::testing::TestWithParam;

constexpr char kTrial[] = "trials/nct1";

// What the next change of `author` would be if it titled the trial anew.
ChangeDraft NextChange(Institution& author) {
  const RegistryHead& head = *author.store().head();
  const ReplicaHead& own = head.replicas.at(author.replica());
  ChangeDraft draft;
  draft.registry_id = head.registry_id;
  draft.dot = {author.replica(), own.sequence + 1};
  draft.previous_hash = own.hash;
  draft.logical_clock = head.clock + 1;
  AssignmentDraft title{
      TitlePath(), Values(kTrial, "title: 'Crafted'")[0].value, "", {}};
  for (const Assignment& sibling : author.Siblings(kTrial, TitlePath())) {
    title.superseded.push_back(sibling.dot);
  }
  draft.records.push_back({kTrial, {title}, {}});
  return draft;
}

stored::v1::SealedGroup Seal(Institution& author, const ChangeDraft& draft) {
  const BuiltChange built = BuildChange(draft);
  stored::v1::SealedGroup group;
  *group.add_changes() = built.bytes;
  *group.mutable_seal() = SealChange(author.replica_key(), draft.registry_id,
                                     draft.dot, built.hash);
  return group;
}

struct BrokenRule {
  std::string name;
  std::string reason;
  // `known` and `other` are changes of north; south, the author, knows the
  // first of them only.
  std::function<void(ChangeDraft&, const Frontier& other,
                     const Frontier& known)>
      mutate;
};

class AdmissionTest : public TestWithParam<BrokenRule> {
 protected:
  // All know the trial; south wrote the last title.
  AdmissionTest() {
    north_.Found();
    south_.JoinFrom(north_);
    west_.JoinFrom(north_);
    EXPECT_OK(north_.State(kTrial, "title: 'Draft'"));
    EXPECT_OK(south_.Pull(north_));
    EXPECT_OK(south_.State(kTrial, "title: 'South'"));
    EXPECT_OK(north_.Pull(south_));
    EXPECT_OK(north_.State("trials/unknown", "title: 'To north alone'"));
  }

  Institution north_{"north"};
  Institution south_{"south"};
  Institution west_{"west"};
};

TEST_F(AdmissionTest, TheCraftedChangeIsOtherwiseSound) {
  stored::v1::GroupList groups;
  *groups.add_groups() = Seal(south_, NextChange(south_));
  const auto merged = north_.Merge(groups);
  ASSERT_OK(merged);
  EXPECT_EQ(merged->applied_changes, 1);
  EXPECT_EQ(north_.Title(kTrial), "Crafted");
}

TEST_P(AdmissionTest, IsSetAsideAndTheRestIsApplied) {
  ChangeDraft draft = NextChange(south_);
  Frontier other;
  const ReplicaHead& north =
      north_.store().head()->replicas.at(north_.replica());
  other.Advance(north_.replica(), north.sequence, north.hash);
  Frontier known;
  const auto view = north_.store().OpenView(Version::Latest());
  known.Advance(north_.replica(), 1,
                (*view)->GetChange({north_.replica(), 1})->hash);
  GetParam().mutate(draft, other, known);
  // West writes something that does not rest on it.
  ASSERT_OK(west_.State("trials/west", "title: 'West'"));

  stored::v1::GroupList groups;
  *groups.add_groups() = Seal(south_, draft);
  groups.MergeFrom(north_.GroupsFrom(west_));
  const auto merged = north_.Merge(groups);
  ASSERT_OK(merged);
  ASSERT_THAT(merged->set_aside, SizeIs(1));
  EXPECT_EQ(merged->set_aside[0].reason, GetParam().reason)
      << merged->set_aside[0].message;
  EXPECT_TRUE(north_.Exists("trials/west"));
  EXPECT_EQ(north_.Title(kTrial), "South");

  // The same again gets the same answer.
  const auto again = north_.Merge(groups);
  ASSERT_OK(again);
  EXPECT_EQ(again->set_aside[0].reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, AdmissionTest,
    ::testing::Values(
        BrokenRule{"ClockAhead", "CHANGE_CLOCK_WRONG",
                   [](ChangeDraft& draft, const Frontier&, const Frontier&) {
                     draft.logical_clock += 5;
                   }},
        BrokenRule{
            "SupersedesOutsideItsPast", "CHANGE_SUPERSEDES_UNKNOWN",
            [](ChangeDraft& draft, const Frontier& other, const Frontier&) {
              const auto& [replica, entry] = *other.entries().begin();
              draft.records[0].assignments[0].superseded = {
                  {replica, entry.sequence}};
            }},
        BrokenRule{"SupersedesWhatAssignedAnotherPath",
                   "CHANGE_SUPERSEDES_NOTHING",
                   [](ChangeDraft& draft, const Frontier&, const Frontier&) {
                     draft.records[0].name = "trials/other";
                   }},
        BrokenRule{
            "IndependentOverAnother", "CHANGE_NOT_INDEPENDENT",
            [](ChangeDraft& draft, const Frontier& other, const Frontier&) {
              draft.mode = stored::v1::CHANGE_MODE_INDEPENDENT;
              draft.records[0].assignments[0].superseded = {
                  {other.entries().begin()->first, 2}};
            }},
        BrokenRule{
            "CoversOutsideItsPast", "CHANGE_COVERS_UNKNOWN",
            [](ChangeDraft& draft, const Frontier& other, const Frontier&) {
              const auto& [replica, entry] = *other.entries().begin();
              draft.records[0].covered = {{replica, entry.sequence}};
            }},
        BrokenRule{"KnownDependency", "CHANGE_DEPENDENCY_STALE",
                   [](ChangeDraft& draft, const Frontier&,
                      const Frontier& known) { draft.dependencies = known; }},
        BrokenRule{"NameThatIsNone", "CHANGE_NAME_INVALID",
                   [](ChangeDraft& draft, const Frontier&, const Frontier&) {
                     draft.records[0].name = "Trials/NCT 1";
                     draft.records[0].assignments[0].superseded.clear();
                   }},
        BrokenRule{"ValueOfAnotherField", "CHANGE_VALUE_INVALID",
                   [](ChangeDraft& draft, const Frontier&, const Frontier&) {
                     draft.records[0].assignments[0].value =
                         Values(kTrial, "acronym: 'A'")[0].value;
                   }},
        BrokenRule{"UnknownMode", "CHANGE_INADMISSIBLE",
                   [](ChangeDraft& draft, const Frontier&, const Frontier&) {
                     draft.mode = static_cast<stored::v1::ChangeMode>(9);
                   }}),
    [](const auto& info) { return info.param.name; });

TEST_F(AdmissionTest, WhatRestsOnIsSetAsideTooAlsoInLaterBatches) {
  ChangeDraft bad = NextChange(south_);
  bad.logical_clock += 5;
  const BuiltChange built = BuildChange(bad);
  stored::v1::GroupList first;
  *first.add_groups() = Seal(south_, bad);
  ASSERT_OK(north_.Merge(first));

  // South goes on after it.
  ChangeDraft next = NextChange(south_);
  next.dot.sequence = bad.dot.sequence + 1;
  next.previous_hash = built.hash;
  next.logical_clock = bad.logical_clock + 1;
  stored::v1::GroupList second;
  *second.add_groups() = Seal(south_, next);
  const auto later = north_.Merge(second);
  ASSERT_OK(later);
  ASSERT_THAT(later->set_aside, SizeIs(1));
  EXPECT_EQ(later->set_aside[0].reason, "EARLIER_CHANGE_SET_ASIDE");

  // West wrote upon it.
  ASSERT_OK(west_.Pull(south_));
  ASSERT_OK(west_.State("trials/west", "title: 'West'"));
  ChangeDraft rests = NextChange(west_);
  rests.dependencies.Advance(bad.dot.replica, bad.dot.sequence, built.hash);
  stored::v1::GroupList third = north_.GroupsFrom(west_);
  *third.add_groups() = Seal(west_, rests);
  // Only what west sealed is set aside.
  stored::v1::GroupList forged = third;
  forged.mutable_groups(1)->mutable_seal()->mutable_signature()->at(0) ^= 1;
  EXPECT_THAT(north_.Merge(forged), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_FALSE(north_.Exists("trials/west"));
  const auto dependent = north_.Merge(third);
  ASSERT_OK(dependent);
  ASSERT_THAT(dependent->set_aside, SizeIs(1));
  EXPECT_EQ(dependent->set_aside[0].reason, "DEPENDENCY_SET_ASIDE");
  EXPECT_TRUE(north_.Exists("trials/west"));
}

TEST_F(AdmissionTest, AWrongSealRefusesTheBatchWhole) {
  stored::v1::SealedGroup group = Seal(south_, NextChange(south_));
  std::string& signature = *group.mutable_seal()->mutable_signature();
  signature[10] = static_cast<char>(signature[10] ^ 1);
  ASSERT_OK(west_.State("trials/west", "title: 'West'"));
  stored::v1::GroupList groups = north_.GroupsFrom(west_);
  *groups.add_groups() = group;
  EXPECT_THAT(north_.Merge(groups), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_FALSE(north_.Exists("trials/west"));
}

TEST_F(AdmissionTest, EveryFlippedByteOfABatchIsRefusedOrChangesNothing) {
  stored::v1::GroupList groups;
  *groups.add_groups() = Seal(south_, NextChange(south_));
  const std::string bytes = groups.SerializeAsString();
  const std::string digest = north_.digest();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x04);
    stored::v1::GroupList parsed;
    if (!parsed.ParseFromString(damaged)) continue;
    const auto merged = north_.Merge(parsed);
    EXPECT_TRUE(!merged.ok() || merged->applied_changes == 0) << "byte " << i;
    EXPECT_EQ(north_.digest(), digest) << "byte " << i;
  }
}

}  // namespace
}  // namespace consilium
