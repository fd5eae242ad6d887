#include "client/cli/change_view.h"
#include "client/cli/commands.h"
#include "client/cli/server_session.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class SnapshotDiff : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Compare two versions of a registry")
        .Description(
            "A version is a snapshot, a frontier, a revision of the server or "
            "latest. Exits with 1 when they differ.")
        .Example("consilium snapshot diff release-1 release-2")
        .Example("consilium snapshot diff release-1 latest -o json");
    spec.Argument("A", &from_, "The earlier version").Completes("snapshot");
    spec.Argument("B", &to_, "The later version; the latest if left out")
        .Optional()
        .Completes("snapshot");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    return ListDifferences(context, *session, registry.Full(), from_, to_);
  }

 private:
  std::string from_, to_;
};

}  // namespace

std::unique_ptr<Command> MakeSnapshotDiff() {
  return std::make_unique<SnapshotDiff>();
}

}  // namespace consilium
