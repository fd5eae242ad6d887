// Runs one command line.
#ifndef CONSILIUM_CLIENT_CLI_COMMAND_LINE_H_
#define CONSILIUM_CLIENT_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "client/cli/command.h"
#include "client/cli/exit_code.h"
#include "client/cli/terminal.h"

namespace consilium {

// Finds the command that `words` (without the program's own name) mean, fills
// in its parameters, runs it, and prints what it returns when that is an
// error. A word or flag that does not exist is answered with the likeliest one
// that does; nothing runs then.
ExitCode RunCommandLine(const CommandTable& table,
                        const std::vector<std::string>& words, CommandIo& io);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_COMMAND_LINE_H_
