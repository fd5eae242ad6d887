#include "server/monitoring.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/http/index_page.h"
#include "server/http/process_metrics.h"
#include "server/sync_metrics.h"

namespace consilium {
namespace {

void CollectLoad(const RpcLoad& load, MetricSamples& samples) {
  samples.Gauge("consilium_rpc_open_streams",
                "Streams of callers that are open.", {},
                static_cast<double>(load.open_streams));
  samples.Gauge("consilium_rpc_queued_work",
                "Pieces of work of calls that wait for a thread.", {},
                static_cast<double>(load.queued_work));
}

void CollectBackups(const BackupStatus& status, MetricSamples& samples) {
  samples.Gauge("consilium_backup_last_success_timestamp_seconds",
                "Which moment the newest whole backup shows, in Unix seconds; "
                "0 for none.",
                {}, PrometheusTime(status.last_success));
  samples.Gauge("consilium_backup_last_size_bytes",
                "What the newest whole backup takes on disk.", {},
                static_cast<double>(status.last_size_bytes));
  samples.Gauge("consilium_backup_failures_in_row",
                "Attempts to make a backup that failed since the last that "
                "succeeded.",
                {}, static_cast<double>(status.failures_in_row));
}

}  // namespace

Monitoring::Monitoring(MonitoredDirectory directory, Instruments& instruments)
    : directory_(std::move(directory)), metrics_(instruments.metrics) {
  using Weight = HealthBoard::Weight;
  health_.AddCheck("store", Weight::kReadiness,
                   [this] { return directory_.store.Health(); });
  // Reads and pulls go on: who takes the server out of service loses those.
  health_.AddCheck("disk", Weight::kWrites, [this] {
    return CheckRoom(directory_.path, directory_.free_bytes_min);
  });
  metrics_.AddCollector(CollectProcess);
  metrics_.AddCollector(
      [this](MetricSamples& samples) { CollectDirectory(samples); });
}

absl::StatusOr<std::unique_ptr<Monitoring>> Monitoring::Start(
    const HttpConfig& config, MonitoredDirectory directory,
    Instruments& instruments) {
  std::unique_ptr<Monitoring> monitoring(
      new Monitoring(std::move(directory), instruments));
  Monitoring& self = *monitoring;
  ASSIGN_OR_RETURN(
      self.http_,
      HttpServer::Start(
          {.host = config.listen.host,
           .port = config.listen.port,
           .field = config.field,
           .pages = {
               {"/", [&self] { return self.Index(); }},
               {"/style.css", IndexStyle},
               {"/metrics", [&self] { return self.metrics_.Page(); }},
               {"/livez", [&self] { return self.health_.Live(); }},
               {"/healthz", [&self] { return self.health_.Live(); }},
               {"/readyz", [&self] { return self.health_.Ready(); }},
           }}));
  self.address_ = {config.listen.host, self.http_->port()};
  return monitoring;
}

void Monitoring::OnServing(const MonitoredServer& server) {
  catalog_ = &server.catalog;
  const absl::Time started = server.clock.Now();
  metrics_.AddCollector([server, started](MetricSamples& samples) {
    CollectRegistries(server.catalog, samples);
    CollectLoad(server.rpc.load(), samples);
    CollectSync(server.sync.Status(), server.catalog, started,
                server.clock.Now(), samples);
    CollectBackups(server.backups.status(), samples);
  });
  health_.SetPhase(
      /*serving=*/true,
      absl::StrCat("serving calls on ", server.rpc.address().ToString()));
}

void Monitoring::OnStopping() {
  health_.SetPhase(/*serving=*/false,
                   "stopping; calls in flight are being answered");
}

void Monitoring::CollectDirectory(MetricSamples& samples) const {
  samples.Gauge("consilium_build_info", "1; the labels tell the versions.",
                {{"version", directory_.version}, {"grpc", grpc::Version()}},
                1);
  samples.Gauge("consilium_ready", "1 while calls are served, as /readyz says.",
                {}, health_.Ready().status == 200 ? 1 : 0);
  CollectStore(directory_.store, directory_.path, directory_.free_bytes_min,
               samples);
}

HttpResponse Monitoring::Index() const {
  return IndexPage({directory_.institution, directory_.version,
                    health_.Ready().body, catalog_.load()});
}

}  // namespace consilium
