#include "storage/digest/lt_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "proto/base/errors.h"
#include "proto/base/sha256.h"
#include "tests/storage/digest/vectors.h"

namespace consilium {
namespace {

std::string Element(int i) { return Sha256({std::to_string(i)}); }

TEST(LtHash, GivesWhatThePublishedVectorsSay) {
  const auto cases = ReadVectors()["lt_hashes"].list();
  ASSERT_FALSE(cases.empty());
  for (const Vector& expected : cases) {
    LtHash hash;
    for (const Vector& element : expected["added"].list()) {
      hash.Add(element.bytes());
    }
    for (const Vector& element : expected["subtracted"].list()) {
      hash.Subtract(element.bytes());
    }
    EXPECT_EQ(absl::BytesToHexString(hash.state().substr(0, 32)),
              expected["state_begins"].text());
    EXPECT_EQ(absl::BytesToHexString(hash.Digest()), expected["digest"].text());
  }
}

TEST(LtHash, DoesNotDependOnOrder) {
  std::vector<int> order(50);
  for (int i = 0; i < 50; ++i) order[i] = i;
  LtHash expected;
  for (const int i : order) expected.Add(Element(i));
  for (unsigned seed = 0; seed < 5; ++seed) {
    std::shuffle(order.begin(), order.end(), std::mt19937(seed));
    LtHash hash;
    for (const int i : order) hash.Add(Element(i));
    EXPECT_EQ(hash, expected) << "seed " << seed;
  }
}

TEST(LtHash, TakingAwayUndoesAdding) {
  LtHash hash;
  hash.Add(Element(1));
  const LtHash before = hash;
  hash.Add(Element(2));
  EXPECT_NE(hash.Digest(), before.Digest());
  hash.Subtract(Element(2));
  EXPECT_EQ(hash, before);
  hash.Subtract(Element(1));
  EXPECT_EQ(hash, LtHash());
}

TEST(LtHash, TellsSetsApart) {
  std::set<std::string> digests;
  for (int set = 0; set < 64; ++set) {
    LtHash hash;
    for (int i = 0; i < 6; ++i) {
      if ((set >> i & 1) != 0) hash.Add(Element(i));
    }
    digests.insert(hash.Digest());
  }
  EXPECT_EQ(digests.size(), 64u);
}

TEST(LtHash, IsTheSameMadeInParts) {
  LtHash whole;
  LtHash first;
  for (int i = 0; i < 4; ++i) {
    whole.Add(Element(i));
    first.Add(Element(i));
  }
  LtHash second;  // Takes away what only the first part has.
  for (LtHash* const hash : {&whole, &second}) {
    hash->Subtract(Element(2));
    hash->Add(Element(9));
  }
  first.AddAll(second);
  EXPECT_EQ(first, whole);
}

TEST(LtHash, ReadsItsStateBack) {
  LtHash hash;
  hash.Add(Element(1));
  hash.Subtract(Element(2));
  ASSERT_EQ(hash.state().size(), LtHash::kStateSizeBytes);
  const auto again = LtHash::FromState(hash.state());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, hash);
}

TEST(LtHash, RefusesAStateOfAnotherLength) {
  for (const size_t size : {size_t{0}, size_t{2047}, size_t{2049}}) {
    const auto hash = LtHash::FromState(std::string(size, 'x'));
    EXPECT_EQ(hash.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(GetErrorReason(hash.status()), "DIGEST_STATE_INVALID");
  }
}

TEST(LtHash, GivesTheSameOnEveryThread) {
  LtHash here;
  here.Add(Element(1));
  LtHash there;
  std::thread([&] { there.Add(Element(1)); }).join();
  EXPECT_EQ(here, there);
}

}  // namespace
}  // namespace consilium
