#include "client/sync/continuous_sync.h"

#include <optional>
#include <thread>

#include "client/api/backoff.h"
#include "client/sync/frontiers.h"
#include "proto/base/mutex.h"

namespace consilium {
namespace {

// The frontiers that two watches last told of, and what was synced of them.
class WatchBoard {
 public:
  void Moved(int end, const stored::v1::Frontier& frontier) {
    MutexLock lock(mutex_);
    seen_[end] = frontier;
  }

  void Synced(const stored::v1::Frontier& frontier) {
    MutexLock lock(mutex_);
    synced_ = frontier;
  }

  void Stop() {
    MutexLock lock(mutex_);
    stopped_ = true;
  }

  // Waits until an end holds what was not synced, or until Stop.
  void AwaitNews() {
    MutexLock lock(mutex_);
    const auto has_news = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return stopped_ || !IsWithin(seen_[0], synced_) ||
             !IsWithin(seen_[1], synced_);
    };
    mutex_.Await(absl::Condition(&has_news));
  }

 private:
  Mutex mutex_;
  stored::v1::Frontier seen_[2] ABSL_GUARDED_BY(mutex_);
  stored::v1::Frontier synced_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

// Keeps a watch of `endpoint` open until cancelled.
void KeepWatching(int end, SyncEndpoint& endpoint, const SyncOptions& options,
                  WatchBoard& board) {
  Backoff backoff(options.retry_delay_min, options.retry_delay_max);
  do {
    const auto stream = endpoint.Watch(options.cancellation);
    if (!stream.ok()) continue;
    while (true) {
      const auto message = (*stream)->Next();
      if (!message.ok() || !message->has_value()) break;
      board.Moved(end, (**message).frontier());
      backoff.Reset();
    }
  } while (!options.cancellation->WaitFor(backoff.Next()));
}

// Syncs whenever the board has news.
absl::Status SyncOnNews(SyncClient& client,
                        const ContinuousSyncOptions& options,
                        WatchBoard& board) {
  Cancellation& cancellation = *options.sync.cancellation;
  Backoff backoff(options.sync.retry_delay_min, options.sync.retry_delay_max);
  while (true) {
    const auto result = client.Sync(options.sync);
    if (cancellation.cancelled()) return absl::OkStatus();
    if (options.on_sync) options.on_sync(result);
    if (!result.ok()) {
      if (!IsTransient(result.status())) return result.status();
      if (cancellation.WaitFor(backoff.Next())) return absl::OkStatus();
      continue;
    }
    backoff.Reset();
    board.Synced(JoinOf(result->first_frontier, result->second_frontier));
    board.AwaitNews();
    if (cancellation.cancelled()) return absl::OkStatus();
  }
}

}  // namespace

absl::Status SyncContinuously(SyncEndpoint& first, SyncEndpoint& second,
                              const ContinuousSyncOptions& options) {
  WatchBoard board;
  // The watches must end too when a sync fails for good.
  Cancellation watches_end;
  const Cancellation::Callback on_cancel(options.sync.cancellation, [&] {
    watches_end.Cancel();
    board.Stop();
  });
  SyncOptions watching = options.sync;
  watching.cancellation = &watches_end;
  std::thread first_watch([&] { KeepWatching(0, first, watching, board); });
  std::thread second_watch([&] { KeepWatching(1, second, watching, board); });
  SyncClient client(first, second);
  const absl::Status status = SyncOnNews(client, options, board);
  watches_end.Cancel();
  first_watch.join();
  second_watch.join();
  return status;
}

}  // namespace consilium
