#include "tests/support/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace consilium {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

// The socket, or -1.
int ConnectTo(int port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Loopback(port);
  if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    close(socket_fd);
    return -1;
  }
  const int on = 1;
  setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return socket_fd;
}

}  // namespace

CuttingProxy::CuttingProxy(int port) : target_port_(port) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || bind(listener_, raw, size) != 0 ||
      listen(listener_, 16) != 0 || getsockname(listener_, raw, &size) != 0 ||
      pipe(stop_pipe_) != 0) {
    Die("proxy");
  }
  address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  thread_ = std::thread([this] { Run(); });
}

CuttingProxy::~CuttingProxy() {
  close(stop_pipe_[1]);
  thread_.join();
  close(stop_pipe_[0]);
  close(listener_);
}

void CuttingProxy::SetBudget(int64_t bytes) {
  MutexLock lock(mutex_);
  budget_ = bytes;
}

int64_t CuttingProxy::passed() const {
  MutexLock lock(mutex_);
  return passed_;
}

bool CuttingProxy::Forward(int from, int to) {
  char buffer[4096];
  size_t room;
  {
    MutexLock lock(mutex_);
    room = static_cast<size_t>(
        std::min<int64_t>(budget_, static_cast<int64_t>(sizeof(buffer))));
  }
  if (room == 0) return false;
  const ssize_t count = recv(from, buffer, room, 0);
  if (count <= 0) return false;
  for (ssize_t sent = 0; sent < count;) {
    const ssize_t more = send(to, buffer + sent,
                              static_cast<size_t>(count - sent), MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += more;
  }
  MutexLock lock(mutex_);
  budget_ -= std::min<int64_t>(budget_, count);
  passed_ += count;
  return budget_ > 0;
}

void CuttingProxy::Run() {
  std::vector<std::pair<int, int>> lines;
  while (true) {
    std::vector<pollfd> polled = {{stop_pipe_[0], POLLIN, 0},
                                  {listener_, POLLIN, 0}};
    for (const auto& [a, b] : lines) {
      polled.push_back({a, POLLIN, 0});
      polled.push_back({b, POLLIN, 0});
    }
    if (poll(polled.data(), polled.size(), -1) < 0) Die("poll");
    if (polled[0].revents != 0) break;
    std::vector<std::pair<int, int>> open;
    for (size_t i = 0; i < lines.size(); ++i) {
      const auto [a, b] = lines[i];
      const bool keep = (polled[2 + 2 * i].revents == 0 || Forward(a, b)) &&
                        (polled[3 + 2 * i].revents == 0 || Forward(b, a));
      if (keep) {
        open.push_back(lines[i]);
      } else {
        close(a);
        close(b);
      }
    }
    lines = std::move(open);
    if (polled[1].revents == 0) continue;
    const int accepted = accept(listener_, nullptr, nullptr);
    const int target = ConnectTo(target_port_);
    if (accepted >= 0 && target >= 0) {
      lines.push_back({accepted, target});
    } else {
      close(accepted);
      close(target);
    }
  }
  for (const auto& [a, b] : lines) {
    close(a);
    close(b);
  }
}

}  // namespace consilium
