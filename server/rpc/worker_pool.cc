#include "server/rpc/worker_pool.h"

#include <utility>

#include "server/rpc/errors.h"

namespace consilium {

WorkerPool::WorkerPool(int thread_count, size_t queue_max)
    : queue_max_(queue_max) {
  for (int i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

absl::Status WorkerPool::Post(std::function<void()> task) {
  MutexLock lock(mutex_);
  if (queue_.size() >= queue_max_) return WorkQueueFull(queue_max_);
  queue_.push_back(std::move(task));
  return absl::OkStatus();
}

void WorkerPool::PostContinuation(std::function<void()> task) {
  MutexLock lock(mutex_);
  queue_.push_back(std::move(task));
}

size_t WorkerPool::queue_length() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

void WorkerPool::Run() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mutex_);
      mutex_.Await(absl::Condition(
          +[](WorkerPool* pool) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pool->mutex_) {
            return pool->HasWork();
          },
          this));
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace consilium
