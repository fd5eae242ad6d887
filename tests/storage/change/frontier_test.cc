#include "storage/change/frontier.h"

#include <gtest/gtest.h>

#include <random>

#include "proto/base/errors.h"
#include "storage/change/limits.h"
#include "tests/storage/change/sample_changes.h"
#include "tests/storage/digest/vectors.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// The hash depends on the sequence alone, as in a history without forks.
std::string HashOf(int64_t sequence) {
  return std::string(32, static_cast<char>(sequence));
}

Frontier Make(std::initializer_list<std::pair<char, int64_t>> entries) {
  Frontier frontier;
  for (const auto& [letter, sequence] : entries) {
    frontier.Advance(Replica(letter), sequence, HashOf(sequence));
  }
  return frontier;
}

TEST(Frontier, KnowsWhatItHolds) {
  const Frontier frontier = Make({{'a', 3}, {'b', 1}});
  EXPECT_EQ(frontier.SequenceOf(Replica('a')), 3);
  EXPECT_EQ(frontier.SequenceOf(Replica('c')), 0);
  EXPECT_TRUE(frontier.Contains({Replica('a'), 1}));
  EXPECT_TRUE(frontier.Contains({Replica('a'), 3}));
  EXPECT_FALSE(frontier.Contains({Replica('a'), 4}));
  EXPECT_FALSE(frontier.Contains({Replica('c'), 1}));
}

TEST(Frontier, AdvancesButNeverGoesBack) {
  Frontier frontier = Make({{'a', 3}});
  frontier.Advance(Replica('a'), 2, HashOf(2));
  EXPECT_EQ(frontier, Make({{'a', 3}}));
  frontier.Advance(Replica('a'), 4, HashOf(4));
  EXPECT_EQ(frontier, Make({{'a', 4}}));
}

TEST(Frontier, ComparesBySequences) {
  EXPECT_TRUE(Make({}).IsWithin(Make({})));
  EXPECT_TRUE(Make({}).IsWithin(Make({{'a', 1}})));
  EXPECT_TRUE(Make({{'a', 2}}).IsWithin(Make({{'a', 2}, {'b', 1}})));
  EXPECT_FALSE(Make({{'a', 3}}).IsWithin(Make({{'a', 2}, {'b', 1}})));
  EXPECT_FALSE(Make({{'b', 1}}).IsWithin(Make({{'a', 2}})));
}

TEST(Frontier, MeetsAndJoinsAsALattice) {
  std::mt19937 random(7);
  std::vector<Frontier> frontiers(12);
  for (Frontier& frontier : frontiers) {
    for (const char letter : {'a', 'b', 'c', 'd'}) {
      const int64_t sequence = random() % 4;
      if (sequence > 0) {
        frontier.Advance(Replica(letter), sequence, HashOf(sequence));
      }
    }
  }
  for (const Frontier& a : frontiers) {
    EXPECT_EQ(Frontier::Meet(a, a), a);
    EXPECT_EQ(Frontier::Join(a, a), a);
    EXPECT_EQ(Frontier::Join(a, Frontier()), a);
    EXPECT_EQ(Frontier::Meet(a, Frontier()), Frontier());
    for (const Frontier& b : frontiers) {
      const Frontier meet = Frontier::Meet(a, b);
      const Frontier join = Frontier::Join(a, b);
      EXPECT_EQ(meet, Frontier::Meet(b, a));
      EXPECT_EQ(join, Frontier::Join(b, a));
      EXPECT_TRUE(meet.IsWithin(a) && meet.IsWithin(b));
      EXPECT_TRUE(a.IsWithin(join) && b.IsWithin(join));
      EXPECT_EQ(Frontier::Meet(a, join), a);
      EXPECT_EQ(Frontier::Join(a, meet), a);
      EXPECT_EQ(a.IsWithin(b), meet == a);
      EXPECT_EQ(a.IsWithin(b), join == b);
      for (const Frontier& c : frontiers) {
        EXPECT_EQ(Frontier::Meet(meet, c),
                  Frontier::Meet(a, Frontier::Meet(b, c)));
        EXPECT_EQ(Frontier::Join(join, c),
                  Frontier::Join(a, Frontier::Join(b, c)));
      }
    }
  }
}

TEST(Frontier, ReadsItsProtoBack) {
  const Frontier frontier = Make({{'a', 3}, {'b', int64_t{1} << 40}});
  EXPECT_THAT(Frontier::FromProto(frontier.ToProto()), IsOkAndHolds(frontier));
  EXPECT_THAT(Frontier::FromProto(stored::v1::Frontier()),
              IsOkAndHolds(Frontier()));
}

TEST(Frontier, RefusesMalformedProtos) {
  using stored::v1::FrontierEntry;
  struct Case {
    const char* name;
    void (*spoil)(stored::v1::Frontier&);
  };
  const Case cases[] = {
      {"short replica",
       [](auto& f) { f.mutable_entries(0)->set_replica("abc"); }},
      {"sequence 0", [](auto& f) { f.mutable_entries(0)->set_sequence(0); }},
      {"negative sequence",
       [](auto& f) { f.mutable_entries(0)->set_sequence(-1); }},
      {"short hash", [](auto& f) { f.mutable_entries(0)->set_hash("abc"); }},
      {"no hash", [](auto& f) { f.mutable_entries(0)->clear_hash(); }},
      {"repeated", [](auto& f) { *f.add_entries() = f.entries(1); }},
      {"out of order",
       [](auto& f) { f.mutable_entries()->SwapElements(0, 1); }},
      {"too many",
       [](auto& f) {
         const FrontierEntry entry = f.entries(1);
         for (size_t i = 0; i < kReplicasMax; ++i) *f.add_entries() = entry;
       }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    stored::v1::Frontier message = Make({{'a', 1}, {'b', 2}}).ToProto();
    c.spoil(message);
    const auto frontier = Frontier::FromProto(message);
    EXPECT_THAT(frontier, StatusIs(kInvalid));
    EXPECT_EQ(GetErrorReason(frontier.status()), "FRONTIER_INVALID");
  }
}

TEST(Frontier, ReadsItsTokenBack) {
  for (const Frontier& frontier : {Make({}), Make({{'a', 1}}),
                                   Make({{'a', 3}, {'b', 1}, {'\xff', 900}})}) {
    const std::string token = frontier.ToToken();
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
                                      "opqrstuvwxyz0123456789-_"),
              std::string::npos);
    EXPECT_THAT(Frontier::FromToken(token), IsOkAndHolds(frontier));
  }
  EXPECT_EQ(Frontier().ToToken(), "-");
}

TEST(Frontier, HasThePublishedToken) {
  const Vector expected = ReadVectors()["messages"]["frontier"];
  Frontier frontier;
  for (const Vector& entry : expected["entries"].list()) {
    frontier.Advance(*ReplicaId::FromBytes(entry["replica"].bytes()),
                     entry["sequence"].number(), entry["hash"].bytes());
  }
  EXPECT_EQ(frontier.ToToken(), expected["token"].text());
}

TEST(Frontier, RefusesEveryTokenThatLostOrChangedALetter) {
  const std::string token = Make({{'a', 3}, {'b', 1}}).ToToken();
  for (size_t i = 0; i < token.size(); ++i) {
    EXPECT_THAT(Frontier::FromToken(token.substr(0, i)), StatusIs(kInvalid));
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Frontier::FromToken(changed), StatusIs(kInvalid)) << i;
  }
}

TEST(Frontier, RefusesWhatIsNoToken) {
  const std::string token = Make({{'a', 3}}).ToToken();
  const std::string cases[] = {
      "",
      "f",
      "--",
      "latest",
      "f!!!!",
      token + "=",
      token + "A",
      " " + token,
      token + " ",
      token + "\n",
      token.substr(1),
      token + token,
      std::string(kFrontierTokenSizeMax + 1, 'f'),
  };
  for (const std::string& text : cases) {
    EXPECT_THAT(Frontier::FromToken(text), StatusIs(kInvalid)) << text;
  }
}

}  // namespace
}  // namespace consilium
