#include "client/cli/command.h"

#include <utility>

#include "absl/strings/str_split.h"

namespace consilium {

Parameter& Parameter::Required() {
  required = true;
  return *this;
}

Parameter& Parameter::Optional() {
  required = false;
  return *this;
}

Parameter& Parameter::Choices(std::vector<std::string> values) {
  choices = std::move(values);
  return *this;
}

Parameter& Parameter::Completes(absl::string_view kind) {
  completes = std::string(kind);
  return *this;
}

std::vector<std::string> Parameter::Names() const {
  return absl::StrSplit(names, ',');
}

CommandSpec& CommandSpec::Summary(absl::string_view text) {
  summary_ = std::string(text);
  return *this;
}

CommandSpec& CommandSpec::Description(absl::string_view text) {
  description_ = std::string(text);
  return *this;
}

CommandSpec& CommandSpec::Example(absl::string_view line) {
  examples_.emplace_back(line);
  return *this;
}

CommandSpec& CommandSpec::WritesPage() {
  writes_page_ = true;
  return *this;
}

Parameter& CommandSpec::Argument(absl::string_view name, ParameterTarget target,
                                 absl::string_view help) {
  Parameter& argument = arguments_.emplace_back();
  argument.names = std::string(name);
  argument.help = std::string(help);
  argument.target = target;
  argument.required = !argument.IsRepeated();
  return argument;
}

Parameter& CommandSpec::Flag(absl::string_view names,
                             absl::string_view value_name,
                             ParameterTarget target, absl::string_view help) {
  Parameter& flag = flags_.emplace_back();
  flag.names = std::string(names);
  flag.value_name = std::string(value_name);
  flag.help = std::string(help);
  flag.target = target;
  return flag;
}

Parameter& CommandSpec::Switch(absl::string_view names, bool* target,
                               absl::string_view help) {
  return Flag(names, "", target, help);
}

Parameter& CommandSpec::VersionFlag(std::string* target) {
  return Flag("--at", "VERSION", target,
              "Read a snapshot, a frontier or a revision of the server")
      .Completes("snapshot");
}

std::unique_ptr<ListWriter> CommandContext::List(
    std::vector<Column> columns) const {
  return MakeListWriter(settings.output, std::move(columns), io.out,
                        io.out_terminal);
}

void CommandContext::Write(const Details& details) const {
  WriteDetails(settings.output, details, io.out);
}

std::unique_ptr<Progress> CommandContext::StartProgress(
    absl::string_view label, absl::string_view unit) const {
  const bool silent = settings.quiet ||
                      (IsJson(settings.output) && !io.err_terminal.is_terminal);
  return std::make_unique<Progress>(io, label, unit, silent);
}

}  // namespace consilium
