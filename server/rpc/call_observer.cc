#include "server/rpc/call_observer.h"

namespace consilium {
namespace {

class Nobody final : public MethodObserver {
 public:
  void OnStart() override {}
  void OnReceived(int64_t) override {}
  void OnSent(int64_t) override {}
  void OnEnd(absl::StatusCode, absl::Duration) override {}
};

}  // namespace

MethodObserver& NoObserver() {
  static auto& nobody = *new Nobody;
  return nobody;
}

}  // namespace consilium
