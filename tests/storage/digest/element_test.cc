#include "storage/digest/element.h"

#include <gtest/gtest.h>

#include "tests/storage/digest/vectors.h"

namespace consilium {
namespace {

Dot MakeDot(char replica, int64_t sequence) {
  return {*ReplicaId::FromBytes(std::string(16, replica)), sequence};
}

TEST(Element, HashesWhatThePublishedVectorsSay) {
  const auto cases = ReadVectors()["elements"].list();
  ASSERT_FALSE(cases.empty());
  for (const Vector& expected : cases) {
    ElementHasher hasher(expected["name"].text());
    for (const Vector& assignment : expected["assignments"].list()) {
      hasher.Add({static_cast<int32_t>(assignment["field"].number()),
                  static_cast<MergeKind>(assignment["kind"].number()),
                  assignment["key"].text()},
                 {*ReplicaId::FromBytes(assignment["replica"].bytes()),
                  assignment["sequence"].number()},
                 assignment["commitment"].bytes());
    }
    EXPECT_EQ(absl::BytesToHexString(hasher.Finish()),
              expected["element"].text());
  }
}

TEST(Element, TellsEveryPartOfAnAssignmentApart) {
  struct Case {
    std::string name;
    FieldPath path;
    Dot dot;
    std::string commitment;
  };
  const std::string commitment(32, 'c');
  const Case cases[] = {
      {"t", {2, MergeKind::kSet, "key"}, MakeDot('r', 7), commitment},
      {"u", {2, MergeKind::kSet, "key"}, MakeDot('r', 7), commitment},
      {"t", {3, MergeKind::kSet, "key"}, MakeDot('r', 7), commitment},
      {"t", {2, MergeKind::kKeyed, "key"}, MakeDot('r', 7), commitment},
      {"t", {2, MergeKind::kSet, "kez"}, MakeDot('r', 7), commitment},
      {"t", {2, MergeKind::kSet, "ke"}, MakeDot('r', 7), commitment},
      {"t", {2, MergeKind::kSet, "key"}, MakeDot('s', 7), commitment},
      {"t", {2, MergeKind::kSet, "key"}, MakeDot('r', 8), commitment},
      {"t", {2, MergeKind::kSet, "key"}, MakeDot('r', 7), std::string(32, 'd')},
  };
  std::set<std::string> elements;
  for (const Case& c : cases) {
    ElementHasher hasher(c.name);
    hasher.Add(c.path, c.dot, c.commitment);
    EXPECT_TRUE(elements.insert(hasher.Finish()).second);
  }
}

}  // namespace
}  // namespace consilium
