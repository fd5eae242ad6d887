#include "tests/simulation/comparison.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/merge/path_view.h"
#include "storage/schema/row_keys.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

std::string PathText(const FieldPath& path) {
  return testing::PrintToString(path);
}

// One line an assignment.
std::string TextOf(const FieldPath& path, const Dot& dot,
                   absl::string_view value, absl::string_view source,
                   absl::string_view commitment) {
  return absl::StrCat(PathText(path), " ", dot.ToString(), " ",
                      absl::CHexEscape(value), " ", absl::CHexEscape(source),
                      " ", absl::BytesToHexString(commitment), "\n");
}

std::string TextOf(const RecordState& state) {
  std::string text;
  for (const Assignment& a : state.visible()) {
    text += TextOf(a.path, a.dot, a.value, a.source, BytesOf(a.commitment));
  }
  return text;
}

std::string TextOf(const NaiveRecord& record) {
  std::string text;
  for (const auto& [path, siblings] : record.visible) {
    for (const NaiveAssignment& a : siblings) {
      text += TextOf(path, a.dot, a.value, a.source, a.commitment);
    }
  }
  return text;
}

// "trials/t0 title" of every path in conflict and in agreement.
struct ConcurrentPaths {
  std::set<std::string> conflicts;
  std::set<std::string> agreements;
};

ConcurrentPaths ConcurrentOf(const NaiveState& state) {
  ConcurrentPaths paths;
  for (const auto& [name, record] : state) {
    for (const FieldPath& path : record.conflicts) {
      paths.conflicts.insert(absl::StrCat(name, " ", PathText(path)));
    }
    for (const FieldPath& path : record.agreements) {
      paths.agreements.insert(absl::StrCat(name, " ", PathText(path)));
    }
    if (record.lifecycle_conflict) {
      paths.conflicts.insert(
          absl::StrCat(name, " ", PathText(LifecyclePath())));
    }
  }
  return paths;
}

void CompareRecord(const RegistryView& view, const RecordView& record,
                   const NaiveRecord& naive) {
  SCOPED_TRACE(record.name);
  EXPECT_EQ(TextOf(record.state), TextOf(naive));
  EXPECT_EQ(record.retracted, naive.retracted);
  EXPECT_EQ(record.lifecycle_conflict, naive.lifecycle_conflict);
  const auto institution_of = [&](const ReplicaId& replica) {
    return view.InstitutionOf(replica);
  };
  record.state.ForEachPath([&](absl::Span<const Assignment> siblings) {
    const auto it = naive.provisional.find(siblings.front().path);
    ASSERT_NE(it, naive.provisional.end());
    EXPECT_EQ(ViewPath(siblings, institution_of).provisional->dot,
              it->second.dot)
        << siblings.front().path;
  });
  std::set<std::string> conflicts;
  for (const FieldPath& path : ConflictedPaths(record, institution_of)) {
    conflicts.insert(PathText(path));
  }
  std::set<std::string> wanted;
  for (const FieldPath& path : naive.conflicts) wanted.insert(PathText(path));
  if (naive.lifecycle_conflict) wanted.insert(PathText(LifecyclePath()));
  EXPECT_EQ(conflicts, wanted);
  const auto alone = view.Get(record.name);
  ASSERT_OK(alone);
  ASSERT_TRUE(alone->has_value());
  EXPECT_EQ((**alone).element, record.element);
  EXPECT_EQ((**alone).retracted, record.retracted);
}

void CompareConcurrent(const RegistryView& view, const NaiveState& naive,
                       const KnownChanges& known) {
  ConcurrentPaths listed;
  ASSERT_OK(view.ListConcurrent({}, [&](ConcurrentPath path) {
    const std::string text = absl::StrCat(path.name, " ", PathText(path.path));
    if (path.conflict) listed.conflicts.insert(text);
    if (path.agreement) listed.agreements.insert(text);
    EXPECT_LT(path.provisional, path.siblings.size());
    for (const Assignment& a : path.siblings) {
      for (const Assignment& b : path.siblings) {
        const auto knows = view.Knows(a.dot, b.dot);
        EXPECT_TRUE(knows.ok() && *knows == known.Knows(a.dot, b.dot))
            << a.dot.ToString() << " of " << b.dot.ToString();
      }
    }
    return true;
  }));
  const ConcurrentPaths wanted = ConcurrentOf(naive);
  EXPECT_EQ(listed.conflicts, wanted.conflicts);
  EXPECT_EQ(listed.agreements, wanted.agreements);
}

// Each assignment that the version holds is in the history, visible or named
// as superseded by another that the version holds.
void CompareHistory(const RegistryView& view, const std::string& name,
                    const NaiveMerge& merge,
                    const NaiveMerge::Includes& includes) {
  const auto history = view.History(name);
  ASSERT_OK(history);
  std::set<std::string> held;
  for (const HistoryEntry& entry : *history) {
    const Assignment& a = entry.assignment;
    held.insert(absl::StrCat(PathText(a.path), " ", a.dot.ToString(), " ",
                             absl::CHexEscape(a.value)));
    EXPECT_EQ(entry.visible, entry.superseders.empty());
    for (const Superseder& superseder : entry.superseders) {
      EXPECT_TRUE(includes(superseder.dot));
    }
  }
  std::set<std::string> wanted;
  for (const NaiveAssignment& a : merge.assignments()) {
    if (a.record != name || !includes(a.dot)) continue;
    wanted.insert(absl::StrCat(PathText(a.path), " ", a.dot.ToString(), " ",
                               absl::CHexEscape(a.value)));
  }
  EXPECT_EQ(held, wanted);
}

// Every change that is held is listed once, causes before what rests on them.
void CompareChanges(const RegistryView& view, const KnownChanges& known) {
  std::set<Dot> listed;
  ASSERT_OK(view.ListChanges(0, [&](const ChangeSummary& change) {
    for (const Dot& earlier : listed) {
      EXPECT_FALSE(known.Knows(earlier, change.dot));
    }
    EXPECT_TRUE(listed.insert(change.dot).second) << change.dot.ToString();
    return true;
  }));
  std::set<Dot> held;
  const Frontier frontier = view.head().GetFrontier();
  for (const Dot& dot : known.dots()) {
    if (frontier.Contains(dot)) held.insert(dot);
  }
  EXPECT_EQ(listed.size(), held.size());
  EXPECT_TRUE(listed == held);
}

}  // namespace

void CompareAt(const RegistryStore& store, const Version& version,
               const KnownChanges& known) {
  const auto opened = store.OpenView(version);
  ASSERT_OK(opened);
  const RegistryView& view = **opened;
  const auto frontier = view.GetFrontier();
  ASSERT_OK(frontier);
  SCOPED_TRACE(absl::StrCat("at frontier ", frontier->ToToken()));
  const auto includes = [&](const Dot& dot) { return frontier->Contains(dot); };
  NaiveState naive = known.merge().StateAt(includes);
  CompareConcurrent(view, naive, known);
  for (const auto& [name, record] : naive) {
    CompareHistory(view, name, known.merge(), includes);
  }
  EXPECT_TRUE(known.merge().LostAt(includes).empty());
  NaiveState missing = naive;
  ASSERT_OK(view.ListAll([&](RecordView record) {
    const auto it = naive.find(record.name);
    EXPECT_NE(it, naive.end()) << record.name;
    if (it == naive.end()) return false;
    CompareRecord(view, record, it->second);
    EXPECT_EQ(missing.erase(record.name), 1u) << "listed twice";
    return true;
  }));
  EXPECT_TRUE(missing.empty()) << missing.begin()->first << " is not listed";
  const auto digest = store.DigestAt(*frontier);
  ASSERT_OK(digest);
  EXPECT_EQ(absl::BytesToHexString(*digest),
            absl::BytesToHexString(known.DigestAt(*frontier)));
}

void CompareLatest(const RegistryStore& store, const KnownChanges& known) {
  CompareAt(store, Version::Latest(), known);
  const auto view = store.OpenView(Version::Latest());
  ASSERT_OK(view);
  CompareChanges(**view, known);
  const auto head = store.head();
  const Frontier frontier = head->GetFrontier();
  const NaiveState naive = known.merge().StateAt(
      [&](const Dot& dot) { return frontier.Contains(dot); });
  const ConcurrentPaths concurrent = ConcurrentOf(naive);
  EXPECT_EQ(head->conflicts, static_cast<int64_t>(concurrent.conflicts.size()));
  EXPECT_EQ(head->agreements,
            static_cast<int64_t>(concurrent.agreements.size()));
  std::map<std::string, std::pair<int64_t, int64_t>> counts;
  for (const auto& [name, record] : naive) {
    auto& [live, total] = counts[CollectionOf(name)];
    live += record.retracted ? 0 : 1;
    ++total;
  }
  std::map<std::string, std::pair<int64_t, int64_t>> kept;
  for (const auto& [collection, count] : head->counts) {
    kept[collection] = {count.live, count.total};
  }
  EXPECT_EQ(kept, counts);
}

}  // namespace consilium
