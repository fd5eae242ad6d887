#include "storage/merge/path_view.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

const FieldPath kTitle{2, MergeKind::kRegister, ""};
const FieldPath kKeyword{6, MergeKind::kSet, "lung"};
const FieldPath kEstimate{7, MergeKind::kKeyed, "pfs"};

ReplicaId Replica(char name) {
  return *ReplicaId::FromBytes(std::string(16, name));
}

// Replicas "a" and "b" are north's, "c" and "d" south's.
absl::string_view InstitutionOfReplica(const ReplicaId& replica) {
  return replica.bytes()[0] <= 'b' ? "north" : "south";
}

Assignment A(const FieldPath& path, char replica, std::string value,
             int64_t clock = 1) {
  Assignment assignment;
  assignment.path = path;
  assignment.dot = {Replica(replica), 1};
  assignment.clock = clock;
  assignment.value = std::move(value);
  return assignment;
}

Assignment Erased(Assignment assignment) {
  assignment.value.clear();
  assignment.erased = true;
  return assignment;
}

struct ViewCase {
  std::string name;
  std::vector<Assignment> siblings;
  char provisional;  // Its replica.
  bool conflict;
  bool agreement;
};

class ViewPathTest : public testing::TestWithParam<ViewCase> {};

TEST_P(ViewPathTest, JudgesSiblings) {
  const ViewCase& c = GetParam();
  const PathView view = ViewPath(c.siblings, InstitutionOfReplica);
  ASSERT_NE(view.provisional, nullptr);
  EXPECT_EQ(view.provisional->dot.replica, Replica(c.provisional));
  EXPECT_EQ(view.conflict, c.conflict);
  EXPECT_EQ(view.agreement, c.agreement);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ViewPathTest,
    testing::ValuesIn(std::vector<ViewCase>{
        {"One", {A(kTitle, 'a', "x")}, 'a', false, false},
        {"Differ",
         {A(kTitle, 'a', "x"), A(kTitle, 'c', "y")},
         'c',
         true,
         false},
        {"TheHigherClockIsShown",
         {A(kTitle, 'a', "x", 9), A(kTitle, 'c', "y", 8)},
         'a',
         true,
         false},
        {"TwoInstitutionsAgree",
         {A(kTitle, 'a', "x"), A(kTitle, 'c', "x")},
         'c',
         false,
         true},
        {"OneInstitutionTwiceIsNoAgreement",
         {A(kTitle, 'a', "x"), A(kTitle, 'b', "x")},
         'b',
         false,
         false},
        {"OneInstitutionMayContradictItself",
         {A(kTitle, 'a', "x"), A(kTitle, 'b', "y")},
         'b',
         true,
         false},
        {"ConflictAndAgreementAtOnce",
         {A(kTitle, 'a', "x"), A(kTitle, 'b', "y"), A(kTitle, 'c', "x")},
         'c',
         true,
         true},
        {"AbsentAgainstAValue",
         {A(kTitle, 'a', "x"), A(kTitle, 'c', "")},
         'c',
         true,
         false},
        {"AbsentTwiceIsNoAgreement",
         {A(kTitle, 'a', ""), A(kTitle, 'c', "")},
         'c',
         false,
         false},
        {"AKeyedElementRemovedAndEdited",
         {A(kEstimate, 'a', "x"), A(kEstimate, 'c', "")},
         'c',
         true,
         false},
        {"InASetAnAddBeatsARemove",
         {A(kKeyword, 'a', "lung"), A(kKeyword, 'c', "", 9)},
         'a',
         false,
         false},
        {"InASetTwoAddsAgreeBesideARemove",
         {A(kKeyword, 'a', "lung"), A(kKeyword, 'b', "", 9),
          A(kKeyword, 'c', "lung")},
         'c',
         false,
         true},
        {"InASetTwoRemovesAreAbsent",
         {A(kKeyword, 'a', ""), A(kKeyword, 'c', "")},
         'c',
         false,
         false},
        {"AnErasedValueEqualsOnlyItself",
         {Erased(A(kTitle, 'a', "x")), Erased(A(kTitle, 'c', "x"))},
         'c',
         true,
         false},
    }),
    [](const testing::TestParamInfo<ViewCase>& info) {
      return info.param.name;
    });

TEST(ViewPathTest, SourcesAreNotCompared) {
  Assignment a = A(kTitle, 'a', "x");
  Assignment c = A(kTitle, 'c', "x");
  a.source = "table 2";
  c.source = "abstract";
  const PathView view =
      ViewPath(std::vector<Assignment>{a, c}, InstitutionOfReplica);
  EXPECT_FALSE(view.conflict);
  EXPECT_TRUE(view.agreement);
}

TEST(LifecyclePathTest, ValuesAreEncodedRecordsWithOnlyTheirLifecycle) {
  v1::Trial trial;
  trial.set_lifecycle(v1::LIFECYCLE_LIVE);
  EXPECT_EQ(LiveValue(), trial.SerializeAsString());
  trial.set_lifecycle(v1::LIFECYCLE_RETRACTED);
  EXPECT_EQ(RetractedValue(), trial.SerializeAsString());
}

Assignment Live(char replica) {
  return A(LifecyclePath(), replica, std::string(LiveValue()));
}

Assignment Retracted(char replica, std::vector<Dot> covered) {
  Assignment assignment =
      A(LifecyclePath(), replica, std::string(RetractedValue()));
  assignment.covered = std::move(covered);
  return assignment;
}

struct LifecycleCase {
  std::string name;
  std::vector<Assignment> visible;
  bool retracted;
  bool conflict;
};

class ViewLifecycleTest : public testing::TestWithParam<LifecycleCase> {};

TEST_P(ViewLifecycleTest, JudgesARecord) {
  std::vector<Assignment> visible = GetParam().visible;
  std::sort(visible.begin(), visible.end(),
            [](const Assignment& a, const Assignment& b) {
              return std::tie(a.path, a.dot) < std::tie(b.path, b.dot);
            });
  const LifecycleView view = ViewLifecycle(RecordState(visible));
  EXPECT_EQ(view.retracted, GetParam().retracted);
  EXPECT_EQ(view.conflict, GetParam().conflict);
}

const Dot kA{Replica('a'), 1};
const Dot kC{Replica('c'), 1};

INSTANTIATE_TEST_SUITE_P(
    Cases, ViewLifecycleTest,
    testing::ValuesIn(std::vector<LifecycleCase>{
        {"Live", {Live('a'), A(kTitle, 'a', "x")}, false, false},
        {"LiveTwice", {Live('a'), Live('c')}, false, false},
        {"Retracted", {Retracted('a', {kA}), A(kTitle, 'a', "x")}, true, false},
        {"RetractedWithoutContent", {Retracted('a', {})}, true, false},
        {"EditedWithoutKnowing",
         {Retracted('a', {kA}), A(kTitle, 'a', "x"), A(kTitle, 'c', "y")},
         false,
         true},
        {"RetractedTwiceEachCoversAPart",
         {Retracted('a', {kA}), Retracted('c', {kC}), A(kTitle, 'a', "x"),
          A(kTitle, 'c', "y")},
         true,
         false},
        {"RetractedAndLive",
         {Retracted('a', {kA}), Live('c'), A(kTitle, 'a', "x")},
         false,
         true},
        {"NoLifecycleAtAll", {A(kTitle, 'a', "x")}, false, false},
    }),
    [](const testing::TestParamInfo<LifecycleCase>& info) {
      return info.param.name;
    });

}  // namespace
}  // namespace consilium
