// The streams that are open: bounded in number, and told to end when the
// server stops.
#ifndef CONSILIUM_SERVER_RPC_STREAM_SET_H_
#define CONSILIUM_SERVER_RPC_STREAM_SET_H_

#include <cstddef>
#include <set>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "proto/base/mutex.h"
#include "server/rpc/limits.h"

namespace consilium {

class OpenStream {
 public:
  virtual ~OpenStream() = default;
  // Ends the stream soon, UNAVAILABLE. Must not leave the set meanwhile.
  virtual void Stop() noexcept = 0;
};

// Thread-safe.
class StreamSet {
 public:
  explicit StreamSet(size_t count_max = kStreamCountMax)
      : count_max_(count_max) {}

  // Takes in `stream` until Remove.
  //   RESOURCE_EXHAUSTED  there are too many.
  //   UNAVAILABLE         the server is stopping.
  absl::Status Add(OpenStream& stream) ABSL_LOCKS_EXCLUDED(mutex_);

  // Does nothing for a stream that was not taken in.
  void Remove(OpenStream& stream) ABSL_LOCKS_EXCLUDED(mutex_);

  // Stops every stream, and takes in none from now on.
  void StopAll() ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits for at most `timeout` until no stream is open.
  void AwaitEmpty(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);

  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const size_t count_max_;
  // Held while streams are told, so that none ends under the call.
  mutable Mutex mutex_;
  std::set<OpenStream*> streams_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_STREAM_SET_H_
