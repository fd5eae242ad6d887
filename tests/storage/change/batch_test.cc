#include "storage/change/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "proto/base/errors.h"
#include "storage/change/limits.h"
#include "tests/storage/change/sample_changes.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using stored::v1::GroupList;
using stored::v1::SealedGroup;
using testing::HasSubstr;

constexpr auto kDamage = absl::StatusCode::kDataLoss;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// A group of one change, `size` bytes long when encoded.
SealedGroup GroupOfSize(size_t size) {
  SealedGroup group;
  std::string& header = *group.add_changes()->mutable_header();
  while (group.ByteSizeLong() < size) {
    header.resize(header.size() + size - group.ByteSizeLong());
    // Lengths take more bytes than were counted.
    while (group.ByteSizeLong() > size) header.pop_back();
    if (group.ByteSizeLong() + 1 == size) {
      group.mutable_seal();
      header.pop_back();
    }
  }
  EXPECT_EQ(group.ByteSizeLong(), size);
  return group;
}

GroupList ListOf(std::initializer_list<SealedGroup> groups) {
  GroupList list;
  for (const SealedGroup& group : groups) *list.add_groups() = group;
  return list;
}

GroupList SampleList() {
  GroupList list;
  for (int64_t sequence = 2; sequence < 6; ++sequence) {
    SealedGroup& group = *list.add_groups();
    const BuiltChange built = Build(SampleDraft(sequence));
    *group.add_changes() = built.bytes;
    *group.mutable_seal() = SealChange(SampleKey(), SampleRegistry(),
                                       {SampleReplica(), sequence}, built.hash);
  }
  return list;
}

// A frame of `bytes`, as a hostile sender may write it.
std::string Frame(const std::string& bytes, bool declare_size = true) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, declare_size);
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), bytes.data(),
                              bytes.size()));
  ZSTD_freeCCtx(context);
  return frame;
}

TEST(Batch, ReadsBackWhatWasWritten) {
  const GroupList groups = SampleList();
  ASSERT_OK_AND_ASSIGN(const std::string payload, EncodeBatch(groups));
  ASSERT_OK_AND_ASSIGN(const GroupList read, DecodeBatch(payload));
  EXPECT_EQ(read.SerializeAsString(), groups.SerializeAsString());
}

TEST(Batch, BuilderWritesTheSame) {
  const GroupList groups = SampleList();
  BatchBuilder builder;
  EXPECT_TRUE(builder.empty());
  for (const SealedGroup& group : groups.groups()) {
    const std::string encoded = group.SerializeAsString();
    ASSERT_TRUE(builder.HasRoomFor(encoded.size()));
    ASSERT_OK(builder.Add(encoded));
  }
  EXPECT_EQ(builder.size_bytes(), groups.ByteSizeLong());
  EXPECT_THAT(EncodeBatch(groups), IsOkAndHolds(builder.Finish()));
  EXPECT_TRUE(builder.empty());
}

TEST(Batch, HoldsGroupsUpToOneMebibyte) {
  const SealedGroup half = GroupOfSize(kBatchSizeMax / 2);
  const SealedGroup more = GroupOfSize(kBatchSizeMax / 2 + 1);
  BatchBuilder builder;
  ASSERT_OK(builder.Add(half.SerializeAsString()));
  EXPECT_TRUE(builder.HasRoomFor(kBatchSizeMax / 2));
  EXPECT_FALSE(builder.HasRoomFor(kBatchSizeMax / 2 + 1));
  EXPECT_THAT(builder.Add(more.SerializeAsString()),
              StatusIs(kInvalid, HasSubstr("1048576")));
  ASSERT_OK(builder.Add(half.SerializeAsString()));
  ASSERT_OK_AND_ASSIGN(const GroupList read, DecodeBatch(builder.Finish()));
  EXPECT_EQ(read.groups_size(), 2);

  EXPECT_THAT(EncodeBatch(ListOf({half, more})), StatusIs(kInvalid));
  const auto decoded =
      DecodeBatch(Frame(ListOf({half, more}).SerializeAsString()));
  EXPECT_THAT(decoded, StatusIs(kInvalid, HasSubstr("1048576")));
  EXPECT_EQ(GetErrorReason(decoded.status()), "BATCH_OVER_LIMIT");
}

TEST(Batch, HoldsOneGroupUpToItsLimit) {
  const SealedGroup largest = GroupOfSize(kGroupSizeMax);
  BatchBuilder builder;
  EXPECT_TRUE(builder.HasRoomFor(kGroupSizeMax));
  ASSERT_OK(builder.Add(largest.SerializeAsString()));
  EXPECT_FALSE(builder.HasRoomFor(1));
  ASSERT_OK_AND_ASSIGN(const GroupList read, DecodeBatch(builder.Finish()));
  EXPECT_EQ(read.groups(0).ByteSizeLong(), kGroupSizeMax);

  const SealedGroup larger = GroupOfSize(kGroupSizeMax + 1);
  EXPECT_THAT(builder.Add(larger.SerializeAsString()), StatusIs(kInvalid));
  EXPECT_THAT(EncodeBatch(ListOf({larger})),
              StatusIs(kInvalid, HasSubstr("4194304")));
  EXPECT_THAT(DecodeBatch(Frame(ListOf({larger}).SerializeAsString())),
              StatusIs(kInvalid, HasSubstr("at most")));
}

TEST(Batch, RefusesTooManyChangesInAGroup) {
  SealedGroup group;
  for (size_t i = 0; i < kChangesPerGroupMax; ++i) group.add_changes();
  EXPECT_OK(DecodeBatch(Frame(ListOf({group}).SerializeAsString())));
  group.add_changes();
  const auto decoded = DecodeBatch(Frame(ListOf({group}).SerializeAsString()));
  EXPECT_THAT(decoded, StatusIs(kInvalid, HasSubstr("10000")));
  const auto info = GetErrorInfo(decoded.status());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->metadata().at("limit"), "changes per group");
  EXPECT_EQ(info->metadata().at("maximum"), "10000");
}

TEST(Batch, RefusesDecompressionBombs) {
  // 64 MiB of zeros in a few kilobytes.
  const std::string bomb = Frame(std::string(size_t{1} << 26, '\0'));
  ASSERT_LT(bomb.size(), size_t{1} << 14);
  const auto decoded = DecodeBatch(bomb);
  EXPECT_THAT(decoded, StatusIs(kInvalid, HasSubstr("batch size in bytes")));
  EXPECT_EQ(GetErrorReason(decoded.status()), "BATCH_OVER_LIMIT");
}

TEST(Batch, RefusesFramesThatHideTheirSize) {
  EXPECT_THAT(DecodeBatch(Frame(SampleList().SerializeAsString(), false)),
              StatusIs(kDamage));
}

TEST(Batch, RefusesFramesThatLieAboutTheirSize) {
  std::string frame = Frame(std::string(100'000, '\0'));
  // A frame header of 4 bytes magic, 1 byte flags and 4 bytes size.
  ASSERT_EQ(frame[4] & 0xe0, 0xa0);
  frame[5] = frame[6] = frame[7] = 0;
  frame[5] = 1;
  EXPECT_THAT(DecodeBatch(frame), StatusIs(kDamage));
}

TEST(Batch, RefusesEveryFlippedBitOrMissingEnd) {
  GroupList groups;
  *groups.add_groups() = SampleList().groups(0);
  ASSERT_OK_AND_ASSIGN(const std::string payload, EncodeBatch(groups));
  for (size_t i = 0; i < payload.size(); ++i) {
    EXPECT_THAT(DecodeBatch(payload.substr(0, i)), StatusIs(kDamage)) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = payload;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      const auto decoded = DecodeBatch(damaged);
      if (decoded.ok()) {
        EXPECT_EQ(decoded->SerializeAsString(), groups.SerializeAsString());
      }
    }
  }
  EXPECT_THAT(DecodeBatch(payload + "x"), StatusIs(kDamage));
  EXPECT_THAT(DecodeBatch(payload + payload), StatusIs(kDamage));
}

TEST(Batch, RefusesWhatHoldsNoGroups) {
  EXPECT_THAT(DecodeBatch(""), StatusIs(kDamage));
  EXPECT_THAT(DecodeBatch("not a frame"), StatusIs(kDamage));
  EXPECT_THAT(DecodeBatch(Frame("")), StatusIs(kDamage));
  EXPECT_THAT(DecodeBatch(Frame("\xff")), StatusIs(kDamage));
  EXPECT_THAT(DecodeBatch(Frame("\x0a\x02\x0a\x05")), StatusIs(kDamage));
  EXPECT_THAT(EncodeBatch(GroupList()), StatusIs(kDamage));
  EXPECT_THAT(BatchBuilder().Add("\xff"), StatusIs(kDamage));
  // A skippable frame of four bytes.
  EXPECT_THAT(DecodeBatch(std::string("\x50\x2a\x4d\x18\x04\0\0\0abcd", 12)),
              StatusIs(kDamage));
}

}  // namespace
}  // namespace consilium
