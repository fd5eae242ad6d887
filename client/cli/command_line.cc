#include "client/cli/command_line.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cli/command_tree.h"
#include "client/cli/completion.h"
#include "client/cli/errors.h"
#include "client/cli/global_flags.h"
#include "client/cli/help.h"
#include "client/cli/manual.h"
#include "client/cli/parameter_parser.h"
#include "client/cli/server_session.h"
#include "client/cli/settings.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kHelpWord[] = "help";

absl::Status UnknownCommand(const CommandNode& node,
                            const std::string& unmatched) {
  std::vector<std::string> words;
  for (const auto& child : node.children) {
    words.push_back(child->word);
    words.insert(words.end(), child->aliases.begin(), child->aliases.end());
  }
  const std::string suggestion = Suggest(unmatched, words);
  return UsageError(
      absl::StrCat(node.path, " has no command ", Quote(unmatched),
                   DidYouMean(unmatched, words)),
      suggestion.empty() ? absl::StrCat(node.path, " --help")
                         : absl::StrCat(node.path, " ", suggestion));
}

// Errors come before the flags are read as well as after, so the format is
// looked for in the words themselves.
ErrorForm FormOfErrors(const std::vector<std::string>& words,
                       const Environment& environment) {
  std::string output =
      GetVariable(environment, "CONSILIUM_OUTPUT").value_or("");
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    absl::string_view word = words[i];
    if ((word == "-o" || word == "--output") && i + 1 < words.size()) {
      output = words[i + 1];
    } else if (absl::ConsumePrefix(&word, "--output=") ||
               (word != "-o" && absl::ConsumePrefix(&word, "-o"))) {
      output = std::string(word);
    }
  }
  return output == "json" || output == "jsonl" ? ErrorForm::kJson
                                               : ErrorForm::kText;
}

// One command line on its way.
class Invocation {
 public:
  Invocation(const CommandTable& table, const CommandNode& root, CommandIo& io)
      : table_(table), root_(root), io_(io) {
    flags_.Declare(global_);
  }

  absl::StatusOr<ExitCode> Run(const std::vector<std::string>& words) {
    lookup_ = LookUpCommand(root_, words);
    if (AsksHelp()) {
      // `help trial get` is `trial get --help`.
      std::vector<std::string> rest = words;
      rest.erase(std::find(rest.begin(), rest.end(), kHelpWord));
      rest.push_back("--help");
      lookup_ = LookUpCommand(root_, rest);
    }
    const CommandNode& node = *lookup_.node;
    if (node.entry == nullptr) return RunGroup(node);
    const std::unique_ptr<Command> command = node.entry->make();
    CommandSpec spec;
    command->Declare(spec);
    if (spec.writes_page()) {
      global_ = {};
      flags_.Declare(global_, /*writes_page=*/true);
    }
    // --help must win over whatever else is wrong.
    RETURN_IF_ERROR(ParseParameters(node.path, lookup_.rest, CommandSpec(),
                                    global_, /*lenient=*/true));
    if (flags_.help) return Help(node, spec, io_.out, ExitCode::kOk);
    flags_ = {};
    RETURN_IF_ERROR(ParseParameters(node.path, lookup_.rest, spec, global_,
                                    /*lenient=*/false));
    if (flags_.version) return Version();
    ASSIGN_OR_RETURN(const Settings settings, ResolveAllSettings());
    program_ = NextCommand(settings, "");
    absl::StripTrailingAsciiWhitespace(&program_);
    output_ = settings.output;
    if (output_ == OutputFormat::kHtml && !spec.writes_page()) {
      return UsageError(absl::StrCat(
          node.path, " writes no page; want table, json, jsonl, csv or name"));
    }
    CommandContext context{settings, io_, node.path};
    return command->Run(context);
  }

  TypedCommand typed() const { return {lookup_.node->path, program_}; }
  // Known once the settings are.
  std::optional<OutputFormat> output() const { return output_; }

 private:
  bool AsksHelp() const {
    return lookup_.node == &root_ && lookup_.unmatched == kHelpWord &&
           root_.FindChild(kHelpWord) == nullptr;
  }

  absl::StatusOr<ExitCode> RunGroup(const CommandNode& node) {
    RETURN_IF_ERROR(ParseParameters(node.path, lookup_.rest, CommandSpec(),
                                    global_, /*lenient=*/true));
    const CommandSpec none;
    if (flags_.help) return Help(node, none, io_.out, ExitCode::kOk);
    if (flags_.version) return Version();
    if (!lookup_.unmatched.empty()) {
      return UnknownCommand(node, lookup_.unmatched);
    }
    RETURN_IF_ERROR(ParseParameters(node.path, lookup_.rest, none, global_,
                                    /*lenient=*/false));
    return Help(node, none, io_.err, ExitCode::kUsage);
  }

  ExitCode Help(const CommandNode& node, const CommandSpec& spec,
                std::ostream& out, ExitCode exit_code) const {
    PrintHelp(node, spec, global_, out);
    return exit_code;
  }

  ExitCode Version() const {
    io_.out << "consilium " << table_.version << std::endl;
    return ExitCode::kOk;
  }

  absl::StatusOr<Settings> ResolveAllSettings() const {
    ASSIGN_OR_RETURN(const Config config, LoadConfig(io_.environment));
    ASSIGN_OR_RETURN(Settings settings,
                     ResolveSettings(flags_.Values(), io_.environment, config));
    settings.quiet = flags_.quiet;
    return settings;
  }

  const CommandTable& table_;
  const CommandNode& root_;
  CommandIo& io_;
  GlobalFlags flags_;
  CommandSpec global_;
  CommandLookup lookup_;
  std::string program_ = "consilium";
  std::optional<OutputFormat> output_;
};

}  // namespace

ExitCode RunCommandLine(const CommandTable& table,
                        const std::vector<std::string>& words, CommandIo& io) {
  const std::unique_ptr<CommandNode> root = BuildCommandTree(table);
  if (!words.empty() && words.front() == kCompleteCommand) {
    PrintCompletions(table, *root, {words.begin() + 1, words.end()}, io);
    return ExitCode::kOk;
  }
  if (words.size() == 2 && words.front() == kManualCommand) {
    return WriteManual(*root, words[1], io.err);
  }
  Invocation invocation(table, *root, io);
  const absl::StatusOr<ExitCode> result = invocation.Run(words);
  io.out.flush();
  const auto form = [&] {
    if (!invocation.output()) return FormOfErrors(words, io.environment);
    return IsJson(*invocation.output()) ? ErrorForm::kJson : ErrorForm::kText;
  };
  if (!result.ok()) {
    PrintError(result.status(), invocation.typed(), form(),
               io.err_terminal.color, io.err);
    return ExitCodeOf(result.status());
  }
  if (io.out.good()) return *result;
  // A full disk must not look like success; a closed pipe, as under `head`, is
  // no fault of ours, and nobody reads what we would say.
  const int error = io.out_error();
  if (error != EPIPE) {
    PrintError(OutputFailed(error), invocation.typed(), form(),
               io.err_terminal.color, io.err);
  }
  return ExitCode::kFailed;
}

}  // namespace consilium
