// Replicas that write at random, sync over bad lines in random topologies,
// restart and are restored from backups. At random moments every one of them
// is compared with the naive reference, at its latest version and at random
// frontiers; in the end all must be equal.
//
//   CONSILIUM_SEED=7 simulation_test   one run, as a failure prints it
//   CONSILIUM_LONG=1 simulation_test   many runs, longer ones
#include <algorithm>
#include <cstdlib>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/sync/sync_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/comparison.h"
#include "tests/simulation/known_changes.h"
#include "tests/simulation/random_writes.h"
#include "tests/simulation/simulated_replica.h"
#include "tests/support/lossy_endpoint.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

constexpr LineFaults kBadLine = {.cut = 0.08, .repeat = 0.2, .damage = 0.05};

bool IsLong() { return std::getenv("CONSILIUM_LONG") != nullptr; }

// How often each sort of thing happened, so that a simulation that tests
// nothing is noticed.
struct Tally {
  int commits = 0;
  int refusals = 0;
  int syncs = 0;
  int cuts = 0;
  int damages = 0;
  int conflicts = 0;
  int agreements = 0;
  int retractions = 0;
};

class World {
 public:
  World(uint64_t seed, Tally& tally)
      : seed_(seed), random_(seed), tally_(tally) {
    const size_t count = 2 + Pick(4);
    for (size_t i = 0; i < count; ++i) {
      // Some institutions run two servers.
      const std::string institution = absl::StrCat("inst-", i % 3);
      replicas_.push_back(std::make_unique<SimulatedReplica>(
          absl::StrCat("server-", i), institution, seed));
    }
    DrawLines();
  }

  void Run(int steps) {
    Found();
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      Step();
    }
    if (!testing::Test::HasFailure()) Converge();
    if (!testing::Test::HasFailure()) ReplayInAnotherOrder();
  }

 private:
  size_t Pick(size_t size) { return random_() % size; }
  SimulatedReplica& Any() { return *replicas_[Pick(replicas_.size())]; }

  // A connected graph: a line, a star, a ring or more at random.
  void DrawLines() {
    const size_t count = replicas_.size();
    const size_t shape = Pick(4);
    for (size_t i = 1; i < count; ++i) {
      const size_t to = shape == 0 ? i - 1 : shape == 1 ? 0 : Pick(i);
      lines_.push_back({i, to});
    }
    if (shape == 2 && count > 2) lines_.push_back({count - 1, 0});
  }

  void Found() {
    ASSERT_OK(replicas_[0]->Found(FoundingRequest()));
    Learn(*replicas_[0]);
    stored::v1::SealedGroup genesis;
    ASSERT_OK(replicas_[0]->store().ListGroupsSince(
        {}, [&](stored::v1::SealedGroup group) {
          genesis = std::move(group);
          return false;
        }));
    for (size_t i = 1; i < replicas_.size(); ++i) {
      ASSERT_OK(replicas_[i]->Join(genesis));
    }
  }

  // Adds what `replica` holds to what is known.
  void Learn(SimulatedReplica& replica) {
    ASSERT_OK(replica.store().ListGroupsSince(
        learned_, [&](stored::v1::SealedGroup group) {
          for (const stored::v1::Change& change : group.changes()) {
            EXPECT_OK(known_.Add(change));
          }
          groups_.push_back(std::move(group));
          return true;
        }));
    learned_ = Frontier::Join(learned_, replica.store().head()->GetFrontier());
  }

  void Step() {
    const size_t dice = Pick(100);
    if (dice < 50) {
      Write(Any());
    } else if (dice < 60) {
      WriteSeveral(Any());
    } else if (dice < 85) {
      const auto& [a, b] = lines_[Pick(lines_.size())];
      SyncOverBadLine(*replicas_[a], *replicas_[b]);
    } else if (dice < 90) {
      ASSERT_OK(Any().Restart());
    } else if (dice < 91) {
      Any().BackUp();
    } else if (dice < 92) {
      SimulatedReplica& replica = Any();
      if (replica.has_backup()) {
        ASSERT_OK(replica.Restore());
      }
    } else if (dice < 94) {
      Any().clock().Advance(absl::Seconds(static_cast<int>(Pick(100)) - 50));
    } else {
      Compare(Any());
    }
  }

  void Write(SimulatedReplica& replica) {
    ChangeRequest request = RandomRequest(replica.store(), random_);
    if (Pick(8) == 0) ExpectSameVerdictWithoutEffect(replica, request);
    if (Pick(8) == 0) {
      request.request_id = absl::StrCat("request-", random_());
      request.request_hash = std::string(32, 'h');
    }
    const auto outcome = replica.store().CommitAndWait(request);
    Judge(request, outcome);
    Learn(replica);
    if (!request.request_id.empty() && outcome.ok()) {
      ExpectSameAnswer(replica, request, *outcome);
    }
  }

  // A dry run says what would happen, and nothing does.
  void ExpectSameVerdictWithoutEffect(SimulatedReplica& replica,
                                      ChangeRequest request) {
    const int64_t before = replica.store().head()->revision;
    request.validate_only = true;
    const auto dry = replica.store().CommitAndWait(request);
    EXPECT_EQ(replica.store().head()->revision, before);
    request.validate_only = false;
    const auto outcome = replica.store().CommitAndWait(request);
    EXPECT_EQ(dry.status().code(), outcome.status().code());
    if (dry.ok() && outcome.ok()) {
      ASSERT_EQ(dry->records.size(), outcome->records.size());
      for (size_t i = 0; i < dry->records.size(); ++i) {
        EXPECT_EQ(dry->records[i].name, outcome->records[i].name);
        EXPECT_EQ(dry->records[i].effect, outcome->records[i].effect);
        EXPECT_EQ(dry->records[i].paths, outcome->records[i].paths);
      }
    }
    Learn(replica);
  }

  // A request that comes again is answered again, and done once.
  void ExpectSameAnswer(SimulatedReplica& replica, const ChangeRequest& request,
                        const CommitOutcome& outcome) {
    if (outcome.dot.sequence == 0) return;  // Nothing differed.
    if (Pick(2) == 0) {
      ASSERT_OK(replica.Restart());
    }
    const int64_t before = replica.store().head()->revision;
    const auto again = replica.store().CommitAndWait(request);
    ASSERT_OK(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->dot, outcome.dot);
    EXPECT_EQ(again->hash, outcome.hash);
    EXPECT_EQ(replica.store().head()->revision, before);
  }

  // At once, so that changes share a commit and a seal. How many do depends on
  // time; what they come to does not.
  void WriteSeveral(SimulatedReplica& replica) {
    using Answer = std::promise<absl::StatusOr<CommitOutcome>>;
    std::vector<ChangeRequest> requests(2 + Pick(4));
    std::vector<Answer> answers(requests.size());
    for (ChangeRequest& request : requests) {
      request = RandomRequest(replica.store(), random_);
    }
    for (size_t i = 0; i < requests.size(); ++i) {
      replica.store().Commit(
          requests[i], [&answer = answers[i]](absl::StatusOr<CommitOutcome> o) {
            answer.set_value(std::move(o));
          });
    }
    for (size_t i = 0; i < requests.size(); ++i) {
      Judge(requests[i], answers[i].get_future().get());
    }
    Learn(replica);
  }

  void Judge(const ChangeRequest& request,
             const absl::StatusOr<CommitOutcome>& outcome) {
    if (outcome.ok()) {
      ++tally_.commits;
      for (const RecordWrite& write : request.records) {
        tally_.retractions += std::holds_alternative<Retraction>(write.what);
      }
      return;
    }
    ++tally_.refusals;
    EXPECT_THAT(
        outcome.status().code(),
        testing::AnyOf(absl::StatusCode::kFailedPrecondition,
                       absl::StatusCode::kAborted, absl::StatusCode::kNotFound,
                       absl::StatusCode::kAlreadyExists))
        << outcome.status();
  }

  absl::Status Sync(SyncEndpoint& a, SyncEndpoint& b) {
    ++tally_.syncs;
    // One direction after the other, so that a seed always does the same.
    for (const SyncDirection direction :
         {SyncDirection::kSend, SyncDirection::kReceive}) {
      const auto result =
          SyncClient(a, b).Sync({.direction = direction, .attempts_max = 1});
      if (!result.ok()) return result.status();
      EXPECT_TRUE(result->set_aside.empty());
    }
    return absl::OkStatus();
  }

  void SyncOverBadLine(SimulatedReplica& a, SimulatedReplica& b) {
    LossyEndpoint line_a(a.endpoint(), random_(), kBadLine);
    LossyEndpoint line_b(b.endpoint(), random_(), kBadLine);
    const absl::Status status = Sync(line_a, line_b);
    if (absl::IsUnavailable(status)) {
      ++tally_.cuts;
    } else if (absl::IsDataLoss(status)) {
      ++tally_.damages;  // Refused whole.
    } else {
      EXPECT_OK(status);
    }
  }

  void Compare(SimulatedReplica& replica) {
    SCOPED_TRACE(replica.name());
    const RegistryStore& store = replica.store();
    CompareLatest(store, known_);
    const Frontier held = store.head()->GetFrontier();
    for (int i = 0; i < 3; ++i) {
      CompareAt(store, Version::AtFrontier(known_.RandomWithin(held, random_)),
                known_);
    }
    const int64_t revision = store.head()->revision;
    CompareAt(store,
              Version::AtRevision(1 + static_cast<int64_t>(
                                          Pick(static_cast<size_t>(revision)))),
              known_);
    tally_.conflicts += static_cast<int>(store.head()->conflicts);
    tally_.agreements += static_cast<int>(store.head()->agreements);
  }

  // Over good lines, until nothing moves: as often as the graph is wide.
  void Converge() {
    for (size_t round = 0; round < replicas_.size(); ++round) {
      for (const auto& [a, b] : lines_) {
        ASSERT_OK(Sync(replicas_[a]->endpoint(), replicas_[b]->endpoint()));
      }
    }
    const auto first = replicas_[0]->store().head();
    for (const auto& replica : replicas_) {
      SCOPED_TRACE(replica->name());
      const auto head = replica->store().head();
      EXPECT_EQ(head->GetFrontier(), first->GetFrontier());
      EXPECT_EQ(head->content.Digest(), first->content.Digest());
      EXPECT_EQ(head->conflicts, first->conflicts);
      EXPECT_EQ(head->agreements, first->agreements);
      Compare(*replica);
    }
  }

  // A replica that gets every group in another causal order reads the same.
  void ReplayInAnotherOrder() {
    const auto last = replicas_[0]->store().head();
    SimulatedReplica latecomer("latecomer", "inst-9", seed_);
    ASSERT_OK(latecomer.Join(groups_[0]));
    std::vector<stored::v1::SealedGroup> waiting;
    for (size_t i = 1; i < groups_.size(); ++i) {
      auto parsed = ParsedChange::Parse(groups_[i].changes(0));
      ASSERT_OK(parsed);
      // What only a lost disk held is nobody's any more.
      if (last->GetFrontier().Contains(parsed->dot())) {
        waiting.push_back(groups_[i]);
      }
    }
    std::shuffle(waiting.begin(), waiting.end(), random_);
    while (!waiting.empty()) {
      const size_t before = waiting.size();
      for (auto it = waiting.begin(); it != waiting.end();) {
        stored::v1::GroupList list;
        *list.add_groups() = *it;
        auto parsed = RegistryStore::ParseGroups(std::move(list));
        ASSERT_OK(parsed);
        const auto outcome = latecomer.store().MergeAndWait(*std::move(parsed));
        if (outcome.ok()) {
          it = waiting.erase(it);
        } else {
          ASSERT_THAT(outcome, StatusIs(absl::StatusCode::kFailedPrecondition));
          ++it;
        }
      }
      ASSERT_LT(waiting.size(), before) << "no group was causally ready";
    }
    EXPECT_EQ(latecomer.store().head()->GetFrontier(), last->GetFrontier());
    EXPECT_EQ(latecomer.store().head()->content.Digest(),
              last->content.Digest());
    CompareLatest(latecomer.store(), known_);
  }

  const uint64_t seed_;
  std::mt19937_64 random_;
  Tally& tally_;
  std::vector<std::unique_ptr<SimulatedReplica>> replicas_;
  std::vector<std::pair<size_t, size_t>> lines_;
  KnownChanges known_;
  Frontier learned_;
  std::vector<stored::v1::SealedGroup> groups_;
};

TEST(SimulationTest, ReplicasConvergeAndReadAsTheNaiveReference) {
  const char* const seed = std::getenv("CONSILIUM_SEED");
  const uint64_t begin = seed != nullptr ? std::stoull(seed) : 1;
  const uint64_t runs = seed != nullptr ? 1 : IsLong() ? 2000 : 20;
  Tally tally;
  for (uint64_t i = begin; i < begin + runs; ++i) {
    SCOPED_TRACE(absl::StrCat("reproduce with CONSILIUM_SEED=", i,
                              IsLong() ? " CONSILIUM_LONG=1" : "",
                              " tests/simulation/simulation_test"));
    World(i, tally).Run(IsLong() ? 200 : 80);
    if (HasFailure()) break;
  }
  if (seed != nullptr || HasFailure()) return;
  EXPECT_GT(tally.commits, 100);
  EXPECT_GT(tally.refusals, 10);
  EXPECT_GT(tally.syncs, 100);
  EXPECT_GT(tally.cuts, 10);
  EXPECT_GT(tally.damages, 5);
  EXPECT_GT(tally.conflicts, 10);
  EXPECT_GT(tally.agreements, 10);
  EXPECT_GT(tally.retractions, 10);
}

}  // namespace
}  // namespace consilium
