// The commands of a table as a tree of words, and the way that a command line
// takes through it.
#ifndef CONSILIUM_CLIENT_CLI_COMMAND_TREE_H_
#define CONSILIUM_CLIENT_CLI_COMMAND_TREE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/cli/command.h"

namespace consilium {

struct CommandNode {
  std::string path;  // "consilium trial retract".
  std::string word;  // "retract".
  std::vector<std::string> aliases;
  std::string summary;                  // Of a group; a command has its own.
  const CommandEntry* entry = nullptr;  // Null when it is only a group.
  std::vector<std::unique_ptr<CommandNode>> children;

  // The child that `name` is the word or an alias of, or null.
  const CommandNode* FindChild(absl::string_view name) const;
  // What a list of commands says about it.
  std::string Summary() const;
};

// `table` must outlive the tree.
std::unique_ptr<CommandNode> BuildCommandTree(const CommandTable& table);

// How far the words of a command line lead.
struct CommandLookup {
  const CommandNode* node = nullptr;
  // What is left for the command: its flags and arguments, and the global
  // flags that stood between the words.
  std::vector<std::string> rest;
  // The first word that led no further; empty when none was left.
  std::string unmatched;
};

CommandLookup LookUpCommand(const CommandNode& root,
                            const std::vector<std::string>& words);

// The flag among `flags` that the word `text` names, "--output",
// "--output=json", "-o" or "-ojson"; null when it is none.
const Parameter* FindFlag(const std::deque<Parameter>& flags,
                          absl::string_view text);

// Whether the value of `flag`, named by the word `text`, is the next word.
bool TakesNextWord(const Parameter& flag, absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_COMMAND_TREE_H_
