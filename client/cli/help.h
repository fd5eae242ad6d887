// What --help prints.
#ifndef CONSILIUM_CLIENT_CLI_HELP_H_
#define CONSILIUM_CLIENT_CLI_HELP_H_

#include <ostream>
#include <string>

#include "client/cli/command.h"
#include "client/cli/command_tree.h"

namespace consilium {

// Examples first, then the commands below `node` and the parameters of its
// own, `spec`, which is empty for a group.
void PrintHelp(const CommandNode& node, const CommandSpec& spec,
               const CommandSpec& global, std::ostream& out);

// The parts of it that manual pages share: how an argument stands in a command
// line, "[NAME...]"; the names of a flag, "-f, --file FILE"; and what a
// parameter is.
std::string ArgumentUsage(const Parameter& argument);
std::string FlagNames(const Parameter& flag);
std::string ParameterHelp(const Parameter& parameter, bool say_required);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_HELP_H_
