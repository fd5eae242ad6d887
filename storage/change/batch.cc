#include "storage/change/batch.h"

#include <zstd.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "storage/change/errors.h"
#include "storage/change/limits.h"
#include "storage/change/wire_reader.h"

namespace consilium {
namespace {

using Type = WireReader::Type;
using stored::v1::GroupList;
using stored::v1::SealedGroup;

// Hashes and signatures do not compress, so higher levels cost time for little.
constexpr int kCompressionLevel = 1;

// Tag and length in front of a group.
constexpr size_t kFramingSizeMax = 1 + 5;

// A GroupList. Many small groups with their framing stay below it, too.
constexpr size_t kGroupListSizeMax = kGroupSizeMax + kFramingSizeMax;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::string Compress(absl::string_view bytes) {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(
      ZSTD_createCCtx());
  if (context == nullptr) std::abort();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel,
                         kCompressionLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string payload(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress2(context.get(), payload.data(), payload.size(),
                     bytes.data(), bytes.size());
  // Cannot fail: the destination is as large as it may ever have to be.
  if (ZSTD_isError(size)) std::abort();
  payload.resize(size);
  return payload;
}

absl::StatusOr<std::string> Decompress(absl::string_view payload) {
  const unsigned long long declared =
      ZSTD_getFrameContentSize(payload.data(), payload.size());
  if (declared == ZSTD_CONTENTSIZE_ERROR ||
      declared == ZSTD_CONTENTSIZE_UNKNOWN) {
    return BatchDamaged("it is no Zstandard frame of declared size");
  }
  if (declared > kGroupListSizeMax) {
    return BatchOverLimit("batch size in bytes", kGroupListSizeMax, declared);
  }
  if (ZSTD_findFrameCompressedSize(payload.data(), payload.size()) !=
      payload.size()) {
    return BatchDamaged("it is longer or shorter than its frame");
  }
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(
      ZSTD_createDCtx());
  if (context == nullptr) std::abort();
  std::string bytes(declared, '\0');
  const size_t size =
      ZSTD_decompressDCtx(context.get(), bytes.data(), bytes.size(),
                          payload.data(), payload.size());
  if (ZSTD_isError(size) || size != bytes.size()) {
    return BatchDamaged(
        absl::StrCat("it does not decompress (", ZSTD_getErrorName(size), ")"));
  }
  return bytes;
}

absl::Status CheckGroup(absl::string_view group) {
  if (group.size() > kGroupSizeMax) {
    return BatchOverLimit("group size in bytes", kGroupSizeMax, group.size());
  }
  size_t change_count = 0;
  WireReader reader(group);
  while (reader.Next()) {
    if (reader.Is(SealedGroup::kChangesFieldNumber, Type::kBytes)) {
      ++change_count;
    }
  }
  if (!reader.ok()) return BatchDamaged("a group does not parse");
  if (change_count > kChangesPerGroupMax) {
    return BatchOverLimit("changes per group", kChangesPerGroupMax,
                          change_count);
  }
  return absl::OkStatus();
}

// Checks the limits on an encoded GroupList, before messages are built from it.
absl::Status CheckGroupList(absl::string_view group_list) {
  size_t group_count = 0;
  size_t group_size_sum = 0;
  WireReader reader(group_list);
  while (reader.Next()) {
    if (!reader.Is(GroupList::kGroupsFieldNumber, Type::kBytes)) continue;
    RETURN_IF_ERROR(CheckGroup(reader.bytes()));
    ++group_count;
    group_size_sum += reader.bytes().size();
  }
  if (!reader.ok()) return BatchDamaged("its groups do not parse");
  if (group_count == 0) return BatchDamaged("it holds no group");
  if (group_count > 1 && group_size_sum > kBatchSizeMax) {
    return BatchOverLimit("size of several groups in bytes", kBatchSizeMax,
                          group_size_sum);
  }
  return absl::OkStatus();
}

}  // namespace

bool BatchBuilder::HasRoomFor(size_t group_size) const {
  return empty() || group_size_sum_ + group_size <= kBatchSizeMax;
}

absl::Status BatchBuilder::Add(absl::string_view encoded_group) {
  RETURN_IF_ERROR(CheckGroup(encoded_group));
  if (!HasRoomFor(encoded_group.size())) {
    return BatchOverLimit("size of several groups in bytes", kBatchSizeMax,
                          group_size_sum_ + encoded_group.size());
  }
  group_size_sum_ += encoded_group.size();
  constexpr auto kTag = static_cast<char>(GroupList::kGroupsFieldNumber << 3 |
                                          static_cast<int>(Type::kBytes));
  group_list_.push_back(kTag);
  size_t size = encoded_group.size();
  for (; size >= 0x80; size >>= 7) {
    group_list_.push_back(static_cast<char>(size | 0x80));
  }
  group_list_.push_back(static_cast<char>(size));
  absl::StrAppend(&group_list_, encoded_group);
  return absl::OkStatus();
}

std::string BatchBuilder::Finish() {
  group_size_sum_ = 0;
  return Compress(std::exchange(group_list_, std::string()));
}

absl::StatusOr<std::string> EncodeBatch(const GroupList& groups) {
  const std::string group_list = groups.SerializeAsString();
  RETURN_IF_ERROR(CheckGroupList(group_list));
  return Compress(group_list);
}

absl::StatusOr<GroupList> DecodeBatch(absl::string_view payload) {
  ASSIGN_OR_RETURN(const std::string group_list, Decompress(payload));
  RETURN_IF_ERROR(CheckGroupList(group_list));
  GroupList groups;
  if (!groups.ParseFromString(group_list)) {
    return BatchDamaged("its groups do not parse");
  }
  return groups;
}

}  // namespace consilium
