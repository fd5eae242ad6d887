#include "server/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

absl::Status NotifyFailed(const std::string& socket_path,
                          absl::string_view why) {
  return MakeError(
      absl::StatusCode::kUnavailable, "NOTIFY_FAILED",
      absl::StrCat("cannot tell the service manager at ", socket_path,
                   ", which NOTIFY_SOCKET names: ", why),
      {{"path", socket_path}});
}

}  // namespace

absl::Status NotifyServiceManager(const std::string& socket_path,
                                  absl::string_view state) {
  if (socket_path.empty()) return absl::OkStatus();
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof(address.sun_path)) {
    return NotifyFailed(socket_path, "the path is too long");
  }
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  // "@" stands for the zero byte that begins a name outside the file system.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return NotifyFailed(socket_path, std::strerror(errno));
  const absl::Cleanup close_fd = [fd] { close(fd); };
  const socklen_t size = offsetof(sockaddr_un, sun_path) + socket_path.size();
  if (sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address), size) < 0) {
    return NotifyFailed(socket_path, std::strerror(errno));
  }
  return absl::OkStatus();
}

}  // namespace consilium
