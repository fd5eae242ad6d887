#include "client/cli/exit_code.h"

#include <string>

#include "client/cli/errors.h"
#include "proto/base/errors.h"

namespace consilium {

ExitCode ExitCodeOf(const absl::Status& status) {
  const std::string reason = GetErrorReason(status);
  if (reason == kUsageReason) return ExitCode::kUsage;
  if (reason == "DISK_SPACE_LOW" || reason == "DISK_FULL" ||
      reason == "BACKUP_DISK_FULL" || reason == "COMMIT_QUEUE_FULL") {
    return ExitCode::kUnavailable;  // Nothing is wrong with the request.
  }
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kNotPermitted;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kConflict;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kResourceExhausted:
      return ExitCode::kInvalid;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kUnavailable;
    case absl::StatusCode::kDataLoss:
      return ExitCode::kIntegrity;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace consilium
