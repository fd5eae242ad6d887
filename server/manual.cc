#include "server/manual.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/server_config.h"

namespace consilium {
namespace {

// A command that does something, and its words after "consiliumd".
struct Command {
  std::string words;
  const CLI::App* app;
};

// "CLI::App" lists commands only through a function that chooses among them.
std::vector<Command> Commands(const CLI::App& app, const std::string& before) {
  std::vector<Command> commands;
  for (const CLI::App* command : app.get_subcommands(
           [](const CLI::App* each) { return !each->get_group().empty(); })) {
    const std::string words = absl::StrCat(before, command->get_name());
    std::vector<Command> below = Commands(*command, words + " ");
    if (below.empty()) {
      commands.push_back({words, command});
    } else {
      commands.insert(commands.end(), below.begin(), below.end());
    }
  }
  return commands;
}

std::string OptionTerm(const CLI::Option& option) {
  std::string term = option.get_name(/*positional=*/false,
                                     /*all_options=*/true);
  term = absl::StrJoin(absl::StrSplit(term, ','), ", ");
  // A flag has no type, and what stands by its place needs none.
  if (option.get_type_size() == 0 || option.get_positional()) return term;
  // What a value is checked for stands behind its type.
  const std::string type = option.get_type_name();
  const size_t end = absl::StartsWith(type, "HOST:PORT")
                         ? absl::string_view("HOST:PORT").size()
                         : type.find(':');
  return absl::StrCat(term, " ", type.substr(0, end));
}

std::string OptionText(const CLI::Option& option) {
  std::string text = option.get_description();
  if (!option.get_default_str().empty()) {
    absl::StrAppend(&text, " Default: ", option.get_default_str(), ".");
  }
  if (option.get_required()) absl::StrAppend(&text, " Required.");
  return text;
}

void AddSynopsis(const CLI::App& app, ManualPage& page) {
  page.Section("SYNOPSIS");
  for (const Command& command : Commands(app, "")) {
    std::string line = absl::StrCat("consiliumd ", command.words);
    for (const CLI::Option* option : command.app->get_options()) {
      if (option->get_required()) {
        absl::StrAppend(&line, " ", OptionTerm(*option));
      }
    }
    page.CommandLine(absl::StrCat(line, " [options]"));
  }
}

void AddCommands(const CLI::App& app, ManualPage& page) {
  page.Section("COMMANDS");
  for (const Command& command : Commands(app, "")) {
    page.Subsection(command.words);
    page.Paragraph(command.app->get_description());
    for (const CLI::Option* option : command.app->get_options()) {
      page.Term(OptionTerm(*option), OptionText(*option));
    }
  }
}

ManualPage MakeServerPage(const CLI::App& app) {
  ManualPage page("consiliumd", 8, "the server of a Consilium registry");
  AddSynopsis(app, page);
  page.Section("DESCRIPTION")
      .Paragraph(
          "Serves the registries of one institution to consilium(1), to other "
          "institutions' servers and to programs of your own. Everything that "
          "it keeps is in one data directory, which `init` makes and one "
          "process at a time may open.")
      .Paragraph(
          "Once calls are taken it prints `listening on HOST:PORT` to standard "
          "output, and tells a service manager that waits for it. Events go to "
          "standard error, one line of JSON each, with names and codes, never "
          "contents.");
  AddCommands(app, page);
  page.Section("SIGNALS");
  page.Term("SIGTERM, SIGINT",
            "Take no further calls, let those in flight end within "
            "--drain-seconds, write everything to disk, and exit.");
  page.Section("FILES");
  page.Term("DIR/consilium.toml",
            "What the administrator says; see consilium.toml(5).");
  page.Term("DIR/keys", "Secrets, readable by their owner alone.");
  page.Term("DIR/store", "The database.");
  page.Term("/usr/share/doc/consilium-server/operations.md",
            "Backups, restores, and what to do after a loss.");
  page.Term("/usr/share/doc/consilium-server/monitoring",
            "Alerts with a runbook each, and a dashboard.");
  page.Section("EXIT STATUS");
  page.Term("0", "It was told to end, and all is on disk.");
  page.Term("1",
            "It failed in another way; or the doctor found something that "
            "fails.");
  page.Term("2", "The command was typed wrongly.");
  page.Term("6",
            "The data directory is missing, incomplete, in use, a copy, or "
            "another user's, or a key in it is missing. The message says what "
            "to do.");
  page.Term("7",
            "A setting is not valid, or names another institution than that "
            "of what is held.");
  page.Term("8",
            "The address is taken, the disk is full, or the store stopped. "
            "What was acknowledged is safe; start it again.");
  page.Term("10", "Data is damaged.");
  page.Term("70", "Ending took longer than it may; start it again.");
  page.Section("EXAMPLES")
      .Example({"consiliumd init --data ~/north --institution north",
                "consiliumd serve --data ~/north --listen 127.0.0.1:7700"});
  return page.SeeAlso({"consilium(1)", "consilium.toml(5)"});
}

ManualPage MakeConfigPage() {
  ManualPage page("consilium.toml", 5, "configuration of consiliumd");
  page.Section("DESCRIPTION")
      .Paragraph(
          "The file consilium.toml in a data directory says what the "
          "administrator wants of consiliumd(8). `consiliumd init` writes it. "
          "The server reads it when it starts, and refuses to start, naming "
          "file, line and wish, when it holds something unknown. It is TOML: "
          "name = value, and tables in brackets.");
  page.Section("SETTINGS");
  page.Term("institution",
            "The id of the institution that runs the server. It signs changes "
            "with its key, so it stays as `init` wrote it: the server refuses "
            "to start under another id than that of what it holds.");
  page.Term("[[peer]]",
            "Another server to sync a registry with, again and again. Repeat "
            "it for each registry and server: registry is the registry's id, "
            "address is HOST:PORT, interval_seconds is how long to wait "
            "between two runs (60 unless told).");
  page.Term("[http]",
            "Health and metrics over HTTP, off unless asked for: listen is "
            "HOST:PORT; an address that other machines reach wants remote = "
            "true beside it.");
  page.Term("[review_pages]",
            "Reviews as pages over HTTP, read only and for whoever asks, off "
            "unless asked for: listen is HOST:PORT; an address that other "
            "machines reach wants remote = true beside it. /reviews/ID is the "
            "latest version, ?at=SNAPSHOT another, ?since=SNAPSHOT tells what "
            "is new, and /reviews/ID/figures/NAME.svg is a figure.");
  page.Term("[backup]",
            "Backups: directory is where they are kept, interval_hours how "
            "often the server makes one by itself, keep how many of those "
            "stay, and keys = false leaves the institution's key out. Backups "
            "that other servers, or this one before it was restored, keep in "
            "the same directory are never removed.");
  page.Section("EXAMPLE").Paragraph("A new file:");
  const std::string text = NewServerConfig("north");
  page.Example(absl::StrSplit(absl::StripSuffix(text, "\n"), '\n'));
  return page.SeeAlso({"consiliumd(8)"});
}

}  // namespace

std::vector<ManualPage> MakeServerManual(const CLI::App& app) {
  return {MakeServerPage(app), MakeConfigPage()};
}

}  // namespace consilium
