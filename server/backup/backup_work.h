// What long work on a backup is given to be watched and ended by.
#ifndef CONSILIUM_SERVER_BACKUP_BACKUP_WORK_H_
#define CONSILIUM_SERVER_BACKUP_BACKUP_WORK_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "consilium/v1/backup_service.pb.h"

namespace consilium {

using BackupStage = v1::BackupProgress::Stage;

// Called by the one thread that works.
struct BackupWork {
  // Asked at short intervals; an error ends the work.
  std::function<absl::Status()> check_alive = [] { return absl::OkStatus(); };
  // How far a stage is; a total of 0 is unknown.
  std::function<void(BackupStage stage, int64_t done, int64_t total)>
      on_progress = [](BackupStage, int64_t, int64_t) {};
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_BACKUP_BACKUP_WORK_H_
