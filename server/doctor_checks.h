// The checks of the doctor, one function a matter. Each adds its group to the
// report.
#ifndef CONSILIUM_SERVER_DOCTOR_CHECKS_H_
#define CONSILIUM_SERVER_DOCTOR_CHECKS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/sync/scheduled_sync.h"
#include "consilium/v1/doctor_service.pb.h"
#include "server/auth/key_store.h"
#include "server/backup/backup_keeper.h"
#include "server/server_config.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// One registry of the server that is examined.
struct ExaminedRegistry {
  std::string name;
  // What opening it said; `view` is null unless it is OK.
  absl::Status status;
  std::unique_ptr<RegistryView> view;
};

// The server whose directory is examined.
struct ExaminedServer {
  std::string data;            // The directory.
  const ServerConfig& config;  // As it was read.
  std::string restart;         // The command that starts it.
};

// The command that starts the server that this process is again: that of its
// service manager, where one started it.
std::string RestartCommand();

// consilium.toml of the data directory `data`. `running_text` is what the
// server that runs, this process, read, or null.
void CheckConfiguration(const std::string& data,
                        const std::string* running_text,
                        v1::ExamineResponse& report);

// The store and the registries in it, or why they cannot be listed. With
// `deep`, every file against its checksum and every digest against its records.
void CheckData(const ExaminedServer& server, const KeyValueStore& store,
               const absl::StatusOr<std::vector<ExaminedRegistry>>& registries,
               bool deep, absl::FunctionRef<absl::Status()> check_alive,
               v1::ExamineResponse& report);

// The keys in `data`, and whether they are those of the registries. Those of
// replicas only with `replica_keys`.
void CheckKeys(const std::string& data,
               const std::vector<ExaminedRegistry>& registries,
               bool replica_keys, v1::ExamineResponse& report);

// This machine's clock against what was written under it.
void CheckClock(absl::Time now, const std::vector<ExaminedRegistry>& registries,
                v1::ExamineResponse& report);

void CheckMachine(const std::string& data, const BackupPolicy& backups,
                  v1::ExamineResponse& report);

// Asks every peer, all at once. `statuses` is how the server that runs gets on
// with them, empty when none does.
void CheckPeers(const ExaminedServer& server,
                const std::vector<ExaminedRegistry>& registries,
                const std::vector<ScheduledPeerStatus>& statuses,
                absl::Time now, v1::ExamineResponse& report);

// In doctor_backups.cc. `status` of the server that runs, or null.
void CheckBackups(const ExaminedServer& server,
                  const std::vector<ExaminedRegistry>& registries,
                  const BackupStatus* status, absl::Time now,
                  v1::ExamineResponse& report);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_DOCTOR_CHECKS_H_
