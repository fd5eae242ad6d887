#include "storage/merge/record_state.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const FieldPath kTitle{2, MergeKind::kRegister, ""};
const FieldPath kEstimate{7, MergeKind::kKeyed, "pfs"};

Dot D(char replica, int64_t sequence) {
  return {*ReplicaId::FromBytes(std::string(16, replica)), sequence};
}

Assignment A(const FieldPath& path, const Dot& dot, std::string value,
             int64_t revision = 0) {
  Assignment assignment;
  assignment.path = path;
  assignment.dot = dot;
  assignment.clock = dot.sequence;
  assignment.revision = revision;
  assignment.value = std::move(value);
  return assignment;
}

std::vector<std::string> Values(const RecordState& state) {
  std::vector<std::string> values;
  for (const Assignment& assignment : state.visible()) {
    values.push_back(assignment.value);
  }
  return values;
}

TEST(RecordStateTest, ShowsWhatNothingSupersedes) {
  RecordState state;
  EXPECT_TRUE(state.empty());
  const auto effect = state.Apply(A(kTitle, D('a', 1), "x"), {});
  EXPECT_THAT(effect.displaced, IsEmpty());
  EXPECT_FALSE(effect.concurrent);
  EXPECT_THAT(Values(state), ElementsAre("x"));
  EXPECT_THAT(state.At(kTitle), SizeIs(1));
  EXPECT_THAT(state.At(kEstimate), IsEmpty());
}

TEST(RecordStateTest, AnUpdateTakesTheOldValueOutOfSight) {
  RecordState state;
  state.Apply(A(kTitle, D('a', 1), "x", 1), {});
  const auto effect = state.Apply(A(kTitle, D('b', 1), "y", 5), {D('a', 1)});
  EXPECT_THAT(Values(state), ElementsAre("y"));
  EXPECT_FALSE(effect.concurrent);
  ASSERT_THAT(effect.displaced, SizeIs(1));
  EXPECT_EQ(effect.displaced[0].assignment.value, "x");
  EXPECT_EQ(effect.displaced[0].assignment.dot, D('a', 1));
  EXPECT_THAT(effect.displaced[0].superseders,
              ElementsAre(Superseder{D('b', 1), 5}));
}

TEST(RecordStateTest, ConcurrentValuesStayInTheOrderOfTheirDots) {
  RecordState state;
  EXPECT_FALSE(state.Apply(A(kTitle, D('b', 1), "b"), {}).concurrent);
  EXPECT_TRUE(state.Apply(A(kTitle, D('c', 1), "c"), {}).concurrent);
  EXPECT_TRUE(state.Apply(A(kTitle, D('a', 1), "a"), {}).concurrent);
  EXPECT_THAT(Values(state), ElementsAre("a", "b", "c"));
}

TEST(RecordStateTest, AnAdjudicationSupersedesAllThatItNames) {
  RecordState state;
  for (const char replica : {'a', 'b', 'c'}) {
    state.Apply(A(kTitle, D(replica, 1), std::string(1, replica)), {});
  }
  const auto effect = state.Apply(A(kTitle, D('b', 2), "settled"),
                                  {D('a', 1), D('b', 1), D('c', 1)});
  EXPECT_THAT(effect.displaced, SizeIs(3));
  EXPECT_FALSE(effect.concurrent);
  EXPECT_THAT(Values(state), ElementsAre("settled"));
}

TEST(RecordStateTest, WhatAnotherSupersededBeforeGainsASuperseder) {
  RecordState state;
  state.Apply(A(kTitle, D('a', 1), "x"), {});
  state.Apply(A(kTitle, D('b', 1), "y"), {D('a', 1)});
  const auto effect = state.Apply(A(kTitle, D('c', 1), "z"), {D('a', 1)});
  EXPECT_THAT(effect.displaced, IsEmpty());
  EXPECT_THAT(effect.superseded_before, ElementsAre(D('a', 1)));
  EXPECT_TRUE(effect.concurrent);
  EXPECT_THAT(Values(state), ElementsAre("y", "z"));
}

TEST(RecordStateTest, AnAbsentValueIsKeptLikeAnyOther) {
  RecordState state;
  state.Apply(A(kTitle, D('a', 1), "x"), {});
  state.Apply(A(kTitle, D('a', 2), ""), {D('a', 1)});
  EXPECT_THAT(Values(state), ElementsAre(""));
}

TEST(RecordStateTest, PathsDoNotTouchEachOther) {
  RecordState state;
  state.Apply(A(kEstimate, D('a', 1), "e"), {});
  state.Apply(A(kTitle, D('a', 1), "t"), {});
  // A dot names one assignment of each path.
  state.Apply(A(kTitle, D('a', 2), "u"), {D('a', 1)});
  EXPECT_THAT(Values(state), ElementsAre("u", "e"));
  std::vector<size_t> siblings;
  state.ForEachPath([&](absl::Span<const Assignment> all) {
    siblings.push_back(all.size());
  });
  EXPECT_THAT(siblings, ElementsAre(1, 1));
}

TEST(FoldAtTest, FindsAnEarlierVersionInPresentAndHistory) {
  RecordState state;
  std::vector<SupersededAssignment> history;
  const auto apply = [&](Assignment assignment, std::vector<Dot> superseded) {
    const auto effect = state.Apply(std::move(assignment), superseded);
    history.insert(history.end(), effect.displaced.begin(),
                   effect.displaced.end());
  };
  apply(A(kTitle, D('a', 1), "x", 1), {});
  apply(A(kTitle, D('b', 1), "y", 2), {D('a', 1)});
  apply(A(kTitle, D('b', 2), "z", 3), {D('b', 1)});
  const auto at_revision = [&](int64_t revision) {
    return Values(FoldAt(state, history, [&](const Dot&, int64_t applied) {
      return applied <= revision;
    }));
  };
  EXPECT_THAT(at_revision(0), IsEmpty());
  EXPECT_THAT(at_revision(1), ElementsAre("x"));
  EXPECT_THAT(at_revision(2), ElementsAre("y"));
  EXPECT_THAT(at_revision(3), ElementsAre("z"));
}

}  // namespace
}  // namespace consilium
