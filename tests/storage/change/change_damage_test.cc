// Changes whose bytes broke, or were broken, on the way.
#include <gtest/gtest.h>

#include <random>

#include "proto/base/errors.h"
#include "storage/change/change.h"
#include "storage/change/limits.h"
#include "tests/storage/change/sample_changes.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using stored::v1::Change;
using stored::v1::SealedGroup;

constexpr auto kDamage = absl::StatusCode::kDataLoss;

const std::string& PreviousHash() {
  static const std::string& hash = *new std::string(32, 'P');
  return hash;
}

SealedGroup MakeGroup(bool withheld) {
  SealedGroup group;
  std::string previous = PreviousHash();
  for (int64_t sequence = 2; sequence <= 3; ++sequence) {
    const ChangeDraft draft = SampleDraft(sequence, previous);
    const BuiltChange built = Build(draft);
    *group.add_changes() = withheld ? Withhold(built) : built.bytes;
    *group.mutable_seal() =
        SealChange(SampleKey(), SampleRegistry(), draft.dot, built.hash);
    previous = built.hash;
  }
  return group;
}

// What a receiver does with the bytes of a group.
absl::Status Receive(const std::string& bytes, SealedGroup& group) {
  if (!group.ParseFromString(bytes)) return absl::DataLossError("no group");
  std::vector<ParsedChange> changes;
  for (const Change& change : group.changes()) {
    auto parsed = ParsedChange::Parse(change);
    if (!parsed.ok()) return parsed.status();
    changes.push_back(*std::move(parsed));
  }
  return VerifyGroup(changes, group.seal(), SampleRegistry(), PreviousHash(),
                     SampleKey().public_key());
}

// Whether both groups say the same, byte for byte, in what belongs to them.
bool SaysTheSame(const SealedGroup& a, const SealedGroup& b) {
  if (a.changes_size() != b.changes_size()) return false;
  for (int i = 0; i < a.changes_size(); ++i) {
    const Change& x = a.changes(i);
    const Change& y = b.changes(i);
    if (x.header() != y.header() || x.outline() != y.outline() ||
        x.has_values() != y.has_values() || x.values() != y.values() ||
        x.commitments() != y.commitments()) {
      return false;
    }
  }
  return a.seal().signature() == b.seal().signature();
}

class DamagedGroup : public testing::TestWithParam<bool> {
 protected:
  // Expects that `damaged` is refused as damage or says what it said before.
  void ExpectHarmless(const std::string& damaged) {
    SealedGroup group;
    const absl::Status status = Receive(damaged, group);
    if (status.ok()) {
      EXPECT_TRUE(SaysTheSame(group, good_));
    } else {
      // Another version is all that a reader can make of a changed version.
      EXPECT_TRUE(status.code() == kDamage ||
                  GetErrorReason(status) == "FORMAT_VERSION_UNSUPPORTED")
          << status;
    }
  }

  const SealedGroup good_ = MakeGroup(GetParam());
  const std::string bytes_ = good_.SerializeAsString();
};

TEST_P(DamagedGroup, IsFineWhileItIsWhole) {
  SealedGroup group;
  EXPECT_OK(Receive(bytes_, group));
}

TEST_P(DamagedGroup, NoFlippedBitGoesUnseen) {
  for (size_t i = 0; i < bytes_.size(); ++i) {
    for (const int mask :
         {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
      SCOPED_TRACE(testing::Message() << "byte " << i << " mask " << mask);
      std::string damaged = bytes_;
      damaged[i] = static_cast<char>(damaged[i] ^ mask);
      ExpectHarmless(damaged);
    }
  }
}

TEST_P(DamagedGroup, NoMissingEndGoesUnseen) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    SealedGroup group;
    EXPECT_THAT(Receive(bytes_.substr(0, size), group), StatusIs(kDamage))
        << size;
  }
}

TEST_P(DamagedGroup, NoMissingOrAddedByteGoesUnseen) {
  for (size_t i = 0; i < bytes_.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectHarmless(std::string(bytes_).erase(i, 1));
    ExpectHarmless(std::string(bytes_).insert(i, 1, '\0'));
    ExpectHarmless(std::string(bytes_).insert(i, 1, bytes_[i]));
  }
}

INSTANTIATE_TEST_SUITE_P(Groups, DamagedGroup, testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Withheld" : "Complete";
                         });

// `change` with `part` cut, extended or exchanged.
TEST(DamagedChange, NoPartMayBeCutOrExtended) {
  const BuiltChange built = Build(SampleDraft(2));
  const auto expect_damage = [](const Change& change, const char* what) {
    EXPECT_THAT(ParsedChange::Parse(change), StatusIs(kDamage)) << what;
  };
  Change change = built.bytes;
  change.mutable_outline()->pop_back();
  expect_damage(change, "outline cut");
  change = built.bytes;
  change.mutable_outline()->append("\x98\x3f\x01", 3);
  expect_damage(change, "outline with an unknown field more");
  change = built.bytes;
  change.mutable_values()->pop_back();
  expect_damage(change, "values cut");
  change = built.bytes;
  change.mutable_values()->append("\x12\x00", 2);
  expect_damage(change, "values with one more");
  change = built.bytes;
  change.clear_values();
  expect_damage(change, "neither values nor commitments");
  change = Withhold(built);
  change.set_values(built.bytes.values());
  expect_damage(change, "values and commitments");
  change = Withhold(built);
  change.mutable_commitments()->pop_back();
  expect_damage(change, "commitments cut");
  change = Withhold(built);
  change.mutable_commitments()->append(32, 'c');
  expect_damage(change, "commitments with one more");
  change = built.bytes;
  change.clear_header();
  EXPECT_FALSE(ParsedChange::Parse(change).ok());
  change = built.bytes;
  change.mutable_header()->append(kHeaderSizeMax, 'x');
  expect_damage(change, "header beyond all bounds");
}

// Values are hashed by what they say, so how they are written must be fixed.
TEST(DamagedChange, NobodyMayRewriteTheValues) {
  ChangeDraft draft = SampleDraft(2);
  draft.records = {{"r", {{{1, MergeKind::kRegister, ""}, "v", "s", {}}}, {}}};
  const Change good = Build(draft).bytes;
  const std::string salt("\x0a\x10sixteen bytes...", 18);
  ASSERT_EQ(good.values(), salt + std::string("\x12\x06\x0a\x01v\x12\x01s", 8));
  const std::pair<const char*, std::string> cases[] = {
      {"long length", salt + std::string("\x12\x86\x00\x0a\x01v\x12\x01s", 9)},
      {"long inner length",
       salt + std::string("\x12\x07\x0a\x81\x00v\x12\x01s", 9)},
      {"long tag", salt + std::string("\x92\x00\x06\x0a\x01v\x12\x01s", 9)},
      {"order", salt + std::string("\x12\x06\x12\x01s\x0a\x01v", 8)},
      {"value twice",
       salt + std::string("\x12\x09\x0a\x01x\x0a\x01v\x12\x01s", 11)},
      {"unknown inner field",
       salt + std::string("\x12\x08\x0a\x01v\x12\x01s\x18\x01", 10)},
      {"unknown field",
       salt + std::string("\x12\x06\x0a\x01v\x12\x01s\x18\x01", 10)},
      {"salt last", std::string("\x12\x06\x0a\x01v\x12\x01s", 8) + salt},
      {"salt twice",
       salt + salt + std::string("\x12\x06\x0a\x01v\x12\x01s", 8)},
  };
  for (const auto& [name, values] : cases) {
    SCOPED_TRACE(name);
    // All of these say the same to a protobuf reader.
    stored::v1::ChangeValues read;
    ASSERT_TRUE(read.ParseFromString(values));
    ASSERT_EQ(read.values(0).value(), "v");
    Change change = good;
    change.set_values(values);
    EXPECT_THAT(ParsedChange::Parse(change), StatusIs(kDamage));
  }
}

TEST(DamagedChange, EmptyFieldsAreNotWritten) {
  ChangeDraft draft = SampleDraft(2);
  draft.records = {{"r", {{{1, MergeKind::kRegister, ""}, "", "", {}}}, {}}};
  Change change = Build(draft).bytes;
  const std::string salt = change.values().substr(0, 18);
  ASSERT_EQ(change.values(), salt + std::string("\x12\x00", 2));
  change.set_values(salt + std::string("\x12\x02\x0a\x00", 4));
  EXPECT_THAT(ParsedChange::Parse(change), StatusIs(kDamage));
}

TEST(DamagedChange, RandomBytesAreRefused) {
  std::mt19937 random(1);
  const auto bytes = [&] {
    std::string text(random() % 64, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    Change change;
    change.set_header(bytes());
    change.set_outline(bytes());
    if (i % 2 == 0) change.set_values(bytes());
    if (i % 3 == 0) change.set_commitments(bytes());
    EXPECT_FALSE(ParsedChange::Parse(change).ok());
  }
}

}  // namespace
}  // namespace consilium
