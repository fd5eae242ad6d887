// A small table of commands that print what they were called with.
#ifndef CONSILIUM_TESTS_CLIENT_CLI_FAKE_COMMANDS_H_
#define CONSILIUM_TESTS_CLIENT_CLI_FAKE_COMMANDS_H_

#include "client/cli/command.h"

namespace consilium {

// trial list | trial get NAME | trial edit NAME ..., ae get NAME,
// sync FROM TO, sync bundle create, fail CODE, completion SHELL. Names of the
// kind "trial" are nct1 and nct2, preceded by the server: "h:1-nct1".
CommandTable MakeFakeTable();

}  // namespace consilium

#endif  // CONSILIUM_TESTS_CLIENT_CLI_FAKE_COMMANDS_H_
