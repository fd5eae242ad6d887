#include "storage/registry/errors.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

// The metadata `key` of `status`, or "".
std::string MetadataOf(const absl::Status& status, const std::string& key) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return "";
  const auto it = info->metadata().find(key);
  return it == info->metadata().end() ? "" : it->second;
}

// What is named once, even if two records suffer from it.
std::vector<FieldViolation> ViolationsOf(
    const std::vector<absl::Status>& refusals) {
  std::vector<FieldViolation> violations;
  std::set<absl::string_view> seen;
  for (const absl::Status& refusal : refusals) {
    if (!seen.insert(refusal.message()).second) continue;
    const std::string path = MetadataOf(refusal, "path");
    violations.push_back({absl::StrCat(MetadataOf(refusal, "record"),
                                       path.empty() ? "" : ".", path),
                          std::string(refusal.message())});
  }
  return violations;
}

std::string MessageOf(const std::vector<FieldViolation>& violations) {
  constexpr size_t kNamedMax = 3;
  std::string message;
  for (size_t i = 0; i < std::min(violations.size(), kNamedMax); ++i) {
    absl::StrAppend(&message, i == 0 ? "" : "; ", violations[i].description);
  }
  if (violations.size() > kNamedMax) {
    absl::StrAppend(&message, "; and ", violations.size() - kNamedMax, " more");
  }
  return message;
}

}  // namespace

absl::Status RecordNotFound(absl::string_view name) {
  return MakeError(
      absl::StatusCode::kNotFound, "RECORD_NOT_FOUND",
      absl::StrCat("there is no record \"", name, "\" at this version"),
      {{"record", name}});
}

absl::Status ChangeNotFound(const Dot& dot) {
  return MakeError(
      absl::StatusCode::kNotFound, "CHANGE_NOT_FOUND",
      absl::StrCat("this server does not hold change ", dot.ToString()),
      {{"change", dot.ToString()}});
}

absl::Status RevisionNotFound(int64_t revision, int64_t newest) {
  return MakeError(
      absl::StatusCode::kNotFound, "REVISION_NOT_FOUND",
      absl::StrCat("revision ", revision, " does not exist; this server is at ",
                   newest),
      {{"revision", absl::StrCat(revision)}, {"newest", absl::StrCat(newest)}});
}

absl::Status RegistryNotFound(absl::string_view name,
                              const std::vector<std::string>& known) {
  const std::string list =
      known.empty() ? "it has none; create or join one"
                    : absl::StrCat("it has: ", absl::StrJoin(known, ", "));
  return MakeError(
      absl::StatusCode::kNotFound, "REGISTRY_NOT_FOUND",
      absl::StrCat("this server has no registry \"", name, "\"; ", list),
      {{"registry", name}});
}

absl::Status RecordExists(absl::string_view name, bool retracted) {
  return MakeError(
      absl::StatusCode::kAlreadyExists, "RECORD_EXISTS",
      absl::StrCat("record \"", name, "\" exists",
                   retracted ? ", retracted; undelete it, names are never "
                               "used again"
                             : "; update it instead"),
      {{"record", name}});
}

absl::Status RegistryExists(absl::string_view name) {
  return MakeError(
      absl::StatusCode::kAlreadyExists, "REGISTRY_EXISTS",
      absl::StrCat("this server has a registry \"", name, "\" already"),
      {{"registry", name}});
}

absl::Status StaleEtag(absl::string_view name, absl::string_view etag,
                       absl::string_view current_etag) {
  return MakeError(
      absl::StatusCode::kAborted, "STALE_ETAG",
      absl::StrCat("record \"", name, "\" has changed since etag ", etag,
                   "; it is at ", current_etag,
                   " now. Read it again and repeat the change"),
      {{"record", name}, {"etag", etag}, {"current_etag", current_etag}});
}

absl::Status ConflictChanged(absl::string_view name, absl::string_view path) {
  return MakeError(absl::StatusCode::kAborted, "CONFLICT_CHANGED",
                   absl::StrCat("the visible values of ", path, " of \"", name,
                                "\" are not those that were shown; look at "
                                "them again"),
                   {{"record", name}, {"path", path}});
}

absl::Status FieldInConflict(absl::string_view name, absl::string_view path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "FIELD_IN_CONFLICT",
                   absl::StrCat(path, " of \"", name,
                                "\" is in conflict; resolve that first"),
                   {{"record", name}, {"path", path}});
}

absl::Status NotInConflict(absl::string_view name, absl::string_view path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "NOT_IN_CONFLICT",
                   absl::StrCat(path, " of \"", name,
                                "\" is not in conflict; update it instead"),
                   {{"record", name}, {"path", path}});
}

absl::Status RecordRetracted(absl::string_view name) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "RECORD_RETRACTED",
      absl::StrCat("record \"", name, "\" is retracted; undelete it first"),
      {{"record", name}});
}

absl::Status RecordNotRetracted(absl::string_view name) {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "RECORD_NOT_RETRACTED",
                   absl::StrCat("record \"", name, "\" is not retracted"),
                   {{"record", name}});
}

bool IsAboutOneRecord(const absl::Status& status) {
  return (absl::IsFailedPrecondition(status) || absl::IsAborted(status) ||
          absl::IsNotFound(status) || absl::IsAlreadyExists(status)) &&
         !MetadataOf(status, "record").empty();
}

absl::Status RecordsRefused(const std::vector<absl::Status>& refusals) {
  const absl::Status& first = refusals.front();
  const std::vector<FieldViolation> violations = ViolationsOf(refusals);
  if (violations.size() == 1) return first;
  const bool alike = std::all_of(
      refusals.begin(), refusals.end(), [&](const absl::Status& refusal) {
        return GetErrorReason(refusal) == GetErrorReason(first);
      });
  if (!alike) {
    return WithViolations(MakeError(absl::StatusCode::kFailedPrecondition,
                                    "RECORDS_REFUSED", MessageOf(violations)),
                          violations);
  }
  absl::Status refused(first.code(), MessageOf(violations));
  first.ForEachPayload(
      [&](absl::string_view type_url, const absl::Cord& payload) {
        refused.SetPayload(type_url, payload);
      });
  return WithViolations(refused, violations);
}

absl::Status LimitExceeded(absl::string_view limit, absl::string_view where,
                           uint64_t value, uint64_t maximum) {
  return MakeError(absl::StatusCode::kResourceExhausted, "LIMIT_EXCEEDED",
                   absl::StrCat(where, ": ", limit, " would be ", value,
                                ", at most ", maximum, " is allowed"),
                   {{"limit", limit},
                    {"value", absl::StrCat(value)},
                    {"maximum", absl::StrCat(maximum)}});
}

absl::Status RequestIdReused(absl::string_view request_id) {
  return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED",
                   absl::StrCat("request_id \"", request_id,
                                "\" came with another request before; use a "
                                "new one"),
                   {{"request_id", request_id}});
}

absl::Status FrontierNotHeld(const Dot& dot, int64_t held) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "FRONTIER_NOT_HELD",
                   absl::StrCat("the frontier names change ", dot.ToString(),
                                " but this server holds ", held,
                                " changes of that replica; sync first"),
                   {{"change", dot.ToString()}, {"held", absl::StrCat(held)}});
}

absl::Status FrontierNotClosed(const Dot& dot, const Dot& wanted) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "FRONTIER_NOT_CLOSED",
      absl::StrCat("the frontier holds change ", dot.ToString(),
                   " but not change ", wanted.ToString(), " on which it rests"),
      {{"change", dot.ToString()}, {"wanted", wanted.ToString()}});
}

absl::Status OtherRegistry(absl::string_view found, absl::string_view wanted) {
  const std::string found_hex = absl::BytesToHexString(found);
  const std::string wanted_hex = absl::BytesToHexString(wanted);
  return MakeError(absl::StatusCode::kFailedPrecondition, "OTHER_REGISTRY",
                   absl::StrCat("the changes belong to registry ", found_hex,
                                ", this one is ", wanted_hex),
                   {{"found", found_hex}, {"wanted", wanted_hex}});
}

absl::Status SequenceGap(const ReplicaId& replica, int64_t found,
                         int64_t wanted) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "SEQUENCE_GAP",
                   absl::StrCat("change ", found, " of replica ",
                                replica.ToHex(), " came, change ", wanted,
                                " was wanted; sync from the frontier again"),
                   {{"replica", replica.ToHex()},
                    {"found", absl::StrCat(found)},
                    {"wanted", absl::StrCat(wanted)}});
}

absl::Status ForkedReplica(const Dot& dot, absl::string_view held_hash,
                           absl::string_view found_hash) {
  const std::string held = absl::BytesToHexString(held_hash);
  const std::string found = absl::BytesToHexString(found_hash);
  return MakeError(
      absl::StatusCode::kDataLoss, "FORKED_REPLICA",
      absl::StrCat("two different changes carry the name ", dot.ToString(),
                   ": ", held, " is held here, ", found,
                   " came; was a data directory copied?"),
      {{"change", dot.ToString()}, {"held", held}, {"found", found}});
}

absl::Status Inadmissible(absl::string_view reason, const Dot& dot,
                          absl::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat("change ", dot.ToString(), ": ", why),
                   {{"change", dot.ToString()}});
}

}  // namespace consilium
