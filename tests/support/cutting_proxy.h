// A line to a server that is cut after so many bytes.
#ifndef CONSILIUM_TESTS_SUPPORT_CUTTING_PROXY_H_
#define CONSILIUM_TESTS_SUPPORT_CUTTING_PROXY_H_

#include <cstdint>
#include <string>
#include <thread>

#include "proto/base/mutex.h"

namespace consilium {

// Forwards connections to 127.0.0.1:`port` until the budget of bytes, both
// ways together, is used up: the byte after it never arrives, every connection
// is closed, and new ones are closed at once. Thread-safe. Stops the program
// when it cannot listen.
class CuttingProxy {
 public:
  explicit CuttingProxy(int port);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  // HOST:PORT to connect to.
  const std::string& address() const { return address_; }

  // Lets that many more bytes through. Without limit at first.
  void SetBudget(int64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);

  // Bytes that came through so far.
  int64_t passed() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run();
  // Moves what is there to `to`. False when the line is to be closed.
  bool Forward(int from, int to) ABSL_LOCKS_EXCLUDED(mutex_);

  const int target_port_;
  int listener_;
  int stop_pipe_[2];
  std::string address_;

  mutable Mutex mutex_;
  int64_t budget_ ABSL_GUARDED_BY(mutex_) = INT64_MAX;
  int64_t passed_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_CUTTING_PROXY_H_
