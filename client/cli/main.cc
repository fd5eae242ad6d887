// The command line of Consilium.
#include <csignal>
#include <string>
#include <vector>

#include "client/cli/command_line.h"
#include "client/cli/command_table.h"
#include "client/cli/terminal.h"

int main(int argc, char** argv) {
  // A reader that has seen enough, such as `head`, ends a list early; writing
  // on then fails instead of killing the process.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> words(argv + 1, argv + argc);
  consilium::CommandIo io = consilium::StandardIo();
  const consilium::ExitCode code =
      consilium::RunCommandLine(consilium::MakeCommandTable(), words, io);
  io.out.flush();
  return static_cast<int>(code);
}
