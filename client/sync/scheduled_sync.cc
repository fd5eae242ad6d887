#include "client/sync/scheduled_sync.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/api/backoff.h"
#include "client/sync/limits.h"
#include "proto/base/errors.h"

namespace consilium {

struct ScheduledSync::Task {
  ScheduledPeer peer;
  mutable Mutex mutex;
  ScheduledPeerStatus status ABSL_GUARDED_BY(mutex);
  std::thread thread;
};

absl::StatusOr<std::unique_ptr<ScheduledSync>> ScheduledSync::Start(
    std::vector<ScheduledPeer> peers, Clock& clock, Observer observer) {
  if (peers.size() > kScheduledPeersMax) {
    return InvalidField(
        "peers", absl::StrCat(peers.size(), " peers, at most ",
                              kScheduledPeersMax, " are synced on schedule"));
  }
  for (size_t i = 0; i < peers.size(); ++i) {
    if (peers[i].interval < kSyncIntervalMin) {
      return InvalidField(absl::StrCat("peers[", i, "].interval"),
                          absl::StrCat(absl::FormatDuration(peers[i].interval),
                                       " is below the least, ",
                                       absl::FormatDuration(kSyncIntervalMin)));
    }
  }
  return std::unique_ptr<ScheduledSync>(
      new ScheduledSync(std::move(peers), clock, std::move(observer)));
}

ScheduledSync::ScheduledSync(std::vector<ScheduledPeer> peers, Clock& clock,
                             Observer observer)
    : clock_(clock), observer_(std::move(observer)) {
  for (ScheduledPeer& peer : peers) {
    auto task = std::make_unique<Task>();
    task->peer = std::move(peer);
    task->peer.sync.cancellation = &cancellation_;
    {
      MutexLock lock(task->mutex);
      task->status.registry = task->peer.registry;
      task->status.address = task->peer.peer->address();
      task->status.interval = task->peer.interval;
    }
    tasks_.push_back(std::move(task));
  }
  for (const auto& task : tasks_) {
    task->thread = std::thread([this, &task = *task] { Run(task); });
  }
}

ScheduledSync::~ScheduledSync() { Stop(); }

void ScheduledSync::Stop() {
  cancellation_.Cancel();
  for (const auto& task : tasks_) {
    if (task->thread.joinable()) task->thread.join();
  }
}

std::vector<ScheduledPeerStatus> ScheduledSync::Status() const {
  std::vector<ScheduledPeerStatus> all;
  for (const auto& task : tasks_) {
    MutexLock lock(task->mutex);
    all.push_back(task->status);
  }
  return all;
}

void ScheduledSync::Run(Task& task) {
  const ScheduledPeer& peer = task.peer;
  Backoff backoff(std::min(peer.sync.retry_delay_min, peer.interval),
                  std::min(peer.sync.retry_delay_max, peer.interval));
  while (true) {
    const auto result = SyncClient(*peer.local, *peer.peer).Sync(peer.sync);
    if (cancellation_.cancelled()) return;
    const ScheduledPeerStatus status = Record(task, result);
    if (observer_) observer_(status, result);
    if (result.ok()) backoff.Reset();
    const absl::Duration wait =
        result.ok() ? backoff.WithJitter(peer.interval) : backoff.Next();
    if (cancellation_.WaitFor(wait)) return;
  }
}

ScheduledPeerStatus ScheduledSync::Record(
    Task& task, const absl::StatusOr<SyncResult>& result) {
  const absl::Time now = clock_.Now();
  MutexLock lock(task.mutex);
  ScheduledPeerStatus& status = task.status;
  status.last_attempt = now;
  status.last_error = result.status();
  if (!result.ok()) {
    ++status.failures_in_row;
    ++status.failures;
    return status;
  }
  status.last_success = now;
  status.failures_in_row = 0;
  ++status.syncs;
  status.sent += result->sent;
  status.received += result->received;
  status.bytes_sent += result->bytes_sent;
  status.bytes_received += result->bytes_received;
  status.common_frontier = result->compared_frontier;
  status.set_aside = static_cast<int64_t>(result->set_aside.size());
  return status;
}

}  // namespace consilium
