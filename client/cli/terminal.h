// What the process talks to: streams, whether they are terminals, and the
// environment. Tests give their own.
#ifndef CONSILIUM_CLIENT_CLI_TERMINAL_H_
#define CONSILIUM_CLIENT_CLI_TERMINAL_H_

#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace consilium {

// One end of the process.
struct Terminal {
  bool is_terminal = false;
  int width = 0;  // Columns; 0 when it is no terminal.
  bool color = false;
};

using Environment = std::map<std::string, std::string>;

// The value of `name`; absent when it is unset or empty.
std::optional<std::string> GetVariable(const Environment& environment,
                                       const std::string& name);

// Everything outside that a command may touch.
struct CommandIo {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Terminal out_terminal;
  Terminal err_terminal;
  Environment environment;
  std::function<absl::Time()> now = absl::Now;
  // Why `out` failed, as an errno; 0 when that is not known.
  std::function<int()> out_error = [] { return 0; };
};

// The Terminal behind the file descriptor `fd`. Colour is for terminals that
// can show it, never under NO_COLOR (https://no-color.org).
Terminal DetectTerminal(int fd, const Environment& environment);

// The environment of this process.
Environment ReadEnvironment();

// The standard streams of this process. Whoever ends it flushes `out`.
CommandIo StandardIo();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_TERMINAL_H_
