#include "client/cli/completion.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"
#include "client/cli/global_flags.h"
#include "client/cli/limits.h"
#include "client/cli/parameter_parser.h"

namespace consilium {
namespace {

// Completes the last word of one command line.
class Completer {
 public:
  Completer(const CommandTable& table, const CommandNode& root,
            const CommandIo& io)
      : table_(table), root_(root), io_(io) {
    flags_.Declare(global_);
  }

  Completions Complete(const std::vector<std::string>& words) {
    current_ = words.back();
    const CommandLookup lookup =
        LookUpCommand(root_, {words.begin(), words.end() - 1});
    const CommandNode& node = *lookup.node;
    if (node.entry != nullptr) {
      command_ = node.entry->make();
      command_->Declare(spec_);
      if (spec_.writes_page()) {
        global_ = {};
        flags_.Declare(global_, /*writes_page=*/true);
      }
    }
    rest_ = lookup.rest;
    // Settings matter only where a server is asked; what is wrong does not.
    (void)ParseParameters(node.path, rest_, spec_, global_, /*lenient=*/true);
    const bool after_dashes =
        std::find(rest_.begin(), rest_.end(), "--") != rest_.end();
    if (!rest_.empty() && !after_dashes) {
      const Parameter* flag = FindAnyFlag(rest_.back());
      if (flag != nullptr && TakesNextWord(*flag, rest_.back())) {
        AddValues(*flag, current_, "");
        return std::move(completions_);
      }
    }
    if (absl::StartsWith(current_, "-") && !after_dashes) {
      CompleteFlag();
    } else {
      CompleteWord(node, lookup.unmatched.empty());
    }
    return std::move(completions_);
  }

 private:
  const Parameter* FindAnyFlag(absl::string_view word) const {
    const Parameter* flag = FindFlag(spec_.flags(), word);
    return flag != nullptr ? flag : FindFlag(global_.flags(), word);
  }

  void CompleteFlag() {
    const size_t equals = current_.find('=');
    if (equals != std::string::npos) {
      const Parameter* flag = FindAnyFlag(current_);
      if (flag != nullptr) {
        AddValues(*flag, absl::string_view(current_).substr(equals + 1),
                  current_.substr(0, equals + 1));
      }
      return;
    }
    AddFlags(spec_);
    AddFlags(global_);
  }

  // One name a flag, the long one, and none that cannot be given again.
  void AddFlags(const CommandSpec& spec) {
    for (const Parameter& flag : spec.flags()) {
      const bool is_used =
          std::any_of(rest_.begin(), rest_.end(), [&](const std::string& word) {
            return FindFlag(spec.flags(), word) == &flag;
          });
      if (!is_used || flag.IsRepeated()) Add(flag.Names().back(), flag.help);
    }
  }

  void CompleteWord(const CommandNode& node, bool may_name_command) {
    if (may_name_command) {
      for (const auto& child : node.children) {
        Add(child->word, child->Summary());
      }
    }
    size_t given = CountArguments();
    for (const Parameter& argument : spec_.arguments()) {
      if (given == 0 || argument.IsRepeated()) {
        AddValues(argument, current_, "");
        return;
      }
      --given;
    }
  }

  // The words before the current one that are neither flags nor their values.
  size_t CountArguments() const {
    size_t count = 0;
    bool after_dashes = false;
    for (size_t i = 0; i < rest_.size(); ++i) {
      if (after_dashes || rest_[i].size() < 2 || rest_[i][0] != '-') {
        ++count;
      } else if (rest_[i] == "--") {
        after_dashes = true;
      } else if (const Parameter* flag = FindAnyFlag(rest_[i]);
                 flag != nullptr && TakesNextWord(*flag, rest_[i])) {
        ++i;
      }
    }
    return count;
  }

  void AddValues(const Parameter& parameter, absl::string_view typed,
                 const std::string& before) {
    for (const std::string& choice : parameter.choices) {
      Add(absl::StrCat(before, choice), "");
    }
    if (parameter.completes == "file") {
      completions_.files = true;
      return;
    }
    if (parameter.completes.empty()) return;
    const auto config = LoadConfig(io_.environment);
    if (!config.ok()) return;
    if (parameter.completes == "context") {
      for (const auto& [name, values] : config->contexts) {
        Add(absl::StrCat(before, name), "");
      }
      return;
    }
    const auto settings =
        ResolveSettings(flags_.Values(), io_.environment, *config);
    if (!settings.ok() || !table_.names) return;
    for (const std::string& name :
         table_.names(parameter.completes, typed, *settings)) {
      Add(absl::StrCat(before, name), "");
    }
  }

  void Add(const std::string& value, absl::string_view description) {
    if (!absl::StartsWith(value, current_) ||
        completions_.candidates.size() >= kCompletionsMax ||
        !added_.insert(value).second) {
      return;
    }
    completions_.candidates.push_back({value, std::string(description)});
  }

  const CommandTable& table_;
  const CommandNode& root_;
  const CommandIo& io_;
  GlobalFlags flags_;
  CommandSpec global_;
  std::unique_ptr<Command> command_;  // Owns the targets of spec_.
  CommandSpec spec_;
  std::string current_;
  std::vector<std::string> rest_;
  Completions completions_;
  std::set<std::string> added_;
};

}  // namespace

Completions Complete(const CommandTable& table, const CommandNode& root,
                     const std::vector<std::string>& words,
                     const CommandIo& io) {
  if (words.empty()) return {};
  return Completer(table, root, io).Complete(words);
}

void PrintCompletions(const CommandTable& table, const CommandNode& root,
                      const std::vector<std::string>& words, CommandIo& io) {
  const size_t skipped = !words.empty() && words.front() == "--" ? 1 : 0;
  const Completions completions =
      Complete(table, root, {words.begin() + skipped, words.end()}, io);
  for (const Completion& completion : completions.candidates) {
    io.out << VisibleText(completion.value) << "\t"
           << VisibleText(completion.description) << "\n";
  }
  io.out << (completions.files ? ":files" : ":end") << std::endl;
}

}  // namespace consilium
