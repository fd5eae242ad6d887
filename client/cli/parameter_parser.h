// Reads the flags and arguments of one command.
#ifndef CONSILIUM_CLIENT_CLI_PARAMETER_PARSER_H_
#define CONSILIUM_CLIENT_CLI_PARAMETER_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/command.h"

namespace consilium {

// Fills the targets of `spec` and `global` from `words`, of which `path` is
// the command, for errors. A flag of the command hides a global one of its
// name. When `lenient`, only what is there is read: nothing is required and
// choices are not checked.
//   INVALID_ARGUMENT  USAGE: an unknown flag, a value missing, too many or not
//                     of its type, an argument too many or too few.
absl::Status ParseParameters(const std::string& path,
                             const std::vector<std::string>& words,
                             const CommandSpec& spec, const CommandSpec& global,
                             bool lenient);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_PARAMETER_PARSER_H_
