#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "proto/base/version.h"

namespace consilium {
namespace {

class VersionCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Say which release this is").Example("consilium version");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    Details details;
    details.name = ReleaseVersion();
    details.json = OneLine(JsonValue{{"version", ReleaseVersion()}});
    details.fields = {{"consilium", ReleaseVersion()}};
    context.Write(details);
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> MakeVersionCommand() {
  return std::make_unique<VersionCommand>();
}

}  // namespace consilium
