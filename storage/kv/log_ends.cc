#include "storage/kv/log_ends.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/base/status_macros.h"
#include "storage/kv/crc32c.h"
#include "storage/kv/errors.h"
#include "storage/kv/file_io.h"

namespace consilium {
namespace {

// The format of LevelDB's and RocksDB's logs: blocks of records, each with a
// masked CRC-32C of type and payload (4 bytes), a length (2), a type (1).
constexpr size_t kBlockSizeBytes = 32768;
constexpr size_t kHeaderSizeBytes = 7;
constexpr uint32_t kCrcMask = 0xa282ead8;

uint32_t ByteAt(absl::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// The size of the record at `at` with its header; nullopt when it does not end
// within `block`, or is the zeros of a region that was never written.
std::optional<size_t> RecordSize(absl::string_view block, size_t at) {
  if (block.size() - at < kHeaderSizeBytes) return std::nullopt;
  const size_t length = ByteAt(block, at + 4) | ByteAt(block, at + 5) << 8;
  if (length == 0 && ByteAt(block, at + 6) == 0) return std::nullopt;
  if (length > block.size() - at - kHeaderSizeBytes) return std::nullopt;
  return kHeaderSizeBytes + length;
}

// True when the checksum at `at` is that of a record of `size` bytes.
bool ChecksumHolds(absl::string_view block, size_t at, size_t size) {
  const uint32_t stored = ByteAt(block, at) | ByteAt(block, at + 1) << 8 |
                          ByteAt(block, at + 2) << 16 |
                          ByteAt(block, at + 3) << 24;
  const uint32_t crc = Crc32c(block.substr(at + 6, size - 6));
  return stored == ((crc >> 15) | (crc << 17)) + kCrcMask;
}

bool IsWholeRecord(absl::string_view block, size_t at) {
  const std::optional<size_t> size = RecordSize(block, at);
  return size.has_value() && ChecksumHolds(block, at, *size);
}

// Where `block` stops being records, though whole ones follow or this one is
// whole but for its length; nullopt when a crash explains how it ends.
std::optional<size_t> FindDamage(absl::string_view block) {
  size_t at = 0;
  while (at < block.size()) {
    const std::optional<size_t> size = RecordSize(block, at);
    if (!size.has_value()) break;
    at += *size;
  }
  const size_t rest = block.size() - at;
  if (rest > kHeaderSizeBytes && ChecksumHolds(block, at, rest)) return at;
  for (size_t next = at + 1; next < block.size(); ++next) {
    if (IsWholeRecord(block, next)) return at;
  }
  return std::nullopt;
}

// Where the last block of the log stops being records for no good reason.
absl::StatusOr<std::optional<uint64_t>> FindDamageAtEnd(
    const std::string& path) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  if (error) return StorageIoFailed(path, error.message());
  const uint64_t block_start = size - size % kBlockSizeBytes;
  ASSIGN_OR_RETURN(const std::string block, ReadFileFrom(path, block_start));
  const std::optional<size_t> damage = FindDamage(block);
  if (!damage.has_value()) return std::nullopt;
  return block_start + *damage;
}

// True when the log begins with zeros, yet holds records. The database skips
// them; holes further on show in the sequence of what it replays.
absl::StatusOr<bool> BeginsWithHole(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string start,
                   ReadFileFrom(path, 0, kHeaderSizeBytes));
  if (start != std::string(kHeaderSizeBytes, '\0')) return false;
  ASSIGN_OR_RETURN(const std::string log, ReadFile(path));
  for (size_t at = 0; at < log.size(); at += kBlockSizeBytes) {
    const auto block = absl::string_view(log).substr(at, kBlockSizeBytes);
    if (IsWholeRecord(block, 0)) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckLogEnds(const std::string& directory) {
  ASSIGN_OR_RETURN(const auto names, ListDirectory(directory));
  for (const std::string& name : names) {
    if (!absl::EndsWith(name, ".log")) continue;
    const std::string path = absl::StrCat(directory, "/", name);
    ASSIGN_OR_RETURN(const auto damage, FindDamageAtEnd(path));
    if (damage.has_value()) {
      return StoreDamaged(directory,
                          absl::StrCat(name, " is broken at byte ", *damage,
                                       ", and not by a crash"));
    }
    ASSIGN_OR_RETURN(const bool hole, BeginsWithHole(path));
    if (hole)
      return StoreDamaged(directory, absl::StrCat(name, " lost its start"));
  }
  return absl::OkStatus();
}

}  // namespace consilium
