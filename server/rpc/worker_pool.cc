#include "server/rpc/worker_pool.h"

#include <utility>

#include "server/rpc/errors.h"

namespace consilium {
namespace {

std::function<void()> TakeFirst(std::deque<std::function<void()>>& tasks) {
  std::function<void()> task = std::move(tasks.front());
  tasks.pop_front();
  return task;
}

}  // namespace

WorkerPool::WorkerPool(int thread_count, size_t queue_max)
    : queue_max_(queue_max) {
  for (int i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this] { RunAll(); });
  }
  threads_.emplace_back([this] { RunContinuations(); });
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
  continuations_.push_back(std::move(task));
}

size_t WorkerPool::queue_length() const {
  MutexLock lock(mutex_);
  return queue_.size() + continuations_.size();
}

void WorkerPool::RunAll() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mutex_);
      mutex_.Await(absl::Condition(
          +[](WorkerPool* pool) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pool->mutex_) {
            return pool->HasWork();
          },
          this));
      if (continuations_.empty() && queue_.empty()) return;
      task = TakeFirst(continuations_.empty() ? queue_ : continuations_);
    }
    task();
  }
}

void WorkerPool::RunContinuations() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mutex_);
      mutex_.Await(absl::Condition(
          +[](WorkerPool* pool) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pool->mutex_) {
            return pool->HasContinuation();
          },
          this));
      // Whatever is posted later comes from a task, whose thread takes it.
      if (continuations_.empty()) return;
      task = TakeFirst(continuations_);
    }
    task();
  }
}

}  // namespace consilium
