#include "client/cli/command_tree.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/global_flags.h"

namespace consilium {
namespace {

CommandNode& FindOrAddNode(CommandNode& root, absl::string_view path) {
  CommandNode* node = &root;
  for (const absl::string_view word : absl::StrSplit(path, ' ')) {
    const auto found =
        std::find_if(node->children.begin(), node->children.end(),
                     [word](const auto& child) { return child->word == word; });
    if (found != node->children.end()) {
      node = found->get();
      continue;
    }
    auto child = std::make_unique<CommandNode>();
    child->word = std::string(word);
    child->path = absl::StrCat(node->path, " ", word);
    node->children.push_back(std::move(child));
    node = node->children.back().get();
  }
  return *node;
}

bool IsFlag(absl::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

}  // namespace

const CommandNode* CommandNode::FindChild(absl::string_view name) const {
  for (const auto& child : children) {
    if (child->word == name ||
        std::find(child->aliases.begin(), child->aliases.end(), name) !=
            child->aliases.end()) {
      return child.get();
    }
  }
  return nullptr;
}

std::string CommandNode::Summary() const {
  if (entry == nullptr || !summary.empty()) return summary;
  const auto command = entry->make();
  CommandSpec spec;
  command->Declare(spec);
  return spec.summary();
}

std::unique_ptr<CommandNode> BuildCommandTree(const CommandTable& table) {
  auto root = std::make_unique<CommandNode>();
  root->word = "consilium";
  root->path = "consilium";
  root->summary =
      "Consilium: a registry of clinical trials that institutions keep "
      "together";
  for (const CommandGroup& group : table.groups) {
    CommandNode& node = FindOrAddNode(*root, group.path);
    node.summary = group.summary;
    node.aliases = group.aliases;
  }
  for (const CommandEntry& entry : table.commands) {
    FindOrAddNode(*root, entry.path).entry = &entry;
  }
  return root;
}

CommandLookup LookUpCommand(const CommandNode& root,
                            const std::vector<std::string>& words) {
  GlobalFlags flags;
  CommandSpec global;
  flags.Declare(global);
  CommandLookup lookup{.node = &root};
  size_t i = 0;
  for (; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    if (IsFlag(word)) {
      lookup.rest.push_back(word);
      const Parameter* flag = FindFlag(global.flags(), word);
      if (flag != nullptr && TakesNextWord(*flag, word) &&
          i + 1 < words.size()) {
        lookup.rest.push_back(words[++i]);
      }
      continue;
    }
    const CommandNode* child = lookup.node->FindChild(word);
    if (child == nullptr) {
      lookup.unmatched = word;
      break;
    }
    lookup.node = child;
  }
  lookup.rest.insert(lookup.rest.end(), words.begin() + i, words.end());
  return lookup;
}

const Parameter* FindFlag(const std::deque<Parameter>& flags,
                          absl::string_view text) {
  const absl::string_view name = text.substr(0, text.find('='));
  for (const Parameter& flag : flags) {
    for (const std::string& known : flag.Names()) {
      const bool is_short = known.size() == 2;
      if (name == known || (is_short && !absl::StartsWith(text, "--") &&
                            absl::StartsWith(text, known))) {
        return &flag;
      }
    }
  }
  return nullptr;
}

bool TakesNextWord(const Parameter& flag, absl::string_view text) {
  if (flag.IsSwitch()) return false;
  const bool is_short = !absl::StartsWith(text, "--");
  return is_short ? text.size() == 2 : !absl::StrContains(text, "=");
}

}  // namespace consilium
