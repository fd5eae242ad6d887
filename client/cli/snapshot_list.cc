#include "client/cli/change_view.h"
#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/json_value.h"
#include "client/cli/method_names.h"
#include "client/cli/server_session.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// As much of an identity as tells snapshots apart.
constexpr size_t kIdentityShown = 12;

class SnapshotList : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List the snapshots of a registry")
        .Example("consilium snapshot list");
    spec.Flag("--filter", "FILTER", &filter_,
              "Only those that match, such as 'name:release'");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    v1::ListSnapshotsRequest request;
    request.set_parent(registry.Full());
    request.set_filter(filter_);
    request.set_at(at_);
    const auto rows = context.List(
        {{"name"}, {"time"}, {"institution"}, {"identity"}, {"reason"}});
    RETURN_IF_ERROR(ListPages(
        session->caller(), kListSnapshots, request,
        [&](google::protobuf::Message& message) {
          const auto& snapshot = static_cast<v1::Snapshot&>(message);
          const v1::SnapshotBody& body = snapshot.body();
          rows->Add(
              {snapshot.name(),
               OneLine(MessageJson(snapshot)),
               {ShortName(snapshot.name()), TimeCell(body.snapshot_time()),
                VisibleText(body.institution(), KeepLines::kEscaped),
                body.has_identity() ? body.identity().substr(0, kIdentityShown)
                                    : "unreadable",
                body.reason()}});
          return context.io.out.good();
        },
        session->options()));
    rows->Finish("no snapshots");
    return ExitCode::kOk;
  }

 private:
  std::string filter_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeSnapshotList() {
  return std::make_unique<SnapshotList>();
}

}  // namespace consilium
