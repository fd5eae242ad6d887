#include "server/doctor.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/check_report.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/doctor_checks.h"
#include "storage/registry/registry_store.h"

namespace consilium {
namespace {

ExaminedRegistry Examined(std::string name,
                          absl::StatusOr<std::unique_ptr<RegistryView>> view) {
  ExaminedRegistry registry;
  registry.name = std::move(name);
  registry.status = view.status();
  if (view.ok()) registry.view = *std::move(view);
  return registry;
}

std::vector<ExaminedRegistry> OpenAll(const RegistryCatalog& catalog) {
  std::vector<ExaminedRegistry> registries;
  for (const std::string& name : catalog.Names()) {
    const auto store = catalog.Find(name);
    if (!store.ok()) continue;
    registries.push_back(Examined(name, (*store)->OpenView(Version::Latest())));
  }
  return registries;
}

absl::StatusOr<std::vector<ExaminedRegistry>> OpenAll(
    const KeyValueStore& store) {
  ASSIGN_OR_RETURN(const std::vector<CatalogEntry> entries, ReadCatalog(store));
  std::vector<ExaminedRegistry> registries;
  for (const CatalogEntry& entry : entries) {
    if (!entry.founded) continue;
    registries.push_back(Examined(
        entry.name, RegistryStore::OpenStoredView(store, entry.partition)));
  }
  return registries;
}

// What the command line says to a directory that does not open.
void AddOpening(const std::string& path, const absl::Status& status,
                v1::ExamineResponse& report) {
  CheckList checks(report, "data");
  const std::string reason = GetErrorReason(status);
  if (reason == "DIRECTORY_LOCKED") {
    return checks.Fail(absl::StrCat(path, " is in use by a server that runs"),
                       "consilium doctor");
  }
  constexpr char kRestore[] = "consiliumd restore --from BACKUP --data NEWDIR";
  if (absl::IsDataLoss(status)) {
    return checks.Damaged(status.message(), kRestore);
  }
  checks.Fail(status.message(), reason == "STORE_MISSING" ? kRestore : "");
}

// True when all that keeps `path` from being served is where it stands: then
// as a new replica it opens.
bool AddPlace(const std::string& path, const absl::Status& status,
              v1::ExamineResponse& report) {
  const std::string reason = GetErrorReason(status);
  if (reason != "DIRECTORY_COPIED" && reason != "DIRECTORY_PUT_BACK" &&
      reason != "PLACE_MISSING" && reason != "PLACE_DAMAGED") {
    return false;
  }
  CheckList(report, "place")
      .Fail(status.message(), ServeNewReplicaCommand(path));
  return true;
}

}  // namespace

void Doctor::WatchSync(const ScheduledSync* sync) {
  MutexLock lock(mutex_);
  sync_ = sync;
}

std::vector<ScheduledPeerStatus> Doctor::PeerStatus() {
  MutexLock lock(mutex_);
  return sync_ == nullptr ? std::vector<ScheduledPeerStatus>()
                          : sync_->Status();
}

absl::StatusOr<v1::ExamineResponse> Doctor::Examine(
    bool deep, absl::FunctionRef<absl::Status()> check_alive) {
  const std::string& data = directory_.path();
  const ExaminedServer server = {data, directory_.config(), RestartCommand()};
  const absl::Time now = clock_.Now();
  v1::ExamineResponse report;
  CheckConfiguration(data, &directory_.config_text(), report);
  const absl::StatusOr<std::vector<ExaminedRegistry>> opened =
      OpenAll(catalog_);
  const std::vector<ExaminedRegistry>& registries = *opened;
  CheckData(server, directory_.store(), opened, deep, check_alive, report);
  RETURN_IF_ERROR(check_alive());
  CheckKeys(data, registries, /*replica_keys=*/true, report);
  CheckClock(now, registries, report);
  CheckMachine(data, server.config.backup, report);
  CheckPeers(server, registries, PeerStatus(), now, report);
  const BackupStatus backups = backups_.status();
  CheckBackups(server, registries, &backups, now, report);
  return report;
}

v1::ExamineResponse ExamineDataDirectory(const std::string& path, bool deep,
                                         Clock& clock) {
  std::error_code error;
  const auto canonical = std::filesystem::canonical(path, error);
  const std::string data = error ? path : canonical.string();
  v1::ExamineResponse report;
  CheckConfiguration(data, nullptr, report);
  auto directory = DataDirectory::Open(data, /*new_replica=*/false);
  if (AddPlace(data, directory.status(), report)) {
    directory = DataDirectory::Open(data, /*new_replica=*/true);
  }
  const ServerConfig none;
  const ExaminedServer server = {
      data, directory.ok() ? (*directory)->config() : none, ServeCommand(data)};
  auto opened =
      directory.ok()
          ? OpenAll((*directory)->store())
          : absl::StatusOr<std::vector<ExaminedRegistry>>(directory.status());
  if (directory.ok()) {
    CheckData(
        server, (*directory)->store(), opened, deep,
        [] { return absl::OkStatus(); }, report);
  } else {
    AddOpening(data, directory.status(), report);
  }
  std::vector<ExaminedRegistry> registries;
  if (opened.ok()) registries = *std::move(opened);
  if (GetErrorReason(directory.status()) == "DIRECTORY_MISSING") return report;
  const bool restored = directory.ok() && (*directory)->restored().has_value();
  if (restored) {
    CheckList(report, "place")
        .Pass(absl::StrCat("restored from ", (*directory)->restored()->name(),
                           "; the server will write as new replicas"));
  }
  // No backup holds the keys of replicas.
  CheckKeys(data, registries, /*replica_keys=*/!restored, report);
  CheckClock(clock.Now(), registries, report);
  CheckMachine(data, server.config.backup, report);
  if (!directory.ok()) return report;
  CheckPeers(server, registries, {}, clock.Now(), report);
  CheckBackups(server, registries, nullptr, clock.Now(), report);
  return report;
}

}  // namespace consilium
