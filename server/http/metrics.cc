#include "server/http/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <utility>

namespace consilium {
namespace {

constexpr char kTextFormat[] = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace

prometheus::ClientMetric& MetricSamples::Add(prometheus::MetricType type,
                                             absl::string_view name,
                                             absl::string_view help,
                                             const prometheus::Labels& labels) {
  auto family = std::find_if(families_.begin(), families_.end(),
                             [name](const prometheus::MetricFamily& each) {
                               return each.name == name;
                             });
  if (family == families_.end()) {
    families_.push_back({std::string(name), std::string(help), type, {}});
    family = families_.end() - 1;
  }
  prometheus::ClientMetric& metric = family->metric.emplace_back();
  for (const auto& [label, value] : labels) {
    metric.label.push_back({label, value});
  }
  return metric;
}

void Metrics::AddCollector(Collector collector) {
  MutexLock lock(mutex_);
  collectors_.push_back(std::move(collector));
}

HttpResponse Metrics::Page() const {
  MetricSamples samples;
  {
    MutexLock lock(mutex_);
    for (const Collector& collector : collectors_) collector(samples);
  }
  const prometheus::TextSerializer serializer;
  return {.body = serializer.Serialize(instruments_.Collect()) +
                  serializer.Serialize(samples.Take()),
          .content_type = kTextFormat};
}

const std::vector<double>& LatencyBounds() {
  static const auto& bounds = *new std::vector<double>{
      .0001, .00025, .0005, .001, .0025, .005, .01, .025,
      .05,   .1,     .25,   .5,   1,     2.5,  5,   10};
  return bounds;
}

double PrometheusTime(absl::Time time) {
  return time == absl::InfinitePast()
             ? 0
             : absl::ToDoubleSeconds(time - absl::UnixEpoch());
}

}  // namespace consilium
