#include "client/cli/help.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"

namespace consilium {
namespace {

// As wide as text is easily read.
constexpr int kTextWidth = 80;

constexpr absl::string_view kProgram = "consilium";

// What help of the program itself ends with.
constexpr char kBeginning[] = R"(
To begin, with a server that `consiliumd serve` runs:
  export CONSILIUM_SERVER=127.0.0.1:7700 CONSILIUM_AUTHOR=a.meyer
  consilium registry create nsclc --title 'Targeted drugs in NSCLC'
  consilium import ctgov NCT02296125.json -m 'As registered'
  consilium trial list

Every flag above that has a value may also stand in the environment
(CONSILIUM_SERVER, CONSILIUM_REGISTRY, ...) or in a context of
~/.config/consilium/config.toml:
  context = "north"
  [contexts.north]
  server = "north.example:7700"
  registry = "nsclc"

Exit codes: 0 ok, 1 failed or, of diff, differences, 2 usage, 3 partial,
4 not permitted, 5 not found, 6 conflict or stale etag, 7 invalid,
8 unavailable, 10 integrity.
)";

using Lines = std::vector<std::pair<std::string, std::string>>;

void PrintSection(absl::string_view title, const Lines& lines,
                  std::ostream& out) {
  if (lines.empty()) return;
  out << "\n" << title << ":\n";
  int width = 0;
  for (const auto& [term, text] : lines) {
    width = std::max(width, DisplayWidth(term));
  }
  for (const auto& [term, text] : lines) {
    out << "  " << PadRight(term, width) << "  " << text << "\n";
  }
}

// `text` in lines of at most kTextWidth, broken between words.
std::string WrappedLine(absl::string_view text) {
  std::string wrapped;
  int column = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    const int width = DisplayWidth(word);
    if (column > 0 && column + 1 + width > kTextWidth) {
      wrapped += '\n';
      column = 0;
    } else if (column > 0) {
      wrapped += ' ';
      ++column;
    }
    absl::StrAppend(&wrapped, word);
    column += width;
  }
  return wrapped;
}

// The same; line breaks of the text stay.
std::string Wrapped(absl::string_view text) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.push_back(WrappedLine(line));
  }
  return absl::StrJoin(lines, "\n");
}

std::string FlagTerm(const Parameter& flag) {
  const std::string indent = flag.Names().front().size() > 2 ? "    " : "";
  return absl::StrCat(indent, FlagNames(flag));
}

Lines FlagLines(const CommandSpec& spec) {
  Lines lines;
  for (const Parameter& flag : spec.flags()) {
    lines.emplace_back(FlagTerm(flag),
                       ParameterHelp(flag, /*say_required=*/true));
  }
  return lines;
}

void PrintUsage(const CommandNode& node, const CommandSpec& spec,
                std::ostream& out) {
  out << "\nUsage:\n";
  if (node.entry != nullptr) {
    out << "  " << node.path;
    for (const Parameter& argument : spec.arguments()) {
      out << " " << ArgumentUsage(argument);
    }
    out << " [flags]\n";
  }
  if (!node.children.empty()) out << "  " << node.path << " COMMAND ...\n";
}

}  // namespace

std::string ArgumentUsage(const Parameter& argument) {
  const std::string name =
      absl::StrCat(argument.names, argument.IsRepeated() ? "..." : "");
  return argument.required ? name : absl::StrCat("[", name, "]");
}

std::string ParameterHelp(const Parameter& parameter, bool say_required) {
  std::string text = parameter.help;
  // A text that lists the choices itself need not be told them.
  if (!parameter.choices.empty() && parameter.names != "-o,--output") {
    absl::StrAppend(&text, ": ", absl::StrJoin(parameter.choices, ", "));
  }
  if (parameter.IsRepeated() && !parameter.value_name.empty()) {
    absl::StrAppend(&text, " (repeatable)");
  }
  if (say_required && parameter.required) absl::StrAppend(&text, " (required)");
  return text;
}

std::string FlagNames(const Parameter& flag) {
  return absl::StrCat(absl::StrJoin(flag.Names(), ", "),
                      flag.value_name.empty() ? "" : " ", flag.value_name);
}

void PrintHelp(const CommandNode& node, const CommandSpec& spec,
               const CommandSpec& global, std::ostream& out) {
  const std::string summary =
      spec.summary().empty() ? node.summary : spec.summary();
  if (!summary.empty()) out << summary << "\n";
  if (!spec.description().empty()) {
    out << "\n" << Wrapped(spec.description()) << "\n";
  }
  if (!spec.examples().empty()) {
    out << "\nExamples:\n";
    for (const std::string& example : spec.examples()) {
      out << "  " << example << "\n";
    }
  }
  PrintUsage(node, spec, out);
  Lines commands;
  for (const auto& child : node.children) {
    commands.emplace_back(child->word, child->Summary());
  }
  PrintSection("Commands", commands, out);
  Lines arguments;
  for (const Parameter& argument : spec.arguments()) {
    arguments.emplace_back(argument.names,
                           ParameterHelp(argument, /*say_required=*/false));
  }
  PrintSection("Arguments", arguments, out);
  PrintSection("Flags", FlagLines(spec), out);
  PrintSection("Flags of every command", FlagLines(global), out);
  if (node.path == kProgram) out << kBeginning;
  out.flush();
}

}  // namespace consilium
