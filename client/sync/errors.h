// The failures of moving changes.
#ifndef CONSILIUM_CLIENT_SYNC_ERRORS_H_
#define CONSILIUM_CLIENT_SYNC_ERRORS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/base/dot.h"

namespace consilium {

// A server, or a file, and what it says of something.
struct Testimony {
  std::string who;  // HOST:PORT.
  std::string says;
};

// `status` with `address` in front, unless its message names it already.
absl::Status AtAddress(const absl::Status& status, absl::string_view address);

// FAILED_PRECONDITION, reason REGISTRY_MISMATCH: two registries that happen to
// have one name. Ids are bytes.
absl::Status RegistryMismatch(const Testimony& first, const Testimony& second);

// FAILED_PRECONDITION, reason FORMAT_VERSION_MISMATCH.
absl::Status FormatVersionMismatch(const Testimony& first,
                                   const Testimony& second);

// FAILED_PRECONDITION, reason SAME_REPLICA: both are one replica.
absl::Status SameReplica(absl::string_view first, absl::string_view second,
                         absl::string_view replica);

// DATA_LOSS, reason FORK_FOUND: two changes have one dot. Hashes are bytes.
absl::Status ForkFound(const std::string& replica, int64_t sequence,
                       const Testimony& first, const Testimony& second);

// DATA_LOSS, reason DIGEST_MISMATCH: equal changes read as different content.
// Digests are bytes; an empty one means that it could not be told.
absl::Status DigestMismatch(const Testimony& first, const Testimony& second);

// DEADLINE_EXCEEDED, reason SYNC_STALLED.
absl::Status SyncStalled(absl::string_view from, absl::string_view to,
                         absl::Duration timeout);

// UNAVAILABLE or DEADLINE_EXCEEDED, reason SYNC_BROKEN_OFF, where `status` says
// that no server answers, or none in time: it did before, and so many changes
// were applied. Every other status as it is.
absl::Status SyncBrokenOff(const absl::Status& status, int64_t moved);

// The same of a bundle that was being made, which has to be made anew.
absl::Status BundleBrokenOff(const absl::Status& status);

// INTERNAL, reason SYNC_PROTOCOL_BROKEN: the server did what PROTOCOL.md rules
// out.
absl::Status SyncProtocolBroken(absl::string_view address,
                                absl::string_view fault);

// DATA_LOSS, reason BUNDLE_DAMAGED: what is wrong at which byte, and what was
// wanted.
absl::Status BundleDamaged(int64_t offset, absl::string_view fault);

// FAILED_PRECONDITION, reason BUNDLE_VERSION_UNSUPPORTED.
absl::Status BundleVersionUnsupported(uint32_t version);

// FAILED_PRECONDITION, reason BUNDLE_STARTS_LATER: the receiver lacks changes
// that the bundle takes for granted.
absl::Status BundleStartsLater(const std::string& replica, int64_t held,
                               int64_t wanted, absl::string_view receiver);

// INTERNAL, reason BUNDLE_NOT_WRITTEN.
absl::Status BundleNotWritten(absl::string_view what);

// DATA_LOSS, reason GENESIS_MISSING: the source's first group does not start
// the registry.
absl::Status GenesisMissing(absl::string_view source);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_ERRORS_H_
