// Keeps two replicas in step for as long as somebody wants it.
#ifndef CONSILIUM_CLIENT_SYNC_CONTINUOUS_SYNC_H_
#define CONSILIUM_CLIENT_SYNC_CONTINUOUS_SYNC_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/api/cancellation.h"
#include "client/sync/sync_client.h"
#include "client/sync/sync_endpoint.h"

namespace consilium {

struct ContinuousSyncOptions {
  // Of each sync. Its cancellation ends everything and is required.
  SyncOptions sync;
  // Called after each sync that succeeded or failed. May be empty.
  std::function<void(const absl::StatusOr<SyncResult>&)> on_sync;
};

// Syncs now, and again whenever a frontier moves at either end. An end that is
// away is tried again, at growing intervals. Blocks until cancelled, which is
// OK, or until a sync fails for a reason that time does not heal (IsTransient),
// which it returns.
absl::Status SyncContinuously(SyncEndpoint& first, SyncEndpoint& second,
                              const ContinuousSyncOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_CONTINUOUS_SYNC_H_
