#include "client/cli/backup_view.h"

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "client/cli/change_view.h"
#include "client/cli/json_value.h"

namespace consilium {
namespace {

constexpr absl::string_view kBackups = "backups/";
constexpr int64_t kKibibyte = 1 << 10;
constexpr int64_t kMebibyte = 1 << 20;

}  // namespace

std::string BackupName(absl::string_view text) {
  return absl::StartsWith(text, kBackups) ? std::string(text)
                                          : absl::StrCat(kBackups, text);
}

std::string BackupId(const v1::Backup& backup) {
  const std::string& name = backup.name();
  return absl::StartsWith(name, kBackups) ? name.substr(kBackups.size()) : name;
}

std::string SizeCell(int64_t size_bytes) {
  if (size_bytes < kMebibyte) {
    return absl::StrFormat("%.1f KiB",
                           static_cast<double>(size_bytes) / kKibibyte);
  }
  return absl::StrFormat("%.1f MiB",
                         static_cast<double>(size_bytes) / kMebibyte);
}

Details BackupDetails(const v1::Backup& backup) {
  Details details;
  details.name = backup.name();
  details.json = Indented(MessageJson(backup));
  details.fields = {
      {"backup", BackupId(backup)},
      {"shows", absl::StrCat(TimeCell(backup.create_time()), " UTC")},
      {"size", absl::StrCat(SizeCell(backup.size_bytes()), " in ",
                            backup.file_count(), " files")},
      {"keys", backup.holds_keys()
                   ? "held: whoever reads the backup can sign as the "
                     "institution"
                   : "left out: a restore wants --keys"}};
  for (const v1::BackedUpRegistry& registry : backup.registries()) {
    details.fields.push_back(
        {absl::StrCat("registry ", registry.registry()),
         absl::StrCat(registry.record_count(), " records, revision ",
                      registry.revision(), ", digest ", registry.digest())});
  }
  return details;
}

void ShowBackupProgress(const v1::BackupProgress& step, Progress& progress) {
  // Records are counted apart, and are the quicker part.
  if (step.stage() == v1::BackupProgress::STAGE_DIGESTING) return;
  progress.Update(step.done() / kMebibyte, step.total() / kMebibyte);
}

}  // namespace consilium
