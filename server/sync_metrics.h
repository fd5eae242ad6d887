// Metrics of the peers that this server syncs with by itself.
#ifndef CONSILIUM_SERVER_SYNC_METRICS_H_
#define CONSILIUM_SERVER_SYNC_METRICS_H_

#include <vector>

#include "absl/time/time.h"
#include "client/sync/scheduled_sync.h"
#include "server/http/metrics.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

// Where each peer stands at `now`. `started` is when syncing began: who never
// was reached lags since then.
void CollectSync(const std::vector<ScheduledPeerStatus>& peers,
                 const RegistryCatalog& catalog, absl::Time started,
                 absl::Time now, MetricSamples& samples);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNC_METRICS_H_
