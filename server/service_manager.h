// What the server tells the service manager that started it.
#ifndef CONSILIUM_SERVER_SERVICE_MANAGER_H_
#define CONSILIUM_SERVER_SERVICE_MANAGER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// Sends `state`, such as "READY=1", to the socket that a service manager names
// in NOTIFY_SOCKET: `socket_path` is the value of it, empty when there is none,
// and nothing is sent then. The protocol is that of sd_notify(3).
//   UNAVAILABLE  NOTIFY_FAILED: it could not be sent; the manager will take
//                the server for one that does not start.
absl::Status NotifyServiceManager(const std::string& socket_path,
                                  absl::string_view state);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SERVICE_MANAGER_H_
