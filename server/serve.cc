#include "server/serve.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/api/connection.h"
#include "client/sync/grpc_sync_endpoint.h"
#include "client/sync/scheduled_sync.h"
#include "proto/base/clock.h"
#include "proto/base/errors.h"
#include "proto/base/mutex.h"
#include "proto/base/status_macros.h"
#include "proto/base/version.h"
#include "server/backup/backup_keeper.h"
#include "server/data_directory.h"
#include "server/doctor.h"
#include "server/institution_key.h"
#include "server/monitoring.h"
#include "server/query/record_terms.h"
#include "server/replica_keys.h"
#include "server/review_pages.h"
#include "server/rpc/registry_rules.h"
#include "server/rpc/rpc_server.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {
namespace {

using Level = EventLog::Level;

// After the drain time, for what cannot be cancelled.
constexpr absl::Duration kStopMargin = absl::Seconds(20);
constexpr int kWatchdogExitCode = 70;

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Waits for a signal, looking at the store meanwhile.
absl::Status WaitForEnd(const KeyValueStore& store) {
  const sigset_t signals = EndSignals();
  const timespec interval = {.tv_sec = 1, .tv_nsec = 0};
  while (true) {
    if (sigtimedwait(&signals, nullptr, &interval) > 0) return absl::OkStatus();
    const absl::Status health = store.Health();
    // Too little room ends by itself; a failed write does not.
    if (health.code() == absl::StatusCode::kUnavailable) return health;
  }
}

// Ends the process when stopping takes longer than it may: a stuck call would
// hold up the restart that is the cure for it.
class Watchdog {
 public:
  Watchdog(absl::Duration patience, EventLog& events)
      : thread_([this, patience, &events] {
          MutexLock lock(mutex_);
          if (mutex_.AwaitWithTimeout(absl::Condition(&done_), patience)) {
            return;
          }
          events.Write(Level::kError, "stop_timed_out", {});
          _exit(kWatchdogExitCode);
        }) {}

  ~Watchdog() {
    {
      MutexLock lock(mutex_);
      done_ = true;
    }
    thread_.join();
  }

 private:
  Mutex mutex_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

void LogSync(EventLog& events, const ScheduledPeerStatus& status,
             const absl::StatusOr<SyncResult>& result) {
  if (!result.ok()) {
    const std::string code = absl::StatusCodeToString(result.status().code());
    const std::string reason = GetErrorReason(result.status());
    const bool is_alarm = result.status().code() == absl::StatusCode::kDataLoss;
    events.Write(is_alarm ? Level::kError : Level::kWarning, "sync_failed",
                 {{"registry", absl::string_view(status.registry)},
                  {"peer", absl::string_view(status.address)},
                  {"code", absl::string_view(code)},
                  {"reason", absl::string_view(reason)},
                  {"failures_in_row", status.failures_in_row}});
    return;
  }
  // A sync that moved nothing is no event.
  if (result->sent == 0 && result->received == 0) return;
  events.Write(Level::kInfo, "synced",
               {{"registry", absl::string_view(status.registry)},
                {"peer", absl::string_view(status.address)},
                {"sent", result->sent},
                {"received", result->received},
                {"set_aside", static_cast<int64_t>(result->set_aside.size())},
                {"duration_ms", absl::ToDoubleMilliseconds(result->duration)}});
}

void LogBackup(EventLog& events, const BackupEvent& event) {
  const std::string by = event.scheduled ? "schedule" : "request";
  switch (event.kind) {
    case BackupEvent::Kind::kMade:
      return events.Write(
          Level::kInfo, "backup_made",
          {{"backup", absl::string_view(event.backup)},
           {"by", absl::string_view(by)},
           {"size_bytes", event.size_bytes},
           {"duration_ms", absl::ToDoubleMilliseconds(event.duration)}});
    case BackupEvent::Kind::kPruned:
      return events.Write(Level::kInfo, "backup_removed",
                          {{"backup", absl::string_view(event.backup)}});
    case BackupEvent::Kind::kFailed: {
      const std::string code = absl::StatusCodeToString(event.status.code());
      const std::string reason = GetErrorReason(event.status);
      return events.Write(Level::kError, "backup_failed",
                          {{"by", absl::string_view(by)},
                           {"code", absl::string_view(code)},
                           {"reason", absl::string_view(reason)}});
    }
  }
}

// Says which replicas were opened anew: backups, peers and people know the
// others.
void LogNewReplicas(EventLog& events, const DataDirectory& directory,
                    const RegistryCatalog& catalog) {
  for (const std::string& name : catalog.Names()) {
    const auto store = catalog.Find(name);
    if (!store.ok()) continue;
    const std::string replica = (*store)->head()->replica.ToHex();
    if (directory.restored().has_value()) {
      const std::string& backup = directory.restored()->name();
      events.Write(Level::kInfo, "new_replica",
                   {{"registry", absl::string_view(name)},
                    {"replica", absl::string_view(replica)},
                    {"restored_from", absl::string_view(backup)}});
    } else {
      events.Write(Level::kInfo, "new_replica",
                   {{"registry", absl::string_view(name)},
                    {"replica", absl::string_view(replica)}});
    }
  }
}

// A directory that cannot be used stops no server: it is told, and backups say
// so when they are asked for.
void WarnOfBackups(EventLog& events, const BackupKeeper& backups) {
  if (backups.policy().directory.empty()) return;
  const absl::Status usable = backups.CheckUsable();
  if (usable.ok()) return;
  const std::string reason = GetErrorReason(usable);
  events.Write(Level::kWarning, "backup_directory_unusable",
               {{"directory", absl::string_view(backups.policy().directory)},
                {"reason", absl::string_view(reason)},
                {"what", usable.message()}});
}

absl::StatusOr<std::unique_ptr<ScheduledSync>> StartSync(
    const ServerConfig& config, const ListenAddress& self, Clock& clock,
    EventLog& events) {
  std::vector<ScheduledPeer> peers;
  ASSIGN_OR_RETURN(std::shared_ptr<Connection> local,
                   Connection::Open(self.ToString()));
  for (const PeerConfig& peer : config.peers) {
    ASSIGN_OR_RETURN(std::shared_ptr<Connection> remote,
                     Connection::Open(peer.address));
    ScheduledPeer& scheduled = peers.emplace_back();
    scheduled.registry = peer.registry.id();
    scheduled.local = std::make_unique<GrpcSyncEndpoint>(local, peer.registry);
    scheduled.peer =
        std::make_unique<GrpcSyncEndpoint>(std::move(remote), peer.registry);
    scheduled.interval = peer.interval;
  }
  return ScheduledSync::Start(
      std::move(peers), clock,
      [&events](const ScheduledPeerStatus& status,
                const absl::StatusOr<SyncResult>& result) {
        LogSync(events, status, result);
      });
}

// Null when nobody asked for it.
absl::StatusOr<std::unique_ptr<Monitoring>> StartMonitoring(
    const ServeOptions& options, DataDirectory& directory,
    uint64_t free_bytes_min, Instruments& instruments) {
  const std::optional<HttpConfig>& http =
      options.http.has_value() ? options.http : directory.config().http;
  if (!http.has_value()) return nullptr;
  return Monitoring::Start(
      *http,
      {directory.config().institution, options.version, directory.store(),
       directory.path(), free_bytes_min},
      instruments);
}

}  // namespace

void BlockEndSignals() {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A caller that goes away must not end the server.
  signal(SIGPIPE, SIG_IGN);
}

absl::Status Serve(const ServeOptions& options, EventLog& events,
                   const std::function<void(const Listening&)>& on_listening) {
  RETURN_IF_ERROR(options.listen.CheckPlainText());
  Instruments instruments;
  RocksdbStoreOptions store_options;
  store_options.on_synced_write = [&instruments](absl::Duration duration) {
    instruments.storage.OnSyncedWrite(duration);
  };
  ASSIGN_OR_RETURN(
      const std::unique_ptr<DataDirectory> directory,
      DataDirectory::Open(options.data, options.new_replica, store_options));
  ASSIGN_OR_RETURN(const SigningKey institution_key,
                   ReadSigningKey(directory->keys(), kInstitutionKey));
  RETURN_IF_ERROR(
      CheckInstitutionKey(directory->store(), institution_key.public_key(),
                          directory->keys().PathOf(kInstitutionKey)));
  RETURN_IF_ERROR(CheckInstitutionId(directory->store(),
                                     directory->config().institution,
                                     directory->config_file()));
  ASSIGN_OR_RETURN(const std::string page_token_key,
                   directory->keys().Read(kPageTokenKey));
  // Opened for the first time, a restored directory writes as new replicas.
  const bool new_replicas =
      options.new_replica || directory->restored().has_value();
  ReplicaKeys replica_keys(directory->keys());
  RegistryRules rules;
  const RecordTerms indexer;
  SystemClock clock;
  const std::string& institution = directory->config().institution;
  // Goes before the store does: its pages look at it.
  ASSIGN_OR_RETURN(std::unique_ptr<Monitoring> monitoring,
                   StartMonitoring(options, *directory,
                                   store_options.free_bytes_min, instruments));
  ASSIGN_OR_RETURN(
      std::unique_ptr<RegistryCatalog> catalog,
      RegistryCatalog::Open(
          {directory->store(), rules, clock, replica_keys, institution,
           institution_key, &indexer, &instruments.storage},
          new_replicas));
  RETURN_IF_ERROR(directory->ConfirmPlace());
  if (new_replicas) LogNewReplicas(events, *directory, *catalog);
  auto backups = std::make_unique<BackupKeeper>(
      BackupSource{directory->store(), directory->path(), institution,
                   ReleaseVersion()},
      directory->config().backup, clock,
      [&events](const BackupEvent& event) { LogBackup(events, event); });
  WarnOfBackups(events, *backups);
  Doctor doctor(*directory, *catalog, *backups, clock);
  RpcServerOptions rpc_options;
  rpc_options.listen = options.listen;
  rpc_options.page_token_key = page_token_key;
  rpc_options.institution = institution;
  rpc_options.institution_public_key = institution_key.public_key();
  if (monitoring != nullptr) rpc_options.call_observer = &instruments.calls;
  rpc_options.backups = backups.get();
  rpc_options.examiner = &doctor;
  ASSIGN_OR_RETURN(const std::unique_ptr<RpcServer> rpc,
                   RpcServer::Start(rpc_options, *catalog, clock, events));
  ASSIGN_OR_RETURN(
      std::unique_ptr<ScheduledSync> sync,
      StartSync(directory->config(), rpc->address(), clock, events));
  doctor.WatchSync(sync.get());
  const std::optional<HttpConfig>& pages =
      options.review_pages.has_value() ? options.review_pages
                                       : directory->config().review_pages;
  std::unique_ptr<ReviewPages> review_pages;
  if (pages.has_value()) {
    ASSIGN_OR_RETURN(review_pages, ReviewPages::Start(*pages, *catalog, *rpc));
  }
  const std::string address = rpc->address().ToString();
  events.Write(Level::kInfo, "serving",
               {{"institution", absl::string_view(institution)},
                {"address", absl::string_view(address)},
                {"registries", static_cast<int64_t>(catalog->Names().size())}});
  Listening listening = {rpc->address(), std::nullopt};
  if (monitoring != nullptr) {
    monitoring->OnServing({*catalog, *rpc, *sync, *backups, clock});
    listening.http = monitoring->address();
  }
  if (review_pages != nullptr) listening.review_pages = review_pages->address();
  on_listening(listening);
  const absl::Status ended = WaitForEnd(directory->store());
  events.Write(Level::kInfo, "stopping", {});
  const Watchdog watchdog(options.drain + kStopMargin, events);
  if (monitoring != nullptr) monitoring->OnStopping();
  review_pages = nullptr;
  doctor.WatchSync(nullptr);
  sync->Stop();
  rpc->Stop(options.drain);
  // It refers to all that goes next.
  monitoring = nullptr;
  sync = nullptr;
  backups = nullptr;
  catalog = nullptr;
  // So that files copied while it ran are told from what it leaves. A store
  // that stopped keeps what it is of.
  directory->ConfirmPlace().IgnoreError();
  events.Write(Level::kInfo, "stopped", {});
  return ended;
}

}  // namespace consilium
