#include "server/http/health_board.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

constexpr int kServiceUnavailable = 503;

}  // namespace

void HealthBoard::AddCheck(std::string name, Weight weight,
                           std::function<absl::Status()> check) {
  MutexLock lock(mutex_);
  checks_.push_back({std::move(name), weight, std::move(check)});
}

void HealthBoard::SetPhase(bool serving, std::string phase) {
  MutexLock lock(mutex_);
  serving_ = serving;
  phase_ = std::move(phase);
}

HttpResponse HealthBoard::Live() const { return {.body = "alive\n"}; }

HttpResponse HealthBoard::Ready() const {
  MutexLock lock(mutex_);
  bool ready = serving_;
  bool writes = true;
  std::string lines = absl::StrCat("server: ", phase_, "\n");
  for (const Check& check : checks_) {
    const absl::Status status = check.run();
    bool& outcome = check.weight == Weight::kReadiness ? ready : writes;
    outcome = outcome && status.ok();
    absl::StrAppend(&lines, check.name, ": ",
                    status.ok() ? "ok" : status.message(), "\n");
  }
  const char* const first = !ready   ? "not ready\n"
                            : writes ? "ready\n"
                                     : "ready for reads; writes are refused\n";
  return {.status = ready ? 200 : kServiceUnavailable,
          .body = absl::StrCat(first, lines)};
}

}  // namespace consilium
