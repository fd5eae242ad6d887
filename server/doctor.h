// Looks whether a server is well: configuration, data, keys, clock, disk,
// peers and backups. Changes nothing. What is wrong is a check that warns or
// fails, with the command that mends it; never an error.
#ifndef CONSILIUM_SERVER_DOCTOR_H_
#define CONSILIUM_SERVER_DOCTOR_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "client/sync/scheduled_sync.h"
#include "consilium/v1/doctor_service.pb.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "server/backup/backup_keeper.h"
#include "server/data_directory.h"
#include "server/rpc/doctor_service.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

// Of a server that runs. Thread-safe.
class Doctor final : public Examiner {
 public:
  // All must outlive the doctor.
  Doctor(DataDirectory& directory, const RegistryCatalog& catalog,
         const BackupKeeper& backups, Clock& clock)
      : directory_(directory),
        catalog_(catalog),
        backups_(backups),
        clock_(clock) {}

  // The peers that the server syncs with; null while there are none.
  void WatchSync(const ScheduledSync* sync) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::StatusOr<v1::ExamineResponse> Examine(
      bool deep, absl::FunctionRef<absl::Status()> check_alive) override;

 private:
  std::vector<ScheduledPeerStatus> PeerStatus() ABSL_LOCKS_EXCLUDED(mutex_);

  DataDirectory& directory_;
  const RegistryCatalog& catalog_;
  const BackupKeeper& backups_;
  Clock& clock_;
  Mutex mutex_;
  const ScheduledSync* sync_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

// Examines the data directory `path` of a server that does not run.
v1::ExamineResponse ExamineDataDirectory(const std::string& path, bool deep,
                                         Clock& clock);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_DOCTOR_H_
