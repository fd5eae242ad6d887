#include "server/rpc/errors.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/limit_error.h"

namespace consilium {
namespace {

constexpr absl::string_view kErrorInfoUrl =
    "type.googleapis.com/google.rpc.ErrorInfo";
constexpr absl::string_view kRecordKey = "record";

}  // namespace

absl::Status UnknownMethod(absl::string_view method) {
  return MakeError(absl::StatusCode::kUnimplemented, "UNKNOWN_METHOD",
                   absl::StrCat("this server has no method ", method),
                   {{"method", method}});
}

absl::Status DeadlineMissing(absl::string_view method) {
  return MakeError(absl::StatusCode::kInvalidArgument, "DEADLINE_MISSING",
                   absl::StrCat(method,
                                " wants a deadline; set one, for example of "
                                "10 seconds (header grpc-timeout: 10S; with "
                                "buf curl: --timeout 10s)"),
                   {{"method", method}});
}

absl::Status RequestUnreadable(absl::string_view method) {
  return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_UNREADABLE",
                   absl::StrCat("the request of ", method,
                                " does not parse as its message; is the "
                                "client's schema another one?"),
                   {{"method", method}});
}

absl::Status RequestMissing(absl::string_view method) {
  return MakeError(absl::StatusCode::kInvalidArgument, "REQUEST_MISSING",
                   absl::StrCat(method, " came without a request"),
                   {{"method", method}});
}

absl::Status ServerFailed() {
  return MakeError(absl::StatusCode::kInternal, "INTERNAL_ERROR",
                   "the server failed; its log says why");
}

absl::Status WorkQueueFull(size_t maximum) {
  return OverLimit("work queue", maximum,
                   absl::StrCat("the server is busy: ", maximum,
                                " calls wait already; try again later"));
}

absl::Status TooManyStreams(size_t maximum) {
  return OverLimit("streams", maximum,
                   absl::StrCat("the server serves ", maximum,
                                " streams already; try again later"));
}

absl::Status ResponseTooLarge(size_t size_bytes, size_t maximum) {
  return OverLimit(
      "response size in bytes", maximum,
      absl::StrCat("the answer has ", size_bytes, " bytes, at most ", maximum,
                   " can be sent; ask for less"));
}

absl::Status WatchTooSlow(int64_t resume_revision, int64_t lag_max) {
  return MakeError(
      absl::StatusCode::kResourceExhausted, "WATCH_TOO_SLOW",
      absl::StrCat("the watcher fell more than ", lag_max,
                   " revisions behind; watch again with since_revision ",
                   resume_revision),
      {{"resume_revision", absl::StrCat(resume_revision)},
       {"limit", "watch lag in revisions"},
       {"maximum", absl::StrCat(lag_max)}});
}

absl::Status RevisionAhead(int64_t revision, int64_t newest) {
  return MakeError(
      absl::StatusCode::kOutOfRange, "REVISION_AHEAD",
      absl::StrCat("revision ", revision,
                   " lies ahead of this server, which is at ", newest,
                   "; revisions of another server mean nothing here"),
      {{"revision", absl::StrCat(revision)}, {"newest", absl::StrCat(newest)}});
}

absl::Status RevisionOfOtherReplica(int64_t revision, absl::string_view replica,
                                    absl::string_view current, int64_t newest) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "REVISION_OF_OTHER_REPLICA",
      absl::StrCat("revision ", revision, " is one of replica ", replica,
                   ", and this server writes as replica ", current,
                   ": it was restored since, or it is another server. Its "
                   "revisions are other ones, and what you missed cannot be "
                   "told by number; watch from revision 0, or from now (",
                   newest, ")"),
      {{"revision", absl::StrCat(revision)},
       {"replica", replica},
       {"current_replica", current},
       {"newest", absl::StrCat(newest)}});
}

absl::Status SnapshotExists(absl::string_view name) {
  return MakeError(absl::StatusCode::kAlreadyExists, "RECORD_EXISTS",
                   absl::StrCat("\"", name,
                                "\" exists, and a snapshot never changes; "
                                "choose another name"),
                   {{"record", name}});
}

absl::Status ServerStopping() {
  return MakeError(absl::StatusCode::kUnavailable, "SERVER_STOPPING",
                   "the server is shutting down; try again");
}

absl::Status CallCancelled() {
  return MakeError(absl::StatusCode::kCancelled, "CALL_CANCELLED",
                   "the caller went away");
}

absl::Status DeadlinePassed() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                   "the deadline passed before the answer was there");
}

absl::Status ParentNotFound(absl::string_view name, absl::string_view parent) {
  return MakeError(
      absl::StatusCode::kNotFound, "PARENT_NOT_FOUND",
      absl::StrCat("there is no live record \"", parent, "\" for \"", name,
                   "\" to stand under; create it first"),
      {{"record", name}, {"parent", parent}});
}

absl::Status OtherFormatVersion(int64_t found, int64_t wanted) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "OTHER_FORMAT_VERSION",
      absl::StrCat("the caller speaks version ", found,
                   " of the change format, this server version ", wanted,
                   "; upgrade the older one"),
      {{"found", absl::StrCat(found)}, {"wanted", absl::StrCat(wanted)}});
}

absl::Status AboutRecord(const absl::Status& status, absl::string_view name) {
  auto info = GetErrorInfo(status);
  if (!info.has_value()) return status;
  (*info->mutable_metadata())[std::string(kRecordKey)] = std::string(name);
  absl::Status about = status;
  about.SetPayload(kErrorInfoUrl, absl::Cord(info->SerializeAsString()));
  return about;
}

absl::Status UnderPrefix(const absl::Status& status, absl::string_view name,
                         absl::string_view prefix) {
  if (!absl::IsInvalidArgument(status)) return status;
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return status;
  const auto record = info->metadata().find(std::string(kRecordKey));
  if (record == info->metadata().end() || record->second != name) {
    return status;
  }
  std::vector<FieldViolation> violations = GetFieldViolations(status);
  if (violations.empty()) return status;
  for (FieldViolation& violation : violations) {
    violation.field = violation.field.empty()
                          ? std::string(prefix)
                          : absl::StrCat(prefix, ".", violation.field);
  }
  return AboutRecord(InvalidFields(violations), name);
}

}  // namespace consilium
