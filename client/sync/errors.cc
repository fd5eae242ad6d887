#include "client/sync/errors.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/sync/limits.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

std::string Hex(absl::string_view bytes) {
  return absl::BytesToHexString(bytes);
}

std::string DigestText(const Testimony& testimony) {
  return testimony.says.empty()
             ? absl::StrCat(testimony.who, " cannot tell")
             : absl::StrCat(testimony.who, " has ", Hex(testimony.says));
}

// `status`, or, where it says that no server answers at an address, that the
// connection to it broke off or stalled, and `what` came of that.
absl::Status BrokenOff(const absl::Status& status, absl::string_view what) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return status;
  const bool stalled = info->reason() == "SERVER_TOO_SLOW";
  if (!stalled && info->reason() != "SERVER_UNAVAILABLE") return status;
  const auto said = [&info](const char* key) -> std::string {
    const auto found = info->metadata().find(key);
    return found == info->metadata().end() ? "" : found->second;
  };
  const std::string address = said("address");
  return MakeError(status.code(), "SYNC_BROKEN_OFF",
                   absl::StrCat("the connection to ", address,
                                stalled ? " stalled (" : " broke off (",
                                said("cause"), ") ", what),
                   {{"address", address}});
}

}  // namespace

absl::Status AtAddress(const absl::Status& status, absl::string_view address) {
  if (status.ok() || absl::StrContains(status.message(), address)) {
    return status;
  }
  return Annotate(status, address);
}

absl::Status RegistryMismatch(const Testimony& first, const Testimony& second) {
  const std::string first_id = Hex(first.says);
  const std::string second_id = Hex(second.says);
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "REGISTRY_MISMATCH",
      absl::StrCat("two different registries: ", first.who, " has ", first_id,
                   ", ", second.who, " has ", second_id,
                   "; only replicas of one registry sync, and "
                   "`consilium registry join` makes a replica"),
      {{"first", first.who},
       {"first_registry", first_id},
       {"second", second.who},
       {"second_registry", second_id}});
}

absl::Status FormatVersionMismatch(const Testimony& first,
                                   const Testimony& second) {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "FORMAT_VERSION_MISMATCH",
                   absl::StrCat(first.who, " has format version ", first.says,
                                ", ", second.who, " has ", second.says,
                                "; upgrade the older server"),
                   {{"first", first.who},
                    {"first_version", first.says},
                    {"second", second.who},
                    {"second_version", second.says}});
}

absl::Status SameReplica(absl::string_view first, absl::string_view second,
                         absl::string_view replica) {
  const std::string id = Hex(replica);
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "SAME_REPLICA",
      absl::StrCat(first, " and ", second, " are both the replica ", id,
                   "; name two servers, and start a copied data directory "
                   "with --new-replica"),
      {{"first", first}, {"second", second}, {"replica", id}});
}

absl::Status ForkFound(const std::string& replica, int64_t sequence,
                       const Testimony& first, const Testimony& second) {
  const std::string dot = absl::StrCat(Hex(replica), ":", sequence);
  const std::string first_hash = Hex(first.says);
  const std::string second_hash = Hex(second.says);
  return MakeError(
      absl::StatusCode::kDataLoss, "FORK_FOUND",
      absl::StrCat("two changes are named ", dot, ": ", first.who, " has ",
                   first_hash, ", ", second.who, " has ", second_hash,
                   "; a data directory was copied or restored, or its replica "
                   "is dishonest. Nothing was moved"),
      {{"change", dot},
       {"first", first.who},
       {"first_hash", first_hash},
       {"second", second.who},
       {"second_hash", second_hash}});
}

absl::Status DigestMismatch(const Testimony& first, const Testimony& second) {
  return MakeError(
      absl::StatusCode::kDataLoss, "DIGEST_MISMATCH",
      absl::StrCat("ALARM: the content digests at one frontier do not match: ",
                   DigestText(first), ", ", DigestText(second),
                   "; keep both data directories as they are and run "
                   "`consilium doctor` on both"),
      {{"first", first.who},
       {"first_digest", Hex(first.says)},
       {"second", second.who},
       {"second_digest", Hex(second.says)}});
}

absl::Status SyncStalled(absl::string_view from, absl::string_view to,
                         absl::Duration timeout) {
  return MakeError(
      absl::StatusCode::kDeadlineExceeded, "SYNC_STALLED",
      absl::StrCat("nothing moved from ", from, " to ", to, " for ",
                   absl::FormatDuration(timeout),
                   "; what was applied stays, and the next sync goes on"),
      {{"from", from}, {"to", to}});
}

absl::Status SyncBrokenOff(const absl::Status& status, int64_t moved) {
  return BrokenOff(
      status, absl::StrCat("after ", moved, moved == 1 ? " change" : " changes",
                           "; what was applied stays, and the next attempt "
                           "goes on"));
}

absl::Status BundleBrokenOff(const absl::Status& status) {
  return BrokenOff(status, "before the bundle was whole; make it again");
}

absl::Status SyncProtocolBroken(absl::string_view address,
                                absl::string_view fault) {
  return MakeError(absl::StatusCode::kInternal, "SYNC_PROTOCOL_BROKEN",
                   absl::StrCat(address, " ", fault), {{"address", address}});
}

absl::Status BundleDamaged(int64_t offset, absl::string_view fault) {
  return MakeError(
      absl::StatusCode::kDataLoss, "BUNDLE_DAMAGED",
      absl::StrCat("the bundle is damaged at byte ", offset, ": ", fault,
                   "; nothing of it was applied, ask for "
                   "the file again"),
      {{"offset", absl::StrCat(offset)}});
}

absl::Status BundleVersionUnsupported(uint32_t version) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "BUNDLE_VERSION_UNSUPPORTED",
      absl::StrCat("the bundle has format version ", version,
                   ", this release reads ", kBundleVersion, "; upgrade it"),
      {{"version", absl::StrCat(version)}});
}

absl::Status BundleStartsLater(const std::string& replica, int64_t held,
                               int64_t wanted, absl::string_view receiver) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "BUNDLE_STARTS_LATER",
      absl::StrCat("the bundle starts after change ", wanted, " of replica ",
                   Hex(replica), ", and ", receiver, " holds ", held,
                   " of it; make the bundle with --since the frontier that "
                   "`consilium registry status` shows there, or with --since "
                   "- when it has no such registry"),
      {{"replica", Hex(replica)},
       {"held", absl::StrCat(held)},
       {"wanted", absl::StrCat(wanted)}});
}

absl::Status BundleNotWritten(absl::string_view what) {
  return MakeError(absl::StatusCode::kInternal, "BUNDLE_NOT_WRITTEN",
                   absl::StrCat("the bundle could not be written: ", what,
                                "; is there room on the disk?"));
}

absl::Status GenesisMissing(absl::string_view source) {
  return MakeError(absl::StatusCode::kDataLoss, "GENESIS_MISSING",
                   absl::StrCat(source,
                                " sent a first group that does not start the "
                                "registry"),
                   {{"source", source}});
}

}  // namespace consilium
