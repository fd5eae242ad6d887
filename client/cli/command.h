// How a command is written. One file a command, trial_retract.cc:
//
//   class TrialRetract : public Command {
//    public:
//     void Declare(CommandSpec& spec) override {
//       spec.Summary("Withdraw a trial, with a reason")
//           .Example("consilium trial retract nct1 --reason 'entered twice'");
//       spec.Argument("NAME", &name_, "The trial").Completes("trial");
//       spec.Flag("--reason", "TEXT", &reason_, "Why").Required();
//       spec.Switch("--dry-run", &dry_run_, "Only say what would change");
//     }
//     absl::StatusOr<ExitCode> Run(CommandContext& context) override {
//       ASSIGN_OR_RETURN(const auto server, context.settings.RequireServer());
//       ...
//       context.Write({.name = ..., .json = ToJson(trial),
//                      .fields = {{"name", ...}, {"revision", ...}},
//                      .summary = "retracted 1 trial",
//                      .next = "consilium trial undelete nct1"});
//       return ExitCode::kOk;
//     }
//    private:
//     std::string name_, reason_;
//     bool dry_run_ = false;
//   };
//
//   std::unique_ptr<Command> MakeTrialRetract() {
//     return std::make_unique<TrialRetract>();
//   }
//
// and one line in command_table.cc: {"trial retract", MakeTrialRetract}.
// --server, --context, --registry, --author, --timeout, -o, --quiet and --help
// work everywhere and arrive in context.settings. An error that Run returns is
// printed, with its next command, and becomes the exit code.
#ifndef CONSILIUM_CLIENT_CLI_COMMAND_H_
#define CONSILIUM_CLIENT_CLI_COMMAND_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "client/cli/progress.h"
#include "client/cli/settings.h"
#include "client/cli/terminal.h"

namespace consilium {

// Where the value of a parameter goes. A bool is a switch; a vector takes any
// number of values, the flag being repeated for each.
using ParameterTarget =
    std::variant<bool*, std::string*, std::optional<std::string>*,
                 std::vector<std::string>*, int64_t*, std::optional<int64_t>*,
                 absl::Duration*>;

// An argument or a flag of a command.
struct Parameter {
  // Must be given. An argument that is no vector must be, unless Optional.
  Parameter& Required();
  Parameter& Optional();
  // The only values allowed; also offered by completion.
  Parameter& Choices(std::vector<std::string> values);
  // What completion offers: "file", or a kind that the NameSource of the
  // command table understands, such as "trial".
  Parameter& Completes(absl::string_view kind);

  bool IsSwitch() const { return std::holds_alternative<bool*>(target); }
  bool IsRepeated() const {
    return std::holds_alternative<std::vector<std::string>*>(target);
  }
  // The names of a flag, "-f" and "--file".
  std::vector<std::string> Names() const;

  std::string names;       // "-f,--file", or the NAME of an argument.
  std::string value_name;  // "FILE"; empty for arguments and switches.
  std::string help;
  ParameterTarget target;
  bool required = false;
  std::vector<std::string> choices;
  std::string completes;
};

// What a command is called with, and what help says about it.
class CommandSpec {
 public:
  // One line, without a full stop.
  CommandSpec& Summary(absl::string_view text);
  // What the summary leaves open.
  CommandSpec& Description(absl::string_view text);
  // A whole command line to copy.
  CommandSpec& Example(absl::string_view line);
  // The command writes a page too: it takes -o html.
  CommandSpec& WritesPage();

  // The next argument. Targets must outlive the spec. A vector takes all that
  // follow, none included unless Required.
  Parameter& Argument(absl::string_view name, ParameterTarget target,
                      absl::string_view help);
  Parameter& Flag(absl::string_view names, absl::string_view value_name,
                  ParameterTarget target, absl::string_view help);
  Parameter& Switch(absl::string_view names, bool* target,
                    absl::string_view help);
  // --at VERSION, of a command that reads a version.
  Parameter& VersionFlag(std::string* target);

  const std::string& summary() const { return summary_; }
  const std::string& description() const { return description_; }
  bool writes_page() const { return writes_page_; }
  const std::vector<std::string>& examples() const { return examples_; }
  const std::deque<Parameter>& arguments() const { return arguments_; }
  const std::deque<Parameter>& flags() const { return flags_; }

 private:
  std::string summary_;
  std::string description_;
  std::vector<std::string> examples_;
  bool writes_page_ = false;
  std::deque<Parameter> arguments_;  // Deques keep references valid.
  std::deque<Parameter> flags_;
};

// What a running command works with.
struct CommandContext {
  const Settings& settings;
  CommandIo& io;
  std::string command;  // As it is named: "consilium trial retract".

  // The list that the command writes to standard output.
  std::unique_ptr<ListWriter> List(std::vector<Column> columns) const;
  // The one thing that it writes instead.
  void Write(const Details& details) const;
  // Progress on standard error; silent with --quiet, and where a program
  // reads JSON from there.
  std::unique_ptr<Progress> StartProgress(absl::string_view label,
                                          absl::string_view unit) const;
};

// One thread. Made for one command line and used once.
class Command {
 public:
  virtual ~Command() = default;

  // Says what the command takes. Called once, before Run; help and completion
  // call only this.
  virtual void Declare(CommandSpec& spec) = 0;

  // Does it. Every target is filled in and every choice checked.
  virtual absl::StatusOr<ExitCode> Run(CommandContext& context) = 0;
};

// A command in the table.
struct CommandEntry {
  std::string path;  // "trial retract", "apply", "sync bundle create".
  std::function<std::unique_ptr<Command>()> make;
};

// What stands before several commands: "trial", "sync bundle". A path may be
// a group and a command at once.
struct CommandGroup {
  std::string path;
  std::string summary;
  std::vector<std::string> aliases = {};  // Of its last word.
};

// Names that completion offers for a parameter that Completes(kind): those
// that start with `prefix`, at most kCompletionsMax, within
// kCompletionTimeout; none when that cannot be had.
using NameSource = std::function<std::vector<std::string>(
    absl::string_view kind, absl::string_view prefix,
    const Settings& settings)>;

// Every command, in the order in which help shows them.
struct CommandTable {
  std::string version;
  std::vector<CommandGroup> groups;
  std::vector<CommandEntry> commands;
  NameSource names;  // May be empty.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_COMMAND_H_
