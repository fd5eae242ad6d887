#include "client/cli/backup_view.h"
#include "client/cli/commands.h"

namespace consilium {
namespace {

constexpr char kVerifyBackup[] = "consilium.v1.BackupService.VerifyBackup";

class BackupVerify : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Restore a backup to a scratch directory, and compare digests")
        .Description(
            "Compares every file with its checksum as well. Exits with 10 "
            "when the backup is damaged. Where no server runs: consiliumd "
            "backup verify DIR.")
        .Example("consilium backup verify north-20261127-120000");
    spec.Argument("NAME", &name_, "The backup").Completes("backup");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::VerifyBackupRequest request;
    request.set_name(BackupName(name_));
    ASSIGN_OR_RETURN(
        const v1::Backup backup,
        FollowBackup<v1::VerifyBackupResponse>(context, *session, kVerifyBackup,
                                               request, "verifying"));
    Details details = BackupDetails(backup);
    details.summary =
        absl::StrCat("backup ", BackupId(backup), " can be restored");
    context.Write(details);
    return ExitCode::kOk;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> MakeBackupVerify() {
  return std::make_unique<BackupVerify>();
}

}  // namespace consilium
