// The laws of storage/merge/README.md over seeded random histories of one
// record, and equality with the naive reference.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/merge/path_view.h"
#include "storage/merge/record_state.h"
#include "tests/support/naive_merge.h"

namespace consilium {
namespace {

constexpr char kRecord[] = "trials/t";

// A change with one assignment to each of some paths.
struct Step {
  Dot dot;
  int64_t clock = 0;
  std::vector<NaiveAssignment> assignments;
  std::set<Dot> past;  // Every change its author held.
};

// A history of one record by several replicas that learn of each other's
// changes at random.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {
    const int replicas = Draw(2, 5);
    for (int i = 0; i < replicas; ++i) {
      replicas_.push_back(
          *ReplicaId::FromBytes(std::string(16, static_cast<char>('a' + i))));
      naive_.SetInstitution(replicas_.back(), i % 2 == 0 ? "north" : "south");
    }
    held_.resize(replicas_.size());
    const int rounds = Draw(1, 40);
    for (int i = 0; i < rounds; ++i) {
      const size_t replica = Pick(replicas_.size());
      if (Draw(0, 2) == 0) {
        const std::set<Dot>& other = held_[Pick(replicas_.size())];
        held_[replica].insert(other.begin(), other.end());
      } else {
        Write(replica);
      }
    }
  }

  const std::vector<Step>& steps() const { return steps_; }
  const NaiveMerge& naive() const { return naive_; }
  absl::string_view InstitutionOf(const ReplicaId& replica) const {
    return (replica.bytes()[0] - 'a') % 2 == 0 ? "north" : "south";
  }

  // The changes in a random order in which causes come first.
  std::vector<const Step*> RandomOrder() {
    std::vector<const Step*> waiting;
    for (const Step& step : steps_) waiting.push_back(&step);
    std::shuffle(waiting.begin(), waiting.end(), random_);
    std::vector<const Step*> order;
    std::set<Dot> done;
    while (!waiting.empty()) {
      const auto next =
          std::find_if(waiting.begin(), waiting.end(), [&](const Step* step) {
            return std::includes(done.begin(), done.end(), step->past.begin(),
                                 step->past.end());
          });
      done.insert((*next)->dot);
      order.push_back(*next);
      waiting.erase(next);
    }
    return order;
  }

  // A random causally closed set of changes.
  std::set<Dot> RandomFrontier() {
    std::set<Dot> frontier;
    for (const Step& step : steps_) {
      if (Draw(0, 3) != 0) continue;
      frontier.insert(step.past.begin(), step.past.end());
      frontier.insert(step.dot);
    }
    return frontier;
  }

 private:
  int Draw(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random_);
  }
  size_t Pick(size_t size) {
    return static_cast<size_t>(Draw(0, static_cast<int>(size) - 1));
  }

  void Write(size_t replica) {
    Step step;
    step.past = held_[replica];
    step.clock = 1;
    for (const Dot& dot : step.past) {
      step.clock = std::max(step.clock, clocks_[dot] + 1);
    }
    step.dot = {replicas_[replica], ++sequences_[replica]};
    const NaiveState seen = naive_.StateAt(
        [&](const Dot& dot) { return step.past.count(dot) > 0; });
    const auto record = seen.find(kRecord);
    const bool retract = Draw(0, 7) == 0 && record != seen.end();
    for (const FieldPath& path : Paths()) {
      const bool lifecycle = path == LifecyclePath();
      if (lifecycle ? !retract && Draw(0, 5) != 0 : Draw(0, 1) == 0) continue;
      NaiveAssignment assignment;
      assignment.record = kRecord;
      assignment.path = path;
      assignment.dot = step.dot;
      assignment.clock = step.clock;
      assignment.value = Draw(0, 4) == 0 ? "" : std::to_string(Draw(1, 3));
      if (path.kind == MergeKind::kSet && !assignment.value.empty()) {
        assignment.value = path.key;
      }
      if (lifecycle) {
        assignment.value =
            std::string(retract ? RetractedValue() : LiveValue());
      }
      Supersede(record == seen.end() ? nullptr : &record->second, retract,
                assignment);
      step.assignments.push_back(assignment);
      naive_.Add(assignment);
    }
    clocks_[step.dot] = step.clock;
    held_[replica].insert(step.dot);
    steps_.push_back(std::move(step));
  }

  // Supersedes what an update sees, or only some of it, as an independent
  // extraction does.
  void Supersede(const NaiveRecord* seen, bool retract,
                 NaiveAssignment& assignment) {
    if (seen == nullptr) return;
    const bool independent = !retract && Draw(0, 3) == 0;
    for (const auto& [path, siblings] : seen->visible) {
      for (const NaiveAssignment& sibling : siblings) {
        const bool own = InstitutionOf(sibling.dot.replica) ==
                         InstitutionOf(assignment.dot.replica);
        if (path == assignment.path && (own || !independent)) {
          assignment.superseded.push_back(sibling.dot);
        }
        if (retract && assignment.path == LifecyclePath() &&
            path != LifecyclePath()) {
          assignment.covered.push_back(sibling.dot);
        }
      }
    }
    std::sort(assignment.covered.begin(), assignment.covered.end());
    assignment.covered.erase(
        std::unique(assignment.covered.begin(), assignment.covered.end()),
        assignment.covered.end());
  }

  static const std::vector<FieldPath>& Paths() {
    static const auto& paths =
        *new std::vector<FieldPath>{{2, MergeKind::kRegister, ""},
                                    {6, MergeKind::kSet, "lung"},
                                    {6, MergeKind::kSet, "brain"},
                                    {7, MergeKind::kKeyed, "pfs"},
                                    LifecyclePath()};
    return paths;
  }

  std::mt19937_64 random_;
  std::vector<ReplicaId> replicas_;
  std::vector<std::set<Dot>> held_;
  std::map<size_t, int64_t> sequences_;
  std::map<Dot, int64_t> clocks_;
  std::vector<Step> steps_;
  NaiveMerge naive_;
};

// A state with the history that a store keeps beside it.
struct Replayed {
  RecordState state;
  std::vector<SupersededAssignment> history;
};

Replayed Replay(const std::vector<const Step*>& order) {
  Replayed replayed;
  int64_t revision = 0;
  for (const Step* step : order) {
    ++revision;
    for (const NaiveAssignment& assigned : step->assignments) {
      Assignment assignment;
      assignment.path = assigned.path;
      assignment.dot = assigned.dot;
      assignment.clock = assigned.clock;
      assignment.value = assigned.value;
      assignment.covered = assigned.covered;
      assignment.revision = revision;
      auto effect =
          replayed.state.Apply(std::move(assignment), assigned.superseded);
      for (const Dot& dot : effect.superseded_before) {
        for (SupersededAssignment& past : replayed.history) {
          if (past.assignment.path == assigned.path &&
              past.assignment.dot == dot) {
            past.superseders.push_back({step->dot, revision});
          }
        }
      }
      for (SupersededAssignment& displaced : effect.displaced) {
        replayed.history.push_back(std::move(displaced));
      }
    }
  }
  return replayed;
}

// One line an assignment, without what is local.
std::string Text(const RecordState& state) {
  std::string text;
  for (const Assignment& a : state.visible()) {
    text += testing::PrintToString(a.path) + " " + a.dot.ToString() + " " +
            a.value + "\n";
  }
  return text;
}

std::string Text(const NaiveRecord& record) {
  std::string text;
  for (const auto& [path, siblings] : record.visible) {
    for (const NaiveAssignment& a : siblings) {
      text += testing::PrintToString(path) + " " + a.dot.ToString() + " " +
              a.value + "\n";
    }
  }
  return text;
}

void ExpectSameView(const RecordState& state, const NaiveRecord& naive,
                    const History& history) {
  const auto institution_of = [&](const ReplicaId& replica) {
    return history.InstitutionOf(replica);
  };
  state.ForEachPath([&](absl::Span<const Assignment> siblings) {
    const FieldPath& path = siblings.front().path;
    const PathView view = ViewPath(siblings, institution_of);
    EXPECT_EQ(view.provisional->dot, naive.provisional.at(path).dot) << path;
    if (path == LifecyclePath()) return;
    EXPECT_EQ(view.conflict, naive.conflicts.count(path) > 0) << path;
    EXPECT_EQ(view.agreement, naive.agreements.count(path) > 0) << path;
  });
  const LifecycleView lifecycle = ViewLifecycle(state);
  EXPECT_EQ(lifecycle.retracted, naive.retracted);
  EXPECT_EQ(lifecycle.conflict, naive.lifecycle_conflict);
}

class MergeLawsTest : public testing::Test {
 protected:
  // Runs `check` over many histories, or over the one of CONSILIUM_SEED.
  template <typename Check>
  void ForEachHistory(Check check) {
    const char* const seed = std::getenv("CONSILIUM_SEED");
    const uint64_t begin = seed != nullptr ? std::stoull(seed) : 1;
    const int count = seed != nullptr                            ? 1
                      : std::getenv("CONSILIUM_LONG") != nullptr ? 20000
                                                                 : 300;
    for (uint64_t i = begin; i < begin + static_cast<uint64_t>(count); ++i) {
      SCOPED_TRACE("reproduce with CONSILIUM_SEED=" + std::to_string(i));
      History history(i);
      check(history);
      if (HasFailure()) return;
    }
  }
};

TEST_F(MergeLawsTest, OrderOfArrivalDoesNotMatter) {
  ForEachHistory([](History& history) {
    const std::string first = Text(Replay(history.RandomOrder()).state);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(Text(Replay(history.RandomOrder()).state), first);
    }
  });
}

TEST_F(MergeLawsTest, StateIsThatOfTheNaiveReference) {
  ForEachHistory([](History& history) {
    const RecordState state = Replay(history.RandomOrder()).state;
    const NaiveState naive =
        history.naive().StateAt([](const Dot&) { return true; });
    const auto record = naive.find(kRecord);
    ASSERT_EQ(state.empty(), record == naive.end());
    if (state.empty()) return;
    EXPECT_EQ(Text(state), Text(record->second));
    ExpectSameView(state, record->second, history);
  });
}

TEST_F(MergeLawsTest, AnyFrontierIsThatOfTheNaiveReference) {
  ForEachHistory([](History& history) {
    const Replayed replayed = Replay(history.RandomOrder());
    for (int i = 0; i < 5; ++i) {
      const std::set<Dot> frontier = history.RandomFrontier();
      const auto includes = [&](const Dot& dot) {
        return frontier.count(dot) > 0;
      };
      const RecordState state =
          FoldAt(replayed.state, replayed.history,
                 [&](const Dot& dot, int64_t) { return includes(dot); });
      const NaiveState naive = history.naive().StateAt(includes);
      const auto record = naive.find(kRecord);
      ASSERT_EQ(state.empty(), record == naive.end());
      if (state.empty()) continue;
      EXPECT_EQ(Text(state), Text(record->second));
      ExpectSameView(state, record->second, history);
    }
  });
}

TEST_F(MergeLawsTest, NothingIsLost) {
  ForEachHistory([](History& history) {
    const Replayed replayed = Replay(history.RandomOrder());
    size_t assigned = 0;
    for (const Step& step : history.steps()) {
      assigned += step.assignments.size();
    }
    EXPECT_EQ(replayed.state.visible().size() + replayed.history.size(),
              assigned);
    for (const SupersededAssignment& past : replayed.history) {
      EXPECT_FALSE(past.superseders.empty());
    }
    EXPECT_TRUE(
        history.naive().LostAt([](const Dot&) { return true; }).empty());
  });
}

}  // namespace
}  // namespace consilium
