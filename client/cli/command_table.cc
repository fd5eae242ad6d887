#include "client/cli/command_table.h"

#include "client/cli/completion.h"

namespace consilium {

CommandTable MakeCommandTable() {
  return {
      .version = "0.1.0",
      .groups = {},
      .commands =
          {
              {"completion", MakeCompletionCommand},
          },
  };
}

}  // namespace consilium
