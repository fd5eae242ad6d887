// Failures of the API that storage does not know, and the reasons (ErrorInfo)
// they carry.
#ifndef CONSILIUM_SERVER_RPC_ERRORS_H_
#define CONSILIUM_SERVER_RPC_ERRORS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// UNIMPLEMENTED, UNKNOWN_METHOD.
absl::Status UnknownMethod(absl::string_view method);

// INVALID_ARGUMENT, DEADLINE_MISSING, REQUEST_UNREADABLE, REQUEST_MISSING.
absl::Status DeadlineMissing(absl::string_view method);
absl::Status RequestUnreadable(absl::string_view method);
absl::Status RequestMissing(absl::string_view method);

// INTERNAL, INTERNAL_ERROR: a bug of the server; the log has more.
absl::Status ServerFailed();

// RESOURCE_EXHAUSTED, LIMIT_EXCEEDED with metadata limit and maximum.
absl::Status WorkQueueFull(size_t maximum);
absl::Status TooManyStreams(size_t maximum);
absl::Status ResponseTooLarge(size_t size_bytes, size_t maximum);

// RESOURCE_EXHAUSTED, WATCH_TOO_SLOW with metadata resume_revision.
absl::Status WatchTooSlow(int64_t resume_revision, int64_t lag_max);

// OUT_OF_RANGE, REVISION_AHEAD: the revision lies ahead of this server's.
absl::Status RevisionAhead(int64_t revision, int64_t newest);

// FAILED_PRECONDITION, REVISION_OF_OTHER_REPLICA: `revision` is one of
// `replica`, and the server writes as `current`, whose newest is `newest`.
absl::Status RevisionOfOtherReplica(int64_t revision, absl::string_view replica,
                                    absl::string_view current, int64_t newest);

// ALREADY_EXISTS: the name of a snapshot is taken, for good.
absl::Status SnapshotExists(absl::string_view name);

// UNAVAILABLE, SERVER_STOPPING.
absl::Status ServerStopping();

// CANCELLED, CALL_CANCELLED; DEADLINE_EXCEEDED, DEADLINE_PASSED.
absl::Status CallCancelled();
absl::Status DeadlinePassed();

// NOT_FOUND, PARENT_NOT_FOUND: the record above is not there, or retracted.
absl::Status ParentNotFound(absl::string_view name, absl::string_view parent);

// FAILED_PRECONDITION, OTHER_FORMAT_VERSION.
absl::Status OtherFormatVersion(int64_t found, int64_t wanted);

// `status`, whose violations are about the record `name` (relative), as
// metadata "record" says.
absl::Status AboutRecord(const absl::Status& status, absl::string_view name);

// `status` of AboutRecord(…, name) with `prefix` put before the path of each
// violation; any other status as it is.
absl::Status UnderPrefix(const absl::Status& status, absl::string_view name,
                         absl::string_view prefix);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_ERRORS_H_
