#include "client/cli/manual.h"

#include <fstream>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/global_flags.h"
#include "client/cli/help.h"
#include "client/cli/settings.h"

namespace consilium {
namespace {

constexpr int kSection = 1;

struct ExitMeaning {
  ExitCode code;
  const char* meaning;
};

constexpr ExitMeaning kExitMeanings[] = {
    {ExitCode::kOk, "All went well."},
    {ExitCode::kFailed,
     "It failed in another way; of a diff: there are "
     "differences."},
    {ExitCode::kUsage, "The command was typed wrongly; nothing was done."},
    {ExitCode::kPartial, "A part was done; the output says which."},
    {ExitCode::kNotPermitted, "Not permitted."},
    {ExitCode::kNotFound, "A record, registry or snapshot does not exist."},
    {ExitCode::kConflict,
     "It exists already, was changed meanwhile, or is in no state for this."},
    {ExitCode::kInvalid, "A value, a file or a request is not valid."},
    {ExitCode::kUnavailable,
     "The server cannot be reached, was too slow, or has no room on its disk."},
    {ExitCode::kIntegrity, "Data is damaged, or is not what was signed."},
};

// "consilium-sync-bundle", the page of "consilium sync bundle".
std::string PageName(const CommandNode& node) {
  return absl::StrReplaceAll(node.path, {{" ", "-"}});
}

std::string PageReference(const CommandNode& node) {
  return absl::StrCat(PageName(node), "(", kSection, ")");
}

void AddFlags(const CommandSpec& spec, ManualPage& page) {
  for (const Parameter& flag : spec.flags()) {
    page.Term(FlagNames(flag), ParameterHelp(flag, /*say_required=*/true));
  }
}

void AddSynopsis(const CommandNode& node, const CommandSpec& spec,
                 ManualPage& page) {
  page.Section("SYNOPSIS");
  if (node.entry != nullptr) {
    std::string line = node.path;
    for (const Parameter& argument : spec.arguments()) {
      absl::StrAppend(&line, " ", ArgumentUsage(argument));
    }
    page.CommandLine(absl::StrCat(line, " [flags]"));
  }
  if (!node.children.empty()) {
    page.CommandLine(absl::StrCat(node.path, " COMMAND ..."));
  }
}

void AddExamples(const CommandSpec& spec, ManualPage& page) {
  if (spec.examples().empty()) return;
  page.Section("EXAMPLES");
  page.Example(spec.examples());
}

void AddCommands(const CommandNode& node, ManualPage& page) {
  if (node.children.empty()) return;
  page.Section("COMMANDS");
  for (const auto& child : node.children) {
    page.Term(PageReference(*child), child->Summary());
  }
}

ManualPage MakePage(const CommandNode& node, const CommandNode& parent) {
  std::unique_ptr<Command> command;  // Owns the targets of `spec`.
  CommandSpec spec;
  if (node.entry != nullptr) {
    command = node.entry->make();
    command->Declare(spec);
  }
  const std::string summary =
      spec.summary().empty() ? node.summary : spec.summary();
  ManualPage page(PageName(node), kSection, summary);
  AddSynopsis(node, spec, page);
  if (!spec.description().empty()) {
    page.Section("DESCRIPTION").Paragraph(spec.description());
  }
  AddCommands(node, page);
  if (!spec.arguments().empty()) page.Section("ARGUMENTS");
  for (const Parameter& argument : spec.arguments()) {
    page.Term(argument.names, ParameterHelp(argument, /*say_required=*/false));
  }
  if (node.entry != nullptr) {
    page.Section("FLAGS");
    AddFlags(spec, page);
    page.Paragraph(
        "Those of every command, such as --server and --registry, "
        "are in consilium(1), and so are the exit codes.");
  }
  AddExamples(spec, page);
  std::vector<std::string> others = {"consilium(1)"};
  if (parent.word != "consilium") others.push_back(PageReference(parent));
  for (const auto& sibling : parent.children) {
    if (parent.word != "consilium" && sibling->word != node.word) {
      others.push_back(PageReference(*sibling));
    }
  }
  return page.SeeAlso(others);
}

void AddEnvironment(ManualPage& page) {
  page.Section("ENVIRONMENT");
  for (const std::string& name : SettingNames()) {
    page.Term(absl::StrCat("CONSILIUM_", absl::AsciiStrToUpper(name)),
              absl::StrCat("What --", name, " is when it is not given."));
  }
  page.Term("CONSILIUM_CONTEXT", "The context, when --context is not given.");
  page.Term("CONSILIUM_CONFIG", "The configuration file to read.");
  page.Term("VISUAL, EDITOR", "The editor that `edit` opens.");
  page.Term("NO_COLOR", "When set, nothing is coloured.");
}

void AddFiles(ManualPage& page) {
  page.Section("FILES");
  page.Term("~/.config/consilium/config.toml",
            "Names servers, registries and authors once. A flag is stronger "
            "than the environment, that than the context in use, and that than "
            "the top of this file. XDG_CONFIG_HOME moves it.");
  page.Example({"context = \"north\"    # where nothing else is said",
                "author = \"rk\"        # for every context", "",
                "[contexts.north]", "server = \"127.0.0.1:7700\"",
                "registry = \"nsclc\""});
}

ManualPage MakeMainPage(const CommandNode& root) {
  GlobalFlags flags;
  CommandSpec global;
  flags.Declare(global);
  ManualPage page(root.word, kSection,
                  "a registry of clinical trials that institutions keep "
                  "together");
  AddSynopsis(root, CommandSpec(), page);
  page.Section("DESCRIPTION")
      .Paragraph(
          "Talks to consiliumd(8), the server of one institution: enters and "
          "corrects evidence, shows and settles what institutions disagree "
          "on, syncs servers, and names and verifies versions.")
      .Paragraph(
          "Every command explains itself with --help, and has a page of its "
          "own. `consilium explain` describes every field.");
  AddCommands(root, page);
  page.Section("FLAGS OF EVERY COMMAND");
  AddFlags(global, page);
  AddEnvironment(page);
  AddFiles(page);
  page.Section("EXIT STATUS");
  for (const auto& [code, meaning] : kExitMeanings) {
    page.Term(absl::StrCat(static_cast<int>(code)), meaning);
  }
  page.Section("EXAMPLES")
      .Example(
          {"export CONSILIUM_SERVER=127.0.0.1:7700 CONSILIUM_AUTHOR=$USER",
           "consilium registry create nsclc --title 'Targeted drugs in NSCLC'",
           "consilium apply -f evidence -m 'First evidence'",
           "consilium trial list --filter 'enrolledParticipantCount > 100'"});
  return page.SeeAlso({"consiliumd(8)", "consilium.toml(5)"});
}

void AddPages(const CommandNode& parent, std::vector<ManualPage>& pages) {
  for (const auto& child : parent.children) {
    pages.push_back(MakePage(*child, parent));
    AddPages(*child, pages);
  }
}

}  // namespace

std::vector<ManualPage> MakeManual(const CommandNode& root) {
  std::vector<ManualPage> pages = {MakeMainPage(root)};
  AddPages(root, pages);
  return pages;
}

ExitCode WriteManual(const CommandNode& root, const std::string& directory,
                     std::ostream& err) {
  for (const ManualPage& page : MakeManual(root)) {
    const std::string path = absl::StrCat(directory, "/", page.FileName());
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << page.text();
    file.close();
    if (!file) {
      err << "consilium: cannot write " << path << "\n";
      return ExitCode::kFailed;
    }
  }
  return ExitCode::kOk;
}

}  // namespace consilium
