#include "tests/client/cli/fake_commands.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/completion.h"

namespace consilium {
namespace {

class TrialGet : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Show a trial").Example("consilium trial get nct1");
    spec.Argument("NAME", &name_, "The trial").Completes("trial");
    spec.Flag("--at", "VERSION", &at_, "The version to read");
  }
  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    context.io.out << "get " << name_ << " at " << at_.value_or("latest")
                   << " server " << context.settings.server << "\n";
    return ExitCode::kOk;
  }

 private:
  std::string name_;
  std::optional<std::string> at_;
};

class TrialEdit : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Change a trial");
    spec.Argument("NAME", &name_, "The trial");
    spec.Argument("EXTRA", &extra_, "More of them");
    spec.Flag("--set", "PATH=VALUE", &settings_, "A field and its value");
    spec.Flag("-m,--message", "TEXT", &message_, "Why").Required();
    spec.Flag("--count", "N", &count_, "How many");
    spec.Flag("--wait", "DURATION", &wait_, "How long");
    spec.Flag("--side", "SIDE", &side_, "Which").Choices({"left", "right"});
    spec.Flag("-f,--file", "FILE", &file_, "A file").Completes("file");
    spec.Switch("--dry-run", &dry_run_, "Change nothing");
  }
  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    context.io.out << absl::StrJoin(
                          {absl::StrCat("edit ", name_),
                           absl::StrJoin(extra_, "+"),
                           absl::StrJoin(settings_, "+"), message_,
                           absl::StrCat(count_), absl::FormatDuration(wait_),
                           side_, std::string(dry_run_ ? "dry" : "wet")},
                          "|")
                   << "\n";
    return ExitCode::kOk;
  }

 private:
  std::string name_;
  std::vector<std::string> extra_;
  std::vector<std::string> settings_;
  std::string message_;
  int64_t count_ = 1;
  absl::Duration wait_ = absl::Seconds(1);
  std::string side_ = "left";
  std::string file_;
  bool dry_run_ = false;
};

class TrialList : public Command {
 public:
  void Declare(CommandSpec& spec) override { spec.Summary("List trials"); }
  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    const auto list = context.List({{"name"}});
    list->Add({"trials/nct1", "{}", {"nct1"}});
    list->Finish("no trials");
    return ExitCode::kOk;
  }
};

class Sync : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Sync two servers");
    spec.Argument("FROM", &from_, "One server");
    spec.Argument("TO", &to_, "The other");
  }
  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    context.io.out << "sync " << from_ << " " << to_ << "\n";
    return ExitCode::kPartial;
  }

 private:
  std::string from_;
  std::string to_;
};

class BundleCreate : public Command {
 public:
  void Declare(CommandSpec& spec) override { spec.Summary("Write a bundle"); }
  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    context.io.out << context.command << "\n";
    return ExitCode::kDifferences;
  }
};

class Fail : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Fail");
    spec.Argument("CODE", &code_, "The code");
  }
  absl::StatusOr<ExitCode> Run(CommandContext&) override {
    return absl::Status(static_cast<absl::StatusCode>(code_), "it failed");
  }

 private:
  int64_t code_ = 0;
};

template <typename T>
std::unique_ptr<Command> Make() {
  return std::make_unique<T>();
}

}  // namespace

CommandTable MakeFakeTable() {
  return {
      .version = "9.9",
      .groups = {{"trial", "Trials"},
                 {"ae", "Adverse events", {"adverse-event"}},
                 {"sync bundle", "Changes as a file"}},
      .commands = {{"trial list", Make<TrialList>},
                   {"trial get", Make<TrialGet>},
                   {"trial edit", Make<TrialEdit>},
                   {"ae get", Make<TrialGet>},
                   {"sync", Make<Sync>},
                   {"sync bundle create", Make<BundleCreate>},
                   {"fail", Make<Fail>},
                   {"completion", MakeCompletionCommand}},
      .names =
          [](absl::string_view kind, absl::string_view, const Settings& from) {
            std::vector<std::string> names;
            if (kind == "trial") {
              names = {absl::StrCat(from.server, "-nct1"),
                       absl::StrCat(from.server, "-nct2")};
            }
            return names;
          },
  };
}

}  // namespace consilium
