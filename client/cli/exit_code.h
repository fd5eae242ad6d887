// What a finished command tells the shell.
#ifndef CONSILIUM_CLIENT_CLI_EXIT_CODE_H_
#define CONSILIUM_CLIENT_CLI_EXIT_CODE_H_

#include "absl/status/status.h"

namespace consilium {

// Scripts rely on these; never renumber.
enum class ExitCode {
  kOk = 0,
  kFailed = 1,
  kDifferences = 1,  // What a diff found.
  kUsage = 2,
  kPartial = 3,
  kNotPermitted = 4,
  kNotFound = 5,
  kConflict = 6,  // Also a stale etag, and a state that forbids the step.
  kInvalid = 7,
  kUnavailable = 8,  // Also a server whose disk is full.
  kIntegrity = 10,
};

// The exit code of a command that ended with `status`.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_EXIT_CODE_H_
