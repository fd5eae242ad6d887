// What Prometheus reads: the page /metrics.
//
// What happens is counted by instruments, at the place where it happens; what
// stands is told by collectors, when the page is asked for. Labels come from
// sets that stay small: registries, peers, methods, codes.
#ifndef CONSILIUM_SERVER_HTTP_METRICS_H_
#define CONSILIUM_SERVER_HTTP_METRICS_H_

#include <prometheus/labels.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/base/mutex.h"
#include "server/http/http_server.h"

namespace consilium {

// Values of one moment. A name has one help and one kind.
//
// One thread.
class MetricSamples {
 public:
  void Gauge(absl::string_view name, absl::string_view help,
             const prometheus::Labels& labels, double value) {
    Add(prometheus::MetricType::Gauge, name, help, labels).gauge.value = value;
  }
  // A value that only grows while the server runs.
  void Counter(absl::string_view name, absl::string_view help,
               const prometheus::Labels& labels, double value) {
    Add(prometheus::MetricType::Counter, name, help, labels).counter.value =
        value;
  }

  // By name, each with all its values.
  std::vector<prometheus::MetricFamily> Take() { return std::move(families_); }

 private:
  prometheus::ClientMetric& Add(prometheus::MetricType type,
                                absl::string_view name, absl::string_view help,
                                const prometheus::Labels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

// Thread-safe.
class Metrics {
 public:
  using Collector = std::function<void(MetricSamples&)>;

  // Counters and histograms.
  prometheus::Registry& instruments() { return instruments_; }

  // Asks `collector` whenever the page is made.
  void AddCollector(Collector collector) ABSL_LOCKS_EXCLUDED(mutex_);

  // The page.
  HttpResponse Page() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  prometheus::Registry instruments_;
  mutable Mutex mutex_;  // Held while collectors run: one page at a time.
  std::vector<Collector> collectors_ ABSL_GUARDED_BY(mutex_);
};

// Bounds of a histogram of times, in seconds: 100 microseconds to 10 s. Those
// from 5 ms on are the usual ones of gRPC's metrics.
const std::vector<double>& LatencyBounds();

// `time` as Prometheus has it; 0 for never.
double PrometheusTime(absl::Time time);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_METRICS_H_
