#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/cli/backup_view.h"
#include "client/cli/change_view.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/method_names.h"

namespace consilium {
namespace {

int64_t RecordsOf(const v1::Backup& backup) {
  int64_t records = 0;
  for (const v1::BackedUpRegistry& registry : backup.registries()) {
    records += registry.record_count();
  }
  return records;
}

// Which server wrote it: what its replicas' ids begin with, since a server that
// was restored writes as others.
std::string ReplicaCell(const v1::Backup& backup) {
  constexpr size_t kShown = 8;
  std::vector<std::string> shown;
  for (const v1::BackedUpRegistry& registry : backup.registries()) {
    shown.push_back(registry.replica().substr(0, kShown));
  }
  return absl::StrJoin(shown, " ");
}

class BackupList : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List the backups of the server, the newest first")
        .Description(
            "Whole means that the manifest is sound and every file is there "
            "with its size; backup verify reads them. A server that was "
            "restored from a backup writes as other replicas than the one "
            "that made it.")
        .Example("consilium backup list");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const auto response,
                     CallFor<v1::ListBackupsResponse>(
                         session->caller(), kListBackups,
                         v1::ListBackupsRequest(), session->options()));
    const auto rows = context.List({{"name"},
                                    {"shows"},
                                    {"size", true},
                                    {"registries", true},
                                    {"records", true},
                                    {"replicas"},
                                    {"state"}});
    for (const v1::Backup& backup : response.backups()) {
      const bool whole = backup.state() == v1::Backup::STATE_WHOLE;
      rows->Add(
          {backup.name(),
           OneLine(MessageJson(backup)),
           {BackupId(backup), TimeCell(backup.create_time()),
            SizeCell(backup.size_bytes()),
            absl::StrCat(backup.registries_size()),
            absl::StrCat(RecordsOf(backup)), ReplicaCell(backup),
            whole ? "whole" : absl::StrCat("DAMAGED: ", backup.problem())}});
    }
    rows->Finish(absl::StrCat("no backups in ", response.directory()));
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> MakeBackupList() {
  return std::make_unique<BackupList>();
}

}  // namespace consilium
