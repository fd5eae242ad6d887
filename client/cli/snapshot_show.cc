#include "client/cli/commands.h"
#include "client/cli/server_session.h"
#include "client/cli/snapshot_view.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kGetSnapshot[] = "consilium.v1.SnapshotService.GetSnapshot";

class SnapshotShow : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Show what a snapshot names")
        .Example("consilium snapshot show release-1")
        .Example("consilium snapshot show release-1@9f0c -o json");
    spec.Argument("NAME", &name_, "The snapshot").Completes("snapshot");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::GetSnapshotRequest request;
    ASSIGN_OR_RETURN(*request.mutable_name(), ResolveSnapshot(*session, name_));
    ASSIGN_OR_RETURN(const auto snapshot,
                     CallFor<v1::Snapshot>(session->caller(), kGetSnapshot,
                                           request, session->options()));
    context.Write(SnapshotDetails(snapshot));
    return ExitCode::kOk;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> MakeSnapshotShow() {
  return std::make_unique<SnapshotShow>();
}

}  // namespace consilium
