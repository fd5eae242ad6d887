// Runs a server until it is told to end.
#ifndef CONSILIUM_SERVER_SERVE_H_
#define CONSILIUM_SERVER_SERVE_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/rpc/call_log.h"
#include "server/rpc/listen_address.h"
#include "server/server_config.h"

namespace consilium {

struct ServeOptions {
  std::string version;
  std::string data;
  ListenAddress listen;
  // Overrides what consilium.toml says.
  std::optional<HttpConfig> http;
  std::optional<HttpConfig> review_pages;
  bool new_replica = false;
  // For calls in flight when the server is told to end.
  absl::Duration drain = absl::Seconds(10);
};

// Where a server listens.
struct Listening {
  ListenAddress calls;
  std::optional<ListenAddress> http;
  std::optional<ListenAddress> review_pages;
};

// Blocks SIGTERM and SIGINT in this thread and those that it starts: to be
// called before any other thread runs.
void BlockEndSignals();

// Serves the data directory. Calls `on_listening` once calls are taken (the
// health page is there before), and returns after SIGTERM or SIGINT: OK when
// every call in flight was answered and everything is on disk.
//   UNAVAILABLE  an address cannot be listened on; or the store stopped, for
//   example since the disk is full; what
//                was acknowledged is safe, and the server can be started again.
absl::Status Serve(const ServeOptions& options, EventLog& events,
                   const std::function<void(const Listening&)>& on_listening);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SERVE_H_
