#include "client/cli/backup_view.h"
#include "client/cli/commands.h"

namespace consilium {
namespace {

constexpr char kCreateBackup[] = "consilium.v1.BackupService.CreateBackup";

class BackupCreate : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Make a backup of the server while it runs, and verify it")
        .Description(
            "The backup is written to the directory that consilium.toml of "
            "the server names under [backup], restored there to a scratch "
            "directory, and every digest is compared. Stopped early, nothing "
            "is left of it.")
        .Example("consilium backup create")
        .Example("consilium backup create -o json");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const v1::Backup backup,
                     FollowBackup<v1::CreateBackupResponse>(
                         context, *session, kCreateBackup,
                         v1::CreateBackupRequest(), "backing up"));
    Details details = BackupDetails(backup);
    details.summary =
        absl::StrCat("made backup ", BackupId(backup),
                     "; restored to a scratch directory, every digest is that "
                     "of the server");
    details.next = NextCommand(context.settings, "backup list");
    context.Write(details);
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> MakeBackupCreate() {
  return std::make_unique<BackupCreate>();
}

}  // namespace consilium
