// Syncs a server with its configured peers, each at its own interval.
#ifndef CONSILIUM_CLIENT_SYNC_SCHEDULED_SYNC_H_
#define CONSILIUM_CLIENT_SYNC_SCHEDULED_SYNC_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/api/cancellation.h"
#include "client/sync/sync_client.h"
#include "client/sync/sync_endpoint.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"

namespace consilium {

// One registry that is kept in step with one peer.
struct ScheduledPeer {
  std::string registry;                 // For people.
  std::unique_ptr<SyncEndpoint> local;  // This server.
  std::unique_ptr<SyncEndpoint> peer;
  // From the end of one sync to the start of the next, changed by up to a
  // fifth at random; at least kSyncIntervalMin.
  absl::Duration interval = absl::Minutes(1);
  SyncOptions sync;  // Its cancellation is not used.
};

// Where a peer stands.
struct ScheduledPeerStatus {
  std::string registry;
  std::string address;
  absl::Duration interval;
  absl::Time last_attempt = absl::InfinitePast();
  absl::Time last_success = absl::InfinitePast();
  absl::Status last_error;      // OK after a success.
  int64_t failures_in_row = 0;  // Since the last success.
  int64_t syncs = 0;            // That succeeded.
  int64_t failures = 0;         // Since the start.
  int64_t sent = 0;             // Changes, since the start.
  int64_t received = 0;
  int64_t bytes_sent = 0;  // Batches as they travelled, since the start.
  int64_t bytes_received = 0;
  // What both held, and agreed on, at the last success.
  stored::v1::Frontier common_frontier;
  // Groups that the last success set aside.
  int64_t set_aside = 0;

  // How old what was exchanged last is; infinite before the first success.
  absl::Duration Lag(absl::Time now) const { return now - last_success; }
};

// Thread-safe. One thread a peer. The first sync of each starts at once; after
// a failure it is tried again sooner than the interval, at growing waits. An
// alarm (DATA_LOSS) shows in the status and stays until a sync succeeds.
class ScheduledSync {
 public:
  // Called after each sync on the peer's thread. May be empty.
  using Observer = std::function<void(const ScheduledPeerStatus&,
                                      const absl::StatusOr<SyncResult>&)>;

  // `clock` must outlive it. INVALID_ARGUMENT: more than kScheduledPeersMax
  // peers, or an interval below kSyncIntervalMin.
  static absl::StatusOr<std::unique_ptr<ScheduledSync>> Start(
      std::vector<ScheduledPeer> peers, Clock& clock, Observer observer = {});

  // Stops.
  ~ScheduledSync();
  ScheduledSync(const ScheduledSync&) = delete;
  ScheduledSync& operator=(const ScheduledSync&) = delete;

  // Cuts running syncs off and waits for the threads. What was applied stays.
  void Stop();

  // In the order of the peers.
  std::vector<ScheduledPeerStatus> Status() const;

 private:
  struct Task;

  ScheduledSync(std::vector<ScheduledPeer> peers, Clock& clock,
                Observer observer);

  void Run(Task& task);
  ScheduledPeerStatus Record(Task& task,
                             const absl::StatusOr<SyncResult>& result);

  Clock& clock_;
  const Observer observer_;
  Cancellation cancellation_;
  std::vector<std::unique_ptr<Task>> tasks_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_SCHEDULED_SYNC_H_
