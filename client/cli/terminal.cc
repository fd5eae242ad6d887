#include "client/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

#include "absl/strings/numbers.h"
#include "client/cli/file_buffer.h"
#include "client/cli/limits.h"

namespace consilium {
namespace {

int TerminalWidth(int fd, const Environment& environment) {
  struct winsize size = {};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  int columns = 0;
  const auto variable = GetVariable(environment, "COLUMNS");
  if (variable.has_value() && absl::SimpleAtoi(*variable, &columns) &&
      columns > 0) {
    return columns;
  }
  return kTerminalWidthDefault;
}

}  // namespace

std::optional<std::string> GetVariable(const Environment& environment,
                                       const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Terminal DetectTerminal(int fd, const Environment& environment) {
  Terminal terminal;
  terminal.is_terminal = isatty(fd) == 1;
  if (!terminal.is_terminal) return terminal;
  terminal.width = TerminalWidth(fd, environment);
  terminal.color = !GetVariable(environment, "NO_COLOR").has_value() &&
                   GetVariable(environment, "TERM").value_or("dumb") != "dumb";
  return terminal;
}

Environment ReadEnvironment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const absl::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == absl::string_view::npos) continue;
    environment[std::string(text.substr(0, equals))] =
        std::string(text.substr(equals + 1));
  }
  return environment;
}

CommandIo StandardIo() {
  Environment environment = ReadEnvironment();
  const Terminal out = DetectTerminal(STDOUT_FILENO, environment);
  const Terminal err = DetectTerminal(STDERR_FILENO, environment);
  static auto& buffer = *new FileBuffer(STDOUT_FILENO, out.is_terminal);
  static auto& stream = *new std::ostream(&buffer);
  // A question is seen before it is answered, and what was written before an
  // error stands before it.
  std::cin.tie(&stream);
  std::cerr.tie(&stream);
  return {.in = std::cin,
          .out = stream,
          .err = std::cerr,
          .out_terminal = out,
          .err_terminal = err,
          .environment = std::move(environment),
          .out_error = [] { return buffer.error(); }};
}

}  // namespace consilium
