// The sync client between real stores: random topologies over bad lines, and
// everything that a dishonest or broken peer may send.
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/sync/bundle.h"
#include "client/sync/continuous_sync.h"
#include "client/sync/join.h"
#include "client/sync/sync_client.h"
#include "consilium/v1/registry_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/change/batch.h"
#include "tests/simulation/random_writes.h"
#include "tests/simulation/simulated_replica.h"
#include "tests/support/fake_caller.h"
#include "tests/support/fake_clock.h"
#include "tests/support/lossy_endpoint.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_endpoint.h"

namespace consilium {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::SizeIs;

const SyncOptions kOnce = {.attempts_max = 1};

stored::v1::GroupList GroupsOf(const RegistryStore& store,
                               const Frontier& since = {}) {
  stored::v1::GroupList groups;
  EXPECT_OK(store.ListGroupsSince(since, [&](stored::v1::SealedGroup group) {
    *groups.add_groups() = std::move(group);
    return true;
  }));
  return groups;
}

void Write(SimulatedReplica& replica, std::mt19937_64& random, int count) {
  for (int written = 0; written < count;) {
    written += replica.store()
                   .CommitAndWait(RandomRequest(replica.store(), random))
                   .ok();
  }
}

// A founder and others that have joined, all without evidence yet.
std::vector<std::unique_ptr<SimulatedReplica>> MakeReplicas(size_t count,
                                                            uint64_t seed) {
  std::vector<std::unique_ptr<SimulatedReplica>> replicas;
  for (size_t i = 0; i < count; ++i) {
    replicas.push_back(std::make_unique<SimulatedReplica>(
        absl::StrCat("server-", i), absl::StrCat("inst-", i), seed));
    if (i == 0) {
      EXPECT_OK(replicas[0]->Found(FoundingRequest()));
    } else {
      EXPECT_OK(replicas[i]->Join(GroupsOf(replicas[0]->store()).groups(0)));
    }
  }
  return replicas;
}

TEST(SyncStoresTest, ConvergesInRandomTopologiesOverBadLines) {
  const char* const given = std::getenv("CONSILIUM_SEED");
  const uint64_t begin = given != nullptr ? std::stoull(given) : 1;
  const uint64_t runs = given != nullptr ? 1 : 8;
  for (uint64_t seed = begin; seed < begin + runs; ++seed) {
    SCOPED_TRACE(absl::StrCat("reproduce with CONSILIUM_SEED=", seed));
    std::mt19937_64 random(seed);
    const auto replicas = MakeReplicas(2 + random() % 4, seed);
    std::vector<std::pair<size_t, size_t>> lines;
    for (size_t i = 1; i < replicas.size(); ++i) {
      lines.push_back({random() % i, i});
    }
    for (const auto& replica : replicas) Write(*replica, random, 12);
    // Bad lines, both directions at once.
    for (int i = 0; i < 20; ++i) {
      const auto& [a, b] = lines[random() % lines.size()];
      LossyEndpoint line(replicas[a]->endpoint(), random(),
                         {.cut = 0.15, .repeat = 0.2, .damage = 0.1});
      const auto result = SyncClient(line, replicas[b]->endpoint()).Sync(kOnce);
      if (result.ok()) continue;
      EXPECT_THAT(result.status().code(), AnyOf(absl::StatusCode::kUnavailable,
                                                absl::StatusCode::kDataLoss))
          << result.status();
      EXPECT_NE(GetErrorReason(result.status()), "DIGEST_MISMATCH");
    }
    for (size_t round = 0; round < replicas.size(); ++round) {
      for (const auto& [a, b] : lines) {
        ASSERT_OK(SyncClient(replicas[a]->endpoint(), replicas[b]->endpoint())
                      .Sync(kOnce));
      }
    }
    for (const auto& replica : replicas) {
      EXPECT_EQ(replica->store().head()->GetFrontier(),
                replicas[0]->store().head()->GetFrontier());
      EXPECT_EQ(replica->store().head()->content.Digest(),
                replicas[0]->store().head()->content.Digest());
    }
  }
}

TEST(SyncStoresTest, ConvergesWhileEverybodyWrites) {
  std::mt19937_64 random(7);
  const auto replicas = MakeReplicas(3, 7);
  std::vector<std::thread> writers;
  for (const auto& replica : replicas) {
    writers.emplace_back([&replica, seed = random()] {
      std::mt19937_64 own(seed);
      Write(*replica, own, 40);
    });
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_OK(SyncClient(replicas[0]->endpoint(), replicas[1]->endpoint())
                  .Sync(kOnce));
    EXPECT_OK(SyncClient(replicas[1]->endpoint(), replicas[2]->endpoint())
                  .Sync(kOnce));
  }
  for (std::thread& writer : writers) writer.join();
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(SyncClient(replicas[0]->endpoint(), replicas[1]->endpoint())
                  .Sync(kOnce));
    ASSERT_OK(SyncClient(replicas[1]->endpoint(), replicas[2]->endpoint())
                  .Sync(kOnce));
  }
  ASSERT_OK_AND_ASSIGN(
      const SyncResult last,
      SyncClient(replicas[0]->endpoint(), replicas[2]->endpoint()).Sync(kOnce));
  EXPECT_EQ(last.sent + last.received, 0);
  EXPECT_EQ(last.digest, replicas[1]->store().head()->content.Digest());
}

TEST(SyncStoresTest, KeepsFollowing) {
  std::mt19937_64 random(3);
  const auto replicas = MakeReplicas(2, 3);
  Cancellation cancellation;
  ContinuousSyncOptions options;
  options.sync.cancellation = &cancellation;
  std::thread follower([&] {
    EXPECT_OK(SyncContinuously(replicas[0]->endpoint(), replicas[1]->endpoint(),
                               options));
  });
  for (int i = 0; i < 4; ++i) {
    SimulatedReplica& writer = *replicas[i % 2];
    Write(writer, random, 3);
    const Frontier written = writer.store().head()->GetFrontier();
    while (
        !written.IsWithin(replicas[1 - i % 2]->store().head()->GetFrontier())) {
      std::this_thread::yield();
    }
  }
  cancellation.Cancel();
  follower.join();
}

TEST(SyncStoresTest, JoinsAndCarriesBundles) {
  std::mt19937_64 random(5);
  auto replicas = MakeReplicas(1, 5);
  SimulatedReplica& founder = *replicas[0];
  Write(founder, random, 20);
  SimulatedReplica west("west", "inst-west", 5);
  FakeCaller server;
  server.Handle<v1::JoinRegistryRequest, v1::Registry>(
      "consilium.v1.RegistryService.JoinRegistry",
      [&](const auto& request, auto&) { return west.Join(request.genesis()); });
  server.Handle<v1::EnrollMemberRequest, v1::EnrollMemberResponse>(
      "consilium.v1.RegistryService.EnrollMember",
      [&](const auto&, auto&) { return absl::OkStatus(); });
  JoinOptions options;
  options.decode_batch = DecodeBatch;
  ASSERT_OK_AND_ASSIGN(
      const JoinResult joined,
      JoinRegistry(founder.endpoint(), server, west.endpoint(),
                   RegistryName::FromId("nsclc").value(), options));
  EXPECT_TRUE(joined.opened);
  EXPECT_EQ(joined.sync.digest, founder.store().head()->content.Digest());

  const Frontier since = west.store().head()->GetFrontier();
  Write(founder, random, 10);
  FakeClock clock;
  std::stringstream file;
  ASSERT_OK(CreateBundle(founder.endpoint(), since.ToProto(), clock, file, {}));
  ASSERT_OK_AND_ASSIGN(const BundleApplied applied,
                       ApplyBundle(file, "a.bundle", west.endpoint(), {}));
  EXPECT_GT(applied.applied_changes, 0);
  EXPECT_EQ(applied.applied_changes, applied.bundle.change_count);
  EXPECT_EQ(applied.digest, founder.store().head()->content.Digest());
  EXPECT_EQ(west.store().head()->GetFrontier(),
            founder.store().head()->GetFrontier());
}

TEST(SyncStoresTest, RefusesAnotherRegistry) {
  const auto one = MakeReplicas(1, 1);
  const auto other = MakeReplicas(1, 2);
  const auto result =
      SyncClient(one[0]->endpoint(), other[0]->endpoint()).Sync(kOnce);
  EXPECT_EQ(GetErrorReason(result.status()), "REGISTRY_MISMATCH");
}

// A peer that serves groups that a test has tampered with.
class TamperedPeer final : public SyncEndpoint {
 public:
  using Tamper = std::function<void(stored::v1::GroupList&)>;

  TamperedPeer(SyncEndpoint& honest, Tamper tamper)
      : honest_(honest), tamper_(std::move(tamper)) {}

  const std::string& address() const override { return honest_.address(); }
  absl::StatusOr<v1::GetFrontierResponse> GetFrontier(
      const stored::v1::Frontier* digest_at, Cancellation* c) override {
    return honest_.GetFrontier(digest_at, c);
  }
  absl::StatusOr<std::unique_ptr<PullStream>> Pull(
      const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
      Cancellation* c) override {
    auto stream = honest_.Pull(identity, frontier, c);
    if (!stream.ok()) return stream.status();
    return std::make_unique<Stream>(*std::move(stream), tamper_);
  }
  absl::StatusOr<std::unique_ptr<PushStream>> Push(
      const RegistryIdentity& identity, Cancellation* c) override {
    return honest_.Push(identity, c);
  }
  absl::StatusOr<std::unique_ptr<WatchStream>> Watch(Cancellation* c) override {
    return honest_.Watch(c);
  }

 private:
  class Stream final : public PullStream {
   public:
    Stream(std::unique_ptr<PullStream> stream, Tamper tamper)
        : stream_(std::move(stream)), tamper_(std::move(tamper)) {}
    absl::StatusOr<std::optional<v1::PullChangesResponse>> Next() override {
      auto next = stream_->Next();
      if (!next.ok() || !next->has_value()) return next;
      auto groups = DecodeBatch((**next).batch().payload());
      EXPECT_OK(groups);
      tamper_(*groups);
      (**next).mutable_batch()->set_payload(*EncodeBatch(*groups));
      return next;
    }

   private:
    const std::unique_ptr<PullStream> stream_;
    const Tamper tamper_;
  };

  SyncEndpoint& honest_;
  const Tamper tamper_;
};

struct TamperCase {
  std::string name;
  TamperedPeer::Tamper tamper;
  absl::StatusCode code;
};

class TamperedPeerTest : public testing::TestWithParam<TamperCase> {};

TEST_P(TamperedPeerTest, ChangesNothing) {
  std::mt19937_64 random(11);
  const auto replicas = MakeReplicas(2, 11);
  Write(*replicas[0], random, 6);
  TamperedPeer peer(replicas[0]->endpoint(), GetParam().tamper);
  const auto before = replicas[1]->store().head();
  const auto result = SyncClient(peer, replicas[1]->endpoint()).Sync(kOnce);
  EXPECT_THAT(result, StatusIs(GetParam().code));
  EXPECT_FALSE(GetErrorReason(result.status()).empty());
  EXPECT_EQ(replicas[1]->store().head()->revision, before->revision);
  // The honest server still gets through.
  ASSERT_OK(
      SyncClient(replicas[0]->endpoint(), replicas[1]->endpoint()).Sync(kOnce));
}

std::string Flipped(std::string bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, TamperedPeerTest,
    testing::Values(
        TamperCase{"AWrongSeal",
                   [](stored::v1::GroupList& groups) {
                     auto* seal = groups.mutable_groups(0)->mutable_seal();
                     seal->set_signature(Flipped(seal->signature(), 0));
                   },
                   absl::StatusCode::kDataLoss},
        TamperCase{"AnotherValue",
                   [](stored::v1::GroupList& groups) {
                     auto* change =
                         groups.mutable_groups(0)->mutable_changes(0);
                     const std::string values = change->values();
                     change->set_values(Flipped(values, values.size() - 1));
                   },
                   absl::StatusCode::kDataLoss},
        TamperCase{"AnotherHeader",
                   [](stored::v1::GroupList& groups) {
                     auto* change =
                         groups.mutable_groups(0)->mutable_changes(0);
                     stored::v1::ChangeHeader header;
                     header.ParseFromString(change->header());
                     header.set_author("mallory");
                     change->set_header(header.SerializeAsString());
                   },
                   absl::StatusCode::kDataLoss},
        TamperCase{"AGap",
                   [](stored::v1::GroupList& groups) {
                     groups.mutable_groups()->DeleteSubrange(0, 1);
                   },
                   absl::StatusCode::kFailedPrecondition},
        TamperCase{"NoChanges",
                   [](stored::v1::GroupList& groups) {
                     groups.mutable_groups(0)->clear_changes();
                   },
                   absl::StatusCode::kDataLoss}),
    [](const testing::TestParamInfo<TamperCase>& info) {
      return info.param.name;
    });

// A change that its author sealed and that breaks a rule, followed by honest
// ones in later batches.
TEST(SyncStoresTest, GoesOnPastAGroupThatIsSetAside) {
  std::mt19937_64 random(13);
  const auto replicas = MakeReplicas(3, 13);
  SimulatedReplica& north = *replicas[0];
  SimulatedReplica& rogue = *replicas[1];
  Write(rogue, random, 1);
  ASSERT_OK(SyncClient(rogue.endpoint(), north.endpoint()).Sync(kOnce));
  Write(rogue, random, 7);
  Write(north, random, 9);
  // The rogue's second change is replaced by one that does not obey: its
  // later ones then no longer chain, as from a broken server.
  const Dot second{rogue.store().head()->replica, 2};
  TamperedPeer peer(rogue.endpoint(), [&](stored::v1::GroupList& groups) {
    for (auto& group : *groups.mutable_groups()) {
      auto parsed = ParsedChange::Parse(group.changes(0));
      ASSERT_OK(parsed);
      if (parsed->dot() != second) continue;
      ChangeDraft draft;
      draft.registry_id = parsed->header().registry();
      draft.dot = second;
      draft.previous_hash = parsed->header().previous();
      draft.logical_clock = 4711;  // Not 1 + the largest that it knows.
      draft.records.push_back(
          {"trials/t0",
           {{{2, MergeKind::kRegister, ""}, "\x12\x01T", "", {}}},
           {}});
      const BuiltChange built = BuildChange(draft);
      *group.mutable_changes(0) = built.bytes;
      *group.mutable_seal() = SealChange(rogue.replica_key(), draft.registry_id,
                                         second, built.hash);
    }
  });
  SyncOptions options = kOnce;
  options.direction = SyncDirection::kSend;
  const auto result = SyncClient(peer, north.endpoint()).Sync(options);
  ASSERT_OK(result);
  ASSERT_THAT(result->set_aside, SizeIs(7));
  EXPECT_THAT(result->set_aside[0].group.message(), HasSubstr("clock"));
  EXPECT_THAT(result->digest, SizeIs(32));
  EXPECT_EQ(north.store().head()->GetFrontier().SequenceOf(second.replica), 1);
}

}  // namespace
}  // namespace consilium
