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
  std::string lines = absl::StrCat("server: ", phase_, "\n");
  for (const Check& check : checks_) {
    const absl::Status status = check.run();
    if (check.weight == Weight::kReadiness) ready = ready && status.ok();
    absl::StrAppend(&lines, check.name, ": ",
                    status.ok() ? "ok" : status.message(), "\n");
  }
  return {.status = ready ? 200 : kServiceUnavailable,
          .body = absl::StrCat(ready ? "ready\n" : "not ready\n", lines)};
}

}  // namespace consilium
