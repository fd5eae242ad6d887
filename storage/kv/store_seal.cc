#include "storage/kv/store_seal.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/status_macros.h"
#include "storage/kv/crc32c.h"
#include "storage/kv/errors.h"
#include "storage/kv/file_io.h"

namespace consilium {
namespace {

constexpr absl::string_view kFormat = "consilium-seal 1";
constexpr absl::string_view kManifestPrefix = "MANIFEST-";
constexpr absl::string_view kLogSuffix = ".log";

struct Seal {
  std::string manifest_name;
  uint64_t manifest_size_bytes = 0;
  uint32_t manifest_crc = 0;
  uint64_t log_number = 0;
};

std::string PathOf(const std::string& directory, absl::string_view name) {
  return absl::StrCat(directory, "/", name);
}

std::string Encode(const Seal& seal) {
  const std::string lines = absl::StrCat(
      kFormat, "\nmanifest ", seal.manifest_name, " ", seal.manifest_size_bytes,
      " ", absl::Hex(seal.manifest_crc, absl::kZeroPad8), "\nlog ",
      seal.log_number, "\n");
  return absl::StrCat(lines, "end ", absl::Hex(Crc32c(lines), absl::kZeroPad8),
                      "\n");
}

// False when `text` is not a whole seal.
bool Decode(absl::string_view text, Seal& seal) {
  const size_t end = text.rfind("end ");
  uint32_t crc = 0;
  if (end == absl::string_view::npos ||
      !absl::SimpleHexAtoi(text.substr(end + 4), &crc) ||
      crc != Crc32c(text.substr(0, end))) {
    return false;
  }
  const std::vector<absl::string_view> lines =
      absl::StrSplit(text.substr(0, end), '\n');
  if (lines.size() != 4 || lines[0] != kFormat) return false;
  const std::vector<absl::string_view> manifest = absl::StrSplit(lines[1], ' ');
  const std::vector<absl::string_view> log = absl::StrSplit(lines[2], ' ');
  if (manifest.size() != 4 || log.size() != 2) return false;
  seal.manifest_name = std::string(manifest[1]);
  return absl::SimpleAtoi(manifest[2], &seal.manifest_size_bytes) &&
         absl::SimpleHexAtoi(manifest[3], &seal.manifest_crc) &&
         absl::SimpleAtoi(log[1], &seal.log_number);
}

uint64_t NumberOf(absl::string_view digits) {
  uint64_t number = 0;
  return absl::SimpleAtoi(digits, &number) ? number : 0;
}

uint64_t ManifestNumber(absl::string_view name) {
  absl::ConsumePrefix(&name, kManifestPrefix);
  return NumberOf(name);
}

absl::StatusOr<std::string> ReadManifestName(const std::string& directory) {
  ASSIGN_OR_RETURN(std::string name, ReadFile(PathOf(directory, "CURRENT")));
  return std::string(absl::StripSuffix(name, "\n"));
}

// 0 when there is none.
absl::StatusOr<uint64_t> LastLogNumber(const std::string& directory) {
  ASSIGN_OR_RETURN(const auto names, ListDirectory(directory));
  uint64_t last = 0;
  for (absl::string_view name : names) {
    if (absl::ConsumeSuffix(&name, kLogSuffix)) {
      last = std::max(last, NumberOf(name));
    }
  }
  return last;
}

absl::Status CheckManifest(const std::string& directory, const Seal& seal) {
  ASSIGN_OR_RETURN(const std::string name, ReadManifestName(directory));
  const uint64_t number = ManifestNumber(name);
  const uint64_t sealed_number = ManifestNumber(seal.manifest_name);
  // The database started a new manifest and crashed before it was sealed.
  if (number > sealed_number) return absl::OkStatus();
  if (number < sealed_number) {
    return StoreDamaged(directory, absl::StrCat("CURRENT names ", name,
                                                ", older than the sealed ",
                                                seal.manifest_name));
  }
  absl::StatusOr<std::string> manifest = ReadFile(PathOf(directory, name));
  if (absl::IsNotFound(manifest.status())) {
    return StoreDamaged(directory, absl::StrCat(name, " is missing"));
  }
  RETURN_IF_ERROR(manifest.status());
  if (manifest->size() < seal.manifest_size_bytes) {
    return StoreDamaged(
        directory,
        absl::StrCat(name, " has ", manifest->size(), " of at least ",
                     seal.manifest_size_bytes, " bytes"));
  }
  if (Crc32c(absl::string_view(*manifest).substr(
          0, seal.manifest_size_bytes)) != seal.manifest_crc) {
    return StoreDamaged(directory, absl::StrCat(name, " was altered"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteSeal(const std::string& directory) {
  Seal seal;
  ASSIGN_OR_RETURN(seal.log_number, LastLogNumber(directory));
  ASSIGN_OR_RETURN(seal.manifest_name, ReadManifestName(directory));
  const std::string manifest_path = PathOf(directory, seal.manifest_name);
  ASSIGN_OR_RETURN(const std::string manifest, ReadFile(manifest_path));
  // What was read may not have reached the disk yet, and a seal must never
  // promise what a power cut can still take away.
  RETURN_IF_ERROR(SyncToDisk(manifest_path));
  seal.manifest_size_bytes = manifest.size();
  seal.manifest_crc = Crc32c(manifest);
  return ReplaceFile(PathOf(directory, "SEAL"), Encode(seal));
}

absl::Status CheckSeal(const std::string& directory) {
  const auto text = ReadFile(PathOf(directory, "SEAL"));
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  RETURN_IF_ERROR(text.status());
  Seal seal;
  if (!Decode(*text, seal)) {
    return StoreDamaged(directory, "SEAL is not a seal");
  }
  RETURN_IF_ERROR(CheckManifest(directory, seal));
  ASSIGN_OR_RETURN(const uint64_t last_log, LastLogNumber(directory));
  if (last_log < seal.log_number) {
    return StoreDamaged(directory,
                        absl::StrCat("the log of number ", seal.log_number,
                                     " or later is missing"));
  }
  return absl::OkStatus();
}

}  // namespace consilium
