// Threads for work that must not hold up gRPC's own, of which there are only
// as many as cores.
#ifndef CONSILIUM_SERVER_RPC_WORKER_POOL_H_
#define CONSILIUM_SERVER_RPC_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "proto/base/mutex.h"
#include "server/rpc/limits.h"

namespace consilium {

// Continuations come before new work, and one thread more than `thread_count`
// runs nothing else: the answer to a write that is on disk waits for no scan.
//
// Thread-safe.
class WorkerPool {
 public:
  explicit WorkerPool(int thread_count = kWorkerThreadCount,
                      size_t queue_max = kWorkQueueMax);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs everything that was posted, then joins the threads.
  ~WorkerPool();

  // Runs `task`, which must not throw, on some thread.
  //   RESOURCE_EXHAUSTED  the queue is full; names the limit.
  absl::Status Post(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

  // The same for the rest of work that was admitted before; never refuses.
  void PostContinuation(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

  // Tasks that wait for a thread.
  size_t queue_length() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Tasks = std::deque<std::function<void()>>;

  void RunAll() ABSL_LOCKS_EXCLUDED(mutex_);
  void RunContinuations() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasContinuation() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !continuations_.empty();
  }
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return HasContinuation() || !queue_.empty();
  }

  const size_t queue_max_;
  mutable Mutex mutex_;
  Tasks queue_ ABSL_GUARDED_BY(mutex_);
  Tasks continuations_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_WORKER_POOL_H_
