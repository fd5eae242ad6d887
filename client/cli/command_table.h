// Every command of `consilium`.
#ifndef CONSILIUM_CLIENT_CLI_COMMAND_TABLE_H_
#define CONSILIUM_CLIENT_CLI_COMMAND_TABLE_H_

#include "client/cli/command.h"

namespace consilium {

CommandTable MakeCommandTable();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_COMMAND_TABLE_H_
