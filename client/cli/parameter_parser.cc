#include "client/cli/parameter_parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/command_tree.h"
#include "client/cli/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// A parameter and the words that were given for it.
struct Given {
  const Parameter* parameter = nullptr;
  std::vector<std::string> values;
  CLI::Option* option = nullptr;
};

std::string NextHelp(const std::string& path) {
  return absl::StrCat(path, " --help");
}

// What a message calls the parameter: "--reason", "-f, --file", "NAME".
std::string Label(const Parameter& parameter) {
  return absl::StrJoin(parameter.Names(), ", ");
}

// Puts a value, already checked against the choices, where it belongs. Gives
// what was wanted when it is not of the type.
struct Assign {
  const std::vector<std::string>& values;

  std::string operator()(bool* target) const {
    *target = values.back() != "false" && values.back() != "0";
    return "";
  }
  std::string operator()(std::string* target) const {
    *target = values.back();
    return "";
  }
  std::string operator()(std::optional<std::string>* target) const {
    *target = values.back();
    return "";
  }
  std::string operator()(std::vector<std::string>* target) const {
    *target = values;
    return "";
  }
  std::string operator()(int64_t* target) const {
    return absl::SimpleAtoi(values.back(), target) ? "" : "a whole number";
  }
  std::string operator()(std::optional<int64_t>* target) const {
    int64_t number = 0;
    if (!absl::SimpleAtoi(values.back(), &number)) return "a whole number";
    *target = number;
    return "";
  }
  std::string operator()(absl::Duration* target) const {
    return absl::ParseDuration(values.back(), target)
               ? ""
               : "a duration, such as 10s or 2m";
  }
};

absl::Status CheckChoices(const Given& given, const std::string& path) {
  const auto& choices = given.parameter->choices;
  if (choices.empty()) return absl::OkStatus();
  for (const std::string& value : given.values) {
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
      continue;
    }
    return UsageError(absl::StrCat(Label(*given.parameter), " takes ",
                                   absl::StrJoin(choices, ", "), ", not ",
                                   Quote(value), DidYouMean(value, choices)),
                      NextHelp(path));
  }
  return absl::OkStatus();
}

absl::Status Store(const Given& given, const std::string& path, bool lenient) {
  const Parameter& parameter = *given.parameter;
  if (given.values.empty()) {
    if (!parameter.required || lenient) return absl::OkStatus();
    return UsageError(absl::StrCat(path, " needs ", Label(parameter),
                                   parameter.value_name.empty() ? "" : " ",
                                   parameter.value_name, ": ", parameter.help),
                      NextHelp(path));
  }
  if (!lenient) RETURN_IF_ERROR(CheckChoices(given, path));
  const std::string wish = std::visit(Assign{given.values}, parameter.target);
  if (wish.empty() || lenient) return absl::OkStatus();
  return UsageError(absl::StrCat(Label(parameter), " takes ", wish, ", not ",
                                 Quote(given.values.back())),
                    NextHelp(path));
}

absl::Status UnknownFlag(const std::string& path, const std::string& word,
                         const std::deque<Given>& flags) {
  std::vector<std::string> names;
  for (const Given& flag : flags) {
    for (std::string& name : flag.parameter->Names()) {
      names.push_back(std::move(name));
    }
  }
  const std::string name = word.substr(0, word.find('='));
  return UsageError(
      absl::StrCat(path, " has no flag ", Quote(name), DidYouMean(name, names)),
      NextHelp(path));
}

// Deals out the words that are no flags to the arguments in their order.
absl::Status StoreArguments(const std::string& path,
                            const std::vector<std::string>& words,
                            const CommandSpec& spec, bool lenient) {
  size_t next = 0;
  for (const Parameter& argument : spec.arguments()) {
    Given given{.parameter = &argument};
    const size_t end =
        argument.IsRepeated() ? words.size() : std::min(next + 1, words.size());
    for (; next < end; ++next) given.values.push_back(words[next]);
    RETURN_IF_ERROR(Store(given, path, lenient));
  }
  if (next == words.size() || lenient) return absl::OkStatus();
  return UsageError(
      absl::StrCat(path, " takes no further argument ", Quote(words[next])),
      NextHelp(path));
}

void AddFlags(const CommandSpec& spec, CLI::App& app,
              std::deque<Given>& flags) {
  for (const Parameter& flag : spec.flags()) {
    const bool is_hidden =
        std::any_of(flags.begin(), flags.end(), [&flag](const Given& known) {
          return known.parameter->names == flag.names;
        });
    if (is_hidden) continue;
    Given& given = flags.emplace_back();
    given.parameter = &flag;
    if (flag.IsSwitch()) {
      given.option = app.add_flag(flag.names);
      given.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else if (flag.IsRepeated()) {
      // One value for each time the flag is given; CLI11 would take all the
      // words that follow, and open up a value in brackets.
      given.option = app.add_option(flag.names, given.values);
      given.option->allow_extra_args(false);
    } else {
      given.option = app.add_option(flag.names);
      given.option->expected(1);
      given.option->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    }
  }
}

// CLI11 names the option and what is missing; a sentence of our own is
// clearer for the one fault that happens often.
absl::Status ParseFailure(const std::string& path, const CLI::ParseError& error,
                          const std::vector<std::string>& words,
                          const std::deque<Given>& flags) {
  for (const Given& given : flags) {
    const bool is_last =
        !words.empty() && !given.parameter->IsSwitch() &&
        absl::c_linear_search(given.parameter->Names(), words.back());
    if (is_last) {
      return UsageError(absl::StrCat(words.back(), " needs a value: ",
                                     given.parameter->value_name),
                        NextHelp(path));
    }
  }
  return UsageError(error.what(), NextHelp(path));
}

}  // namespace

absl::Status ParseParameters(const std::string& path,
                             const std::vector<std::string>& words,
                             const CommandSpec& spec, const CommandSpec& global,
                             bool lenient) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::deque<Given> flags;
  AddFlags(spec, app, flags);
  AddFlags(global, app, flags);
  try {
    // CLI11 takes the words from the back.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    if (!lenient) return ParseFailure(path, error, words, flags);
  }
  // What is left are the arguments, the mark before those that look like
  // flags, and flags that do not exist.
  std::vector<std::string> arguments;
  bool after_mark = false;
  for (const std::string& word : app.remaining()) {
    if (!after_mark && word == "--") {
      after_mark = true;
    } else if (!after_mark && word.size() > 1 && word.front() == '-') {
      if (!lenient) return UnknownFlag(path, word, flags);
    } else {
      arguments.push_back(word);
    }
  }
  for (Given& given : flags) {
    given.values = given.option->results();
    RETURN_IF_ERROR(Store(given, path, lenient));
  }
  return StoreArguments(path, arguments, spec, lenient);
}

}  // namespace consilium
