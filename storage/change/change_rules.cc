#include "storage/change/change_rules.h"

#include "absl/strings/str_cat.h"
#include "proto/base/limits.h"
#include "proto/base/sha256.h"
#include "proto/base/utf8.h"
#include "storage/change/errors.h"
#include "storage/change/limits.h"
#include "storage/change/signing_key.h"

namespace consilium {
namespace {

constexpr size_t kNonceSizeBytes = 16;
constexpr int32_t kFieldNumberMax = (1 << 29) - 1;

// 0001-01-01 and 9999-12-31, the range of a Timestamp.
constexpr int64_t kClaimedSecondsMin = -62'135'596'800;
constexpr int64_t kClaimedSecondsMax = 253'402'300'799;
constexpr int32_t kNanosMax = 999'999'999;

absl::Status CheckOpening(const stored::v1::ReplicaOpening& opening,
                          const Dot& dot) {
  if (opening.institution().empty() ||
      opening.institution().size() > kIdSizeMax) {
    return ChangeInadmissible(
        dot, absl::StrCat("the id of its institution has ",
                          opening.institution().size(), " bytes, not 1 to ",
                          kIdSizeMax));
  }
  if (opening.replica_key().size() != kPublicKeySizeBytes ||
      opening.institution_key().size() != kPublicKeySizeBytes ||
      opening.certificate().size() != kSignatureSizeBytes) {
    return ChangeInadmissible(dot, "a key or certificate has a wrong length");
  }
  return absl::OkStatus();
}

absl::Status CheckGenesis(const stored::v1::ChangeHeader& header,
                          const Dot& dot) {
  const stored::v1::Genesis& genesis = header.genesis();
  if (dot.sequence != 1 || !header.dependencies().empty()) {
    return ChangeInadmissible(dot, "it starts a registry, but is not first");
  }
  if (genesis.nonce().size() != kNonceSizeBytes) {
    return ChangeInadmissible(dot, "its nonce is not 16 bytes long");
  }
  if (genesis.registry().empty() ||
      genesis.registry().size() > kRegistryIdSizeMax) {
    return ChangeInadmissible(
        dot,
        absl::StrCat("the name of its registry has ", genesis.registry().size(),
                     " bytes, not 1 to ", kRegistryIdSizeMax));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTexts(const Dot& dot, absl::string_view author,
                        absl::string_view message) {
  if (author.size() > kAuthorSizeMax) {
    return ChangeOverLimit(dot, "author size in bytes", kAuthorSizeMax,
                           author.size());
  }
  if (message.size() > kChangeMessageSizeMax) {
    return ChangeOverLimit(dot, "message size in bytes", kChangeMessageSizeMax,
                           message.size());
  }
  return absl::OkStatus();
}

absl::Status CheckHeader(const stored::v1::ChangeHeader& header,
                         const Dot& dot) {
  const size_t registry_size = header.has_genesis() ? 0 : kSha256SizeBytes;
  if (header.registry().size() != registry_size) {
    return ChangeInadmissible(dot, "the id of its registry has a wrong length");
  }
  const size_t previous_size = dot.sequence == 1 ? 0 : kSha256SizeBytes;
  if (header.previous().size() != previous_size) {
    return ChangeInadmissible(
        dot, "the hash of the previous change has a wrong length");
  }
  if (header.has_opening() != (dot.sequence == 1)) {
    return ChangeInadmissible(
        dot, "the first change of a replica introduces it, and no other does");
  }
  if (header.has_opening())
    RETURN_IF_ERROR(CheckOpening(header.opening(), dot));
  if (header.has_genesis()) RETURN_IF_ERROR(CheckGenesis(header, dot));
  if (header.logical_clock() < dot.sequence) {
    return ChangeInadmissible(dot, "its logical clock is below its sequence");
  }
  const auto& time = header.claimed_time();
  if (time.seconds() < kClaimedSecondsMin ||
      time.seconds() > kClaimedSecondsMax || time.nanos() < 0 ||
      time.nanos() > kNanosMax) {
    return ChangeInadmissible(dot, "its claimed time is no time");
  }
  if (header.mode() == stored::v1::CHANGE_MODE_UNSPECIFIED ||
      !stored::v1::ChangeMode_IsValid(header.mode())) {
    return ChangeInadmissible(dot, "its mode is unknown");
  }
  return CheckTexts(dot, header.author(), header.message());
}

absl::Status ContentRules::BeginRecord(absl::string_view name,
                                       size_t assignment_count) {
  const absl::string_view previous = record_;
  record_ = name;
  path_ = nullptr;
  if (name.empty() || !IsValidUtf8(name)) {
    return Broken("the name of a record is empty or no UTF-8");
  }
  if (name.size() > kRecordNameSizeMax) {
    return ChangeOverLimit(dot_, "record name size in bytes",
                           kRecordNameSizeMax, name.size());
  }
  if (name <= previous) {
    return Broken("records are not in ascending order of names");
  }
  if (assignment_count == 0) {
    return Broken("a record is named without an assignment");
  }
  assignment_count_ += assignment_count;
  if (assignment_count_ > kAssignmentsPerChangeMax) {
    return ChangeOverLimit(dot_, "assignments", kAssignmentsPerChangeMax,
                           assignment_count_);
  }
  return absl::OkStatus();
}

absl::Status ContentRules::CheckAssignment(const FieldPath& path,
                                           absl::string_view value,
                                           absl::string_view source,
                                           absl::Span<const Dot> superseded) {
  RETURN_IF_ERROR(CheckPath(path));
  if (value.size() > kValueSizeMax) {
    return ChangeOverLimit(dot_, "value size in bytes", kValueSizeMax,
                           value.size());
  }
  if (source.size() > kValueSizeMax) {
    return ChangeOverLimit(dot_, "source size in bytes", kValueSizeMax,
                           source.size());
  }
  return CheckDots("superseded dots of an assignment", superseded,
                   kSupersededPerAssignmentMax);
}

absl::Status ContentRules::CheckPath(const FieldPath& path) {
  const FieldPath* const previous = path_;
  path_ = &path;
  if (path.field < 1 || path.field > kFieldNumberMax) {
    return Broken("a field has no valid number");
  }
  if (path.kind == MergeKind::kRegister && !path.key.empty()) {
    return Broken("a register has a key");
  }
  if (path.kind == MergeKind::kKeyed && path.key.empty()) {
    return Broken("a keyed element has no key");
  }
  if (path.key.size() > kElementKeySizeMax) {
    return ChangeOverLimit(dot_, "key size in bytes", kElementKeySizeMax,
                           path.key.size());
  }
  if (previous != nullptr && !(*previous < path)) {
    return Broken("paths are not in ascending order, each once");
  }
  return absl::OkStatus();
}

absl::Status ContentRules::CheckCovered(absl::Span<const Dot> covered) {
  path_ = nullptr;
  return CheckDots("covered dots of a record", covered, kCoveredPerRecordMax);
}

absl::Status ContentRules::CheckDots(absl::string_view what,
                                     absl::Span<const Dot> dots,
                                     size_t maximum) {
  if (dots.size() > maximum) {
    return ChangeOverLimit(dot_, what, maximum, dots.size());
  }
  dot_count_ += dots.size();
  if (dot_count_ > kDotsPerChangeMax) {
    return ChangeOverLimit(dot_, "dots", kDotsPerChangeMax, dot_count_);
  }
  const Dot* previous = nullptr;
  for (const Dot& dot : dots) {
    if (dot.sequence < 1) return Broken("a dot has a sequence below 1");
    if (dot.replica == dot_.replica && dot.sequence >= dot_.sequence) {
      return Broken("a dot names the change itself or a later one");
    }
    if (previous != nullptr && !(*previous < dot)) {
      return Broken("dots are not in ascending order, each once");
    }
    previous = &dot;
  }
  return absl::OkStatus();
}

absl::Status ContentRules::Broken(absl::string_view rule) const {
  const std::string path =
      path_ == nullptr ? "" : absl::StrCat(", ", path_->ToText(nullptr));
  return ChangeInadmissible(
      dot_, absl::StrCat(rule, " (", Quote(record_), path, ")"));
}

}  // namespace consilium
