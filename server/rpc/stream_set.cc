#include "server/rpc/stream_set.h"

#include "server/rpc/errors.h"

namespace consilium {

absl::Status StreamSet::Add(OpenStream& stream) {
  MutexLock lock(mutex_);
  if (stopping_) return ServerStopping();
  if (streams_.size() >= count_max_) return TooManyStreams(count_max_);
  streams_.insert(&stream);
  return absl::OkStatus();
}

void StreamSet::Remove(OpenStream& stream) {
  MutexLock lock(mutex_);
  streams_.erase(&stream);
}

void StreamSet::StopAll() {
  MutexLock lock(mutex_);
  stopping_ = true;
  for (OpenStream* stream : streams_) stream->Stop();
}

void StreamSet::AwaitEmpty(absl::Duration timeout) {
  MutexLock lock(mutex_);
  const auto empty = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return streams_.empty();
  };
  mutex_.AwaitWithTimeout(absl::Condition(&empty), timeout);
}

size_t StreamSet::size() const {
  MutexLock lock(mutex_);
  return streams_.size();
}

}  // namespace consilium
