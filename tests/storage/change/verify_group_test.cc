// What VerifyGroup accepts, and the ways a group can be wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/errors.h"
#include "storage/change/change.h"
#include "tests/storage/change/sample_changes.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

constexpr auto kDamage = absl::StatusCode::kDataLoss;

// Changes 2, 3 and 4 of the sample replica, as one group behind change 1.
struct Group {
  Group() {
    for (int64_t sequence = 2; sequence <= 4; ++sequence) {
      Add(SampleDraft(sequence, sequence == 2 ? previous : built.back().hash));
    }
    Seal();
  }

  void Add(const ChangeDraft& draft) { built.push_back(Build(draft)); }

  void Seal() {
    Dot dot{SampleReplica(), static_cast<int64_t>(built.size()) + 1};
    seal = SealChange(SampleKey(), SampleRegistry(), dot, built.back().hash);
  }

  absl::Status Verify() const {
    std::vector<ParsedChange> changes;
    for (const BuiltChange& change : built) {
      changes.push_back(MustParse(change.bytes));
    }
    return VerifyGroup(changes, seal, registry, previous, key);
  }

  std::string previous = std::string(32, 'P');
  std::vector<BuiltChange> built;
  stored::v1::Seal seal;
  std::string registry = SampleRegistry();
  std::string key = SampleKey().public_key();
};

TEST(VerifyGroup, AcceptsAChainUnderItsSeal) { EXPECT_OK(Group().Verify()); }

TEST(VerifyGroup, AcceptsWithheldValues) {
  Group group;
  group.built[1].bytes = Withhold(group.built[1]);
  EXPECT_OK(group.Verify());
}

TEST(VerifyGroup, RefusesNothingAtAll) {
  Group group;
  group.built.clear();
  EXPECT_THAT(group.Verify(), StatusIs(kDamage));
}

TEST(VerifyGroup, RefusesAGap) {
  Group group;
  group.built.erase(group.built.begin() + 1);
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("sequence 3")));
}

TEST(VerifyGroup, RefusesAGapInTheChainAlone) {
  // The numbers go on, but the hashes skip a change.
  Group group;
  group.built[2] = Build(SampleDraft(4, group.built[0].hash));
  group.Seal();
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("before it")));
}

TEST(VerifyGroup, RefusesAnotherOrder) {
  Group group;
  std::swap(group.built[0], group.built[1]);
  EXPECT_THAT(group.Verify(), StatusIs(kDamage));
}

TEST(VerifyGroup, RefusesARepeatedChange) {
  Group group;
  group.built.insert(group.built.begin(), group.built.front());
  EXPECT_THAT(group.Verify(), StatusIs(kDamage));
}

TEST(VerifyGroup, RefusesAChangeTooFew) {
  Group group;
  group.built.pop_back();
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("seal")));
}

TEST(VerifyGroup, RefusesAChangeBehindTheSeal) {
  Group group;
  group.Add(SampleDraft(5, group.built.back().hash));
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("seal")));
}

TEST(VerifyGroup, RefusesAnotherPreviousHash) {
  Group group;
  group.previous = std::string(32, 'Q');
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("before it")));
  group.previous = "";
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("before it")));
}

TEST(VerifyGroup, RefusesAnotherRegistry) {
  Group group;
  group.registry = std::string(32, 'H');
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("registry")));
}

TEST(VerifyGroup, RefusesAnotherReplicasKey) {
  Group group;
  group.key = KeyOf('z').public_key();
  EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("another replica")));
  group.key = "";
  EXPECT_THAT(group.Verify(), StatusIs(kDamage));
}

TEST(VerifyGroup, RefusesAWrongSeal) {
  const Group good;
  const Dot last = {SampleReplica(), 4};
  const std::string& hash = good.built.back().hash;
  const stored::v1::Seal seals[] = {
      stored::v1::Seal(),
      SealChange(KeyOf('z'), good.registry, last, hash),
      SealChange(SampleKey(), std::string(32, 'H'), last, hash),
      SealChange(SampleKey(), good.registry, {last.replica, 5}, hash),
      SealChange(SampleKey(), good.registry, {Replica('x'), 4}, hash),
      SealChange(SampleKey(), good.registry, last, good.built[1].hash),
  };
  for (const stored::v1::Seal& seal : seals) {
    Group group;
    group.seal = seal;
    EXPECT_THAT(group.Verify(), StatusIs(kDamage, HasSubstr("seal")));
  }
}

TEST(VerifyGroup, AcceptsTheGenesisGroup) {
  const GenesisSample sample;
  std::vector<ParsedChange> changes;
  const BuiltChange first = Build(sample.draft);
  const std::string registry = RegistryIdOf(first.hash);
  changes.push_back(MustParse(first.bytes));
  ChangeDraft draft = SampleDraft(2, first.hash);
  draft.registry_id = registry;
  const BuiltChange second = Build(draft);
  changes.push_back(MustParse(second.bytes));
  const auto seal = SealChange(SampleKey(), registry, draft.dot, second.hash);
  EXPECT_OK(
      VerifyGroup(changes, seal, registry, "", sample.opening.replica_key()));
  EXPECT_THAT(VerifyGroup(changes, seal, SampleRegistry(), "",
                          sample.opening.replica_key()),
              StatusIs(kDamage, HasSubstr("registry")));
}

TEST(VerifyGroup, TellsInadmissibleFromDamaged) {
  Group group;
  ChangeDraft draft = SampleDraft(3, group.built[0].hash);
  std::swap(draft.records[0], draft.records[1]);
  group.built[1] = Build(draft);
  group.built[2] = Build(SampleDraft(4, group.built[1].hash));
  // While the seal is wrong, nobody can say whose fault it is.
  EXPECT_THAT(group.Verify(), StatusIs(kDamage));
  group.Seal();
  EXPECT_THAT(group.Verify(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(GetErrorReason(group.Verify()), "CHANGE_INADMISSIBLE");
}

}  // namespace
}  // namespace consilium
