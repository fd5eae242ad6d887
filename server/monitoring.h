// Lets people and Prometheus watch a running server: health, metrics and an
// index, over HTTP.
#ifndef CONSILIUM_SERVER_MONITORING_H_
#define CONSILIUM_SERVER_MONITORING_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/sync/scheduled_sync.h"
#include "proto/base/clock.h"
#include "server/backup/backup_keeper.h"
#include "server/call_metrics.h"
#include "server/http/health_board.h"
#include "server/http/http_server.h"
#include "server/http/metrics.h"
#include "server/http/storage_metrics.h"
#include "server/rpc/listen_address.h"
#include "server/rpc/rpc_server.h"
#include "server/server_config.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

// What is counted where it happens. Outlives all that it counts.
struct Instruments {
  Metrics metrics;
  StorageMetrics storage{metrics.instruments()};
  CallMetrics calls{metrics.instruments()};
};

// What is known of a server before it serves. All outlives the monitoring.
struct MonitoredDirectory {
  std::string institution;
  std::string version;
  const KeyValueStore& store;
  std::string path;
  uint64_t free_bytes_min = 0;  // Below, the store takes no writes.
};

// What serves. All outlives the monitoring.
struct MonitoredServer {
  const RegistryCatalog& catalog;
  const RpcServer& rpc;
  const ScheduledSync& sync;
  const BackupKeeper& backups;
  Clock& clock;
};

// One thread starts and stops it.
class Monitoring {
 public:
  // Serves the pages; the server counts as starting.
  //   UNAVAILABLE  the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Monitoring>> Start(
      const HttpConfig& config, MonitoredDirectory directory,
      Instruments& instruments);

  // Where the pages are, with the port that was chosen.
  const ListenAddress& address() const { return address_; }

  // Calls are served from now on. Once.
  void OnServing(const MonitoredServer& server);

  // No new calls are taken from now on.
  void OnStopping();

 private:
  Monitoring(MonitoredDirectory directory, Instruments& instruments);

  void CollectDirectory(MetricSamples& samples) const;
  HttpResponse Index() const;

  const MonitoredDirectory directory_;
  Metrics& metrics_;
  HealthBoard health_;
  std::atomic<const RegistryCatalog*> catalog_ = nullptr;
  ListenAddress address_;
  std::unique_ptr<HttpServer> http_;  // Last: its pages look at all of it.
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_MONITORING_H_
