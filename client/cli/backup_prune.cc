#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/cli/backup_view.h"
#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"

namespace consilium {
namespace {

constexpr char kPruneBackups[] = "consilium.v1.BackupService.PruneBackups";
constexpr int64_t kKeepMax = 1'000'000;

std::string Ids(const google::protobuf::RepeatedPtrField<std::string>& names) {
  if (names.empty()) return "none";
  return absl::StrJoin(
      names, ", ", [](std::string* out, const std::string& name) {
        absl::StrAppend(out, absl::StripPrefix(name, "backups/"));
      });
}

class BackupPrune : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Remove all but the newest backups of the server")
        .Description(
            "Damaged backups neither count nor are removed: somebody should "
            "look at them. Nor are those of other replicas: of other servers "
            "that keep theirs in the same directory, and of this one before "
            "it was restored.")
        .Example("consilium backup prune --keep 14 --dry-run")
        .Example("consilium backup prune --keep 14");
    spec.Flag("--keep", "COUNT", &keep_, "How many to keep, at least 1")
        .Required();
    spec.Switch("--dry-run", &dry_run_, "Only say what would be removed");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (keep_ < 1 || keep_ > kKeepMax) {
      return UsageError(absl::StrCat("--keep ", keep_,
                                     " is out of range; want 1 to ", kKeepMax));
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::PruneBackupsRequest request;
    request.set_keep(static_cast<int32_t>(keep_));
    request.set_validate_only(dry_run_);
    ASSIGN_OR_RETURN(const auto response,
                     CallFor<v1::PruneBackupsResponse>(
                         session->caller(), kPruneBackups, request,
                         session->options(kLongDeadline)));
    Details details;
    details.json = Indented(MessageJson(response));
    details.summary =
        absl::StrCat(dry_run_ ? "would remove " : "removed ",
                     CountText(response.removed_size(), "backup", "backups"),
                     dry_run_ ? " and keep " : ", kept ", response.kept_size());
    details.fields = {{"removed", Ids(response.removed())},
                      {"kept", Ids(response.kept())},
                      {"freed", SizeCell(response.freed_bytes())}};
    if (!response.damaged().empty()) {
      details.fields.push_back({"damaged, left", Ids(response.damaged())});
    }
    context.Write(details);
    return ExitCode::kOk;
  }

 private:
  int64_t keep_ = 0;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeBackupPrune() {
  return std::make_unique<BackupPrune>();
}

}  // namespace consilium
