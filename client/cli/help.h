// What --help prints.
#ifndef CONSILIUM_CLIENT_CLI_HELP_H_
#define CONSILIUM_CLIENT_CLI_HELP_H_

#include <ostream>

#include "client/cli/command.h"
#include "client/cli/command_tree.h"

namespace consilium {

// Examples first, then the commands below `node` and the parameters of its
// own, `spec`, which is empty for a group.
void PrintHelp(const CommandNode& node, const CommandSpec& spec,
               const CommandSpec& global, std::ostream& out);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_HELP_H_
