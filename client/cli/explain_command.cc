#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "proto/base/explain.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class ExplainCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "Describe a kind of record, evidence rows or a field: meaning, "
            "type, rules, allowed values")
        .Example("consilium explain")
        .Example("consilium explain endpoint")
        .Example("consilium explain endpoint.contrasts")
        .Example("consilium explain evidence-row");
    spec.Argument("PATH", &path_,
                  "A kind, or evidence-row, and names of fields joined by "
                  "dots; none lists the kinds")
        .Optional()
        .Completes("kind");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const std::string text, Explain(path_));
    if (IsJson(context.settings.output)) {
      context.Write(
          {.json = OneLine(JsonValue{{"path", path_}, {"text", text}})});
      return ExitCode::kOk;
    }
    context.io.out << text << std::flush;
    return ExitCode::kOk;
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<Command> MakeExplainCommand() {
  return std::make_unique<ExplainCommand>();
}

}  // namespace consilium
