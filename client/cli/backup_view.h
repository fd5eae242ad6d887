// How backups are named and shown.
#ifndef CONSILIUM_CLIENT_CLI_BACKUP_VIEW_H_
#define CONSILIUM_CLIENT_CLI_BACKUP_VIEW_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/backup_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {

// "backups/{backup}" of an id or a full name.
std::string BackupName(absl::string_view text);

// The id of a backup: the last part of its name.
std::string BackupId(const v1::Backup& backup);

// "12.3 MiB"; less than one in KiB.
std::string SizeCell(int64_t size_bytes);

// What a backup is, field by field, below `summary`.
Details BackupDetails(const v1::Backup& backup);

// Shows one step of work.
void ShowBackupProgress(const v1::BackupProgress& step, Progress& progress);

// Calls a method that tells how far it is, and returns the backup that it ends
// with.
template <typename Response>
absl::StatusOr<v1::Backup> FollowBackup(
    const CommandContext& context, ServerSession& session,
    absl::string_view method, const google::protobuf::Message& request,
    absl::string_view label) {
  const auto progress = context.StartProgress(label, "MiB");
  Response response;
  v1::Backup backup;
  RETURN_IF_ERROR(session.caller().Stream(
      method, request, response,
      [&] {
        if (response.has_progress()) {
          ShowBackupProgress(response.progress(), *progress);
        } else if (response.has_backup()) {
          backup = response.backup();
        }
        return true;
      },
      session.options(kWholeServerDeadline)));
  progress->Finish("");
  return backup;
}

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_BACKUP_VIEW_H_
