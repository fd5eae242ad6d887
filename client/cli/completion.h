// Completion in the shell: the scripts, and the hidden command that they ask.
#ifndef CONSILIUM_CLIENT_CLI_COMPLETION_H_
#define CONSILIUM_CLIENT_CLI_COMPLETION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/command_tree.h"

namespace consilium {

// `consilium __complete -- WORD... CURRENT` prints what CURRENT may become:
// a value, a tab and a description a line, then ":files" where names of files
// fit too, or ":end".
inline constexpr absl::string_view kCompleteCommand = "__complete";

struct Completion {
  std::string value;
  std::string description;
};

struct Completions {
  std::vector<Completion> candidates;
  bool files = false;
};

// What the last of `words` may become. Names that only the server knows are
// asked of it with the settings that the words and `io` lead to.
Completions Complete(const CommandTable& table, const CommandNode& root,
                     const std::vector<std::string>& words,
                     const CommandIo& io);

// Does what `__complete` was called with; never fails, since a shell would
// show errors in the middle of a line.
void PrintCompletions(const CommandTable& table, const CommandNode& root,
                      const std::vector<std::string>& words, CommandIo& io);

// The shells that have a script.
const std::vector<std::string>& CompletionShells();

// The script for one of them; empty for any other.
std::string CompletionScript(absl::string_view shell);

// `consilium completion bash|zsh|fish`.
std::unique_ptr<Command> MakeCompletionCommand();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_COMPLETION_H_
