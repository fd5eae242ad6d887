// Whether the server is alive and ready to serve, and why not: the pages
// /livez and /readyz.
#ifndef CONSILIUM_SERVER_HTTP_HEALTH_BOARD_H_
#define CONSILIUM_SERVER_HTTP_HEALTH_BOARD_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "proto/base/mutex.h"
#include "server/http/http_server.h"

namespace consilium {

// Thread-safe. Not ready until it is told so.
class HealthBoard {
 public:
  enum class Weight {
    kReadiness,  // Not OK: the server is not ready.
    kWrites,     // Not OK: writes are refused; ready for reads, and says so.
  };

  // Adds a line to the page. `check` runs at each request and must be cheap.
  void AddCheck(std::string name, Weight weight,
                std::function<absl::Status()> check)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Says what the server is doing, for example "stopping", and whether it
  // takes calls meanwhile.
  void SetPhase(bool serving, std::string phase) ABSL_LOCKS_EXCLUDED(mutex_);

  // 200 while this process answers at all.
  HttpResponse Live() const;

  // 200 when calls are served, be it reads alone, else 503; the first line says
  // which, and then comes one line for each reason.
  HttpResponse Ready() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Check {
    std::string name;
    Weight weight;
    std::function<absl::Status()> run;
  };

  mutable Mutex mutex_;  // Held while checks run: one page at a time.
  bool serving_ ABSL_GUARDED_BY(mutex_) = false;
  std::string phase_ ABSL_GUARDED_BY(mutex_) = "starting";
  std::vector<Check> checks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_HEALTH_BOARD_H_
