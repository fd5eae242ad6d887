// What the server tells of its calls to those who measure them. It rests on
// the method, found once, so that a call costs no look-up.
#ifndef CONSILIUM_SERVER_RPC_CALL_OBSERVER_H_
#define CONSILIUM_SERVER_RPC_CALL_OBSERVER_H_

#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace consilium {

// Hears of the calls of one method. Thread-safe. Every call is on the way of a
// request: it must take no longer than some tens of nanoseconds.
class MethodObserver {
 public:
  virtual ~MethodObserver() = default;

  virtual void OnStart() = 0;
  virtual void OnReceived(int64_t message_bytes) = 0;
  virtual void OnSent(int64_t message_bytes) = 0;
  // Once for each OnStart.
  virtual void OnEnd(absl::StatusCode code, absl::Duration duration) = 0;
};

// Hears of nothing.
MethodObserver& NoObserver();

// Thread-safe.
class CallObserver {
 public:
  virtual ~CallObserver() = default;

  // Who hears of the calls of `method`, which is served; asked once for each.
  // Lives as long as the CallObserver.
  virtual MethodObserver& Of(
      const google::protobuf::MethodDescriptor& method) = 0;

  // Who hears of calls of all methods that are not served.
  virtual MethodObserver& OfUnknown() = 0;
};

// One call, from now until End.
class ObservedCall {
 public:
  explicit ObservedCall(MethodObserver& method)
      : method_(method), start_(absl::Now()) {
    method_.OnStart();
  }

  void Received(size_t message_bytes) {
    method_.OnReceived(static_cast<int64_t>(message_bytes));
  }
  void Sent(size_t message_bytes) {
    method_.OnSent(static_cast<int64_t>(message_bytes));
  }
  void End(absl::StatusCode code) { method_.OnEnd(code, absl::Now() - start_); }

 private:
  MethodObserver& method_;
  const absl::Time start_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_CALL_OBSERVER_H_
