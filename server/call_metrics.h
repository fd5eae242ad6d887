// Metrics of calls, under the names of go-grpc-prometheus, so that dashboards
// made for gRPC servers work.
#ifndef CONSILIUM_SERVER_CALL_METRICS_H_
#define CONSILIUM_SERVER_CALL_METRICS_H_

#include <prometheus/registry.h>

#include <memory>
#include <vector>

#include "proto/base/mutex.h"
#include "server/rpc/call_observer.h"

namespace consilium {

// Thread-safe. A call costs a few atomic additions: each method keeps its
// instruments at hand.
class CallMetrics final : public CallObserver {
 public:
  // `instruments` must outlive it.
  explicit CallMetrics(prometheus::Registry& instruments);
  ~CallMetrics() override;

  MethodObserver& Of(const google::protobuf::MethodDescriptor& method) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  MethodObserver& OfUnknown() override;

 private:
  struct Families;
  class Method;

  MethodObserver& Add(const char* type, const std::string& service,
                      const std::string& method) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<Families> families_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Method>> methods_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_CALL_METRICS_H_
