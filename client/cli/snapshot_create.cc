#include "absl/strings/str_cat.h"
#include "client/api/request_id.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/cli/snapshot_view.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kCreateSnapshot[] =
    "consilium.v1.SnapshotService.CreateSnapshot";

class SnapshotCreate : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Give the current version of a registry a name")
        .Description(
            "A snapshot replicates and is never changed; any server that "
            "holds its changes can rebuild and verify it. Its name has "
            "lower-case letters, digits and hyphens, and is no number, which "
            "is a revision.")
        .Example("consilium snapshot create 2026-q4 -m 'Search of October'")
        .Example(
            "consilium snapshot create release-1 -m 'For the first "
            "review'");
    spec.Argument("NAME", &name_, "What to call it");
    spec.Flag("-m,--message", "TEXT", &message_, "Why");
    spec.Flag("--at", "VERSION", &at_,
              "Name this version: a frontier, a revision or a snapshot")
        .Completes("snapshot");
    spec.Switch("--dry-run", &dry_run_, "Only say what would be named");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    RETURN_IF_ERROR(
        RecordName::Parse(absl::StrCat("snapshots/", name_), "NAME").status());
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    v1::CreateSnapshotRequest request;
    request.set_parent(registry.Full());
    request.set_snapshot_id(name_);
    request.set_at(at_);
    request.set_request_id(NewRequestId());
    request.set_validate_only(dry_run_);
    *request.mutable_change() = session->Change(message_);
    ASSIGN_OR_RETURN(
        const auto snapshot,
        CallFor<v1::Snapshot>(session->caller(), kCreateSnapshot, request,
                              session->options(kLongDeadline)));
    Details details = SnapshotDetails(snapshot);
    details.summary = absl::StrCat(
        dry_run_ ? "would have created snapshot " : "created snapshot ", name_);
    if (!snapshot.revision().empty()) {
      details.fields.push_back({"revision", snapshot.revision()});
    }
    details.next =
        NextCommand(context.settings, absl::StrCat("snapshot verify ", name_));
    context.Write(details);
    return ExitCode::kOk;
  }

 private:
  std::string name_, message_, at_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeSnapshotCreate() {
  return std::make_unique<SnapshotCreate>();
}

}  // namespace consilium
