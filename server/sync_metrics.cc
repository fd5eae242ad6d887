#include "server/sync_metrics.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"

namespace consilium {
namespace {

using prometheus::Labels;

void CollectCounts(const ScheduledPeerStatus& peer, const Labels& labels,
                   MetricSamples& samples) {
  const auto counter = [&](const char* name, const char* help,
                           const char* label, const char* value,
                           int64_t count) {
    Labels with = labels;
    with[label] = value;
    samples.Counter(name, help, with, static_cast<double>(count));
  };
  const char* const runs = "consilium_syncs_total";
  const char* const runs_help = "Syncs with the peer, by how they ended.";
  counter(runs, runs_help, "result", "success", peer.syncs);
  counter(runs, runs_help, "result", "failure", peer.failures);
  const char* const changes = "consilium_sync_changes_total";
  const char* const changes_help = "Changes that syncs moved.";
  counter(changes, changes_help, "direction", "sent", peer.sent);
  counter(changes, changes_help, "direction", "received", peer.received);
  const char* const bytes = "consilium_sync_bytes_total";
  const char* const bytes_help = "Bytes of changes that syncs moved.";
  counter(bytes, bytes_help, "direction", "sent", peer.bytes_sent);
  counter(bytes, bytes_help, "direction", "received", peer.bytes_received);
}

void CollectLag(const ScheduledPeerStatus& peer, const RegistryCatalog& catalog,
                const Labels& labels, MetricSamples& samples) {
  // Before that nothing is known of the peer.
  if (peer.last_success == absl::InfinitePast()) return;
  const auto store = catalog.Find(peer.registry);
  const auto common = Frontier::FromProto(peer.common_frontier);
  if (!store.ok() || !common.ok()) return;
  samples.Gauge("consilium_sync_lag_changes",
                "Changes held here that the peer lacked when it was last "
                "reached, or that came since.",
                labels,
                static_cast<double>((*store)->CountChangesSince(*common)));
}

void CollectPeer(const ScheduledPeerStatus& peer, absl::Time started,
                 absl::Time now, const Labels& labels, MetricSamples& samples) {
  const auto gauge = [&](const char* name, const char* help, double value) {
    samples.Gauge(name, help, labels, value);
  };
  gauge("consilium_sync_last_success_timestamp_seconds",
        "When the last sync with the peer succeeded, in Unix seconds; 0 when "
        "none did since the start.",
        PrometheusTime(peer.last_success));
  gauge("consilium_sync_last_attempt_timestamp_seconds",
        "When the last sync with the peer ended, in Unix seconds; 0 when none "
        "did since the start.",
        PrometheusTime(peer.last_attempt));
  gauge("consilium_sync_lag_seconds",
        "Seconds since a sync with the peer last succeeded; before the first "
        "one, since the start.",
        absl::ToDoubleSeconds(now - std::max(peer.last_success, started)));
  gauge("consilium_sync_interval_seconds",
        "Seconds from one sync with the peer to the next, as configured.",
        absl::ToDoubleSeconds(peer.interval));
  gauge("consilium_sync_failures_in_row",
        "Syncs with the peer that failed since the last success.",
        static_cast<double>(peer.failures_in_row));
  gauge("consilium_sync_groups_set_aside",
        "Groups of changes that the last success set aside.",
        static_cast<double>(peer.set_aside));
  gauge("consilium_sync_alarm",
        "1 while the replicas contradict each other: a fork, digests that "
        "differ, or damage.",
        peer.last_error.code() == absl::StatusCode::kDataLoss ? 1 : 0);
}

}  // namespace

void CollectSync(const std::vector<ScheduledPeerStatus>& peers,
                 const RegistryCatalog& catalog, absl::Time started,
                 absl::Time now, MetricSamples& samples) {
  for (const ScheduledPeerStatus& peer : peers) {
    const Labels labels = {{"registry", peer.registry}, {"peer", peer.address}};
    CollectPeer(peer, started, now, labels, samples);
    CollectCounts(peer, labels, samples);
    CollectLag(peer, catalog, labels, samples);
  }
}

}  // namespace consilium
