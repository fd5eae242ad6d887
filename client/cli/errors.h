// The failures of the command line itself, and how every failure is shown.
#ifndef CONSILIUM_CLIENT_CLI_ERRORS_H_
#define CONSILIUM_CLIENT_CLI_ERRORS_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// The reason of a command that was typed wrongly.
inline constexpr absl::string_view kUsageReason = "USAGE";

// The metadata key under which an error says which command to try next.
inline constexpr absl::string_view kNextKey = "next";

// INVALID_ARGUMENT, exit code 2: the command was typed wrongly.
absl::Status UsageError(absl::string_view message, absl::string_view next = "");

// UNKNOWN, exit code 1: standard output took not all, for the reason `error`,
// an errno; 0 when that is not known.
absl::Status OutputFailed(int error);

// `status` with `next` as the command to try next, unless it names one.
absl::Status WithNext(absl::Status status, absl::string_view next);

// What was typed, for commands that are to be typed next.
struct TypedCommand {
  std::string path;                   // "consilium trial get".
  std::string program = "consilium";  // With the flags that name a server.
};

// The commands worth trying after `status`, each to be typed as it stands:
// those it names itself, else what its code suggests.
std::vector<std::string> NextCommands(const absl::Status& status,
                                      const TypedCommand& command);

// How an error is written.
enum class ErrorForm { kText, kJson };

// Writes what was wrong, where, and the next command, in lines for people or
// as one JSON object on one line:
//   {"messageType":"error","code":"NOT_FOUND","reason":"TRIAL_NOT_FOUND",
//    "exitCode":5,"message":"...","metadata":{},"fieldViolations":[
//    {"field":"...","description":"..."}],"next":["consilium trial list"]}
// Control characters, which a server may send, are made visible.
void PrintError(const absl::Status& status, const TypedCommand& command,
                ErrorForm form, bool color, std::ostream& out);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_ERRORS_H_
