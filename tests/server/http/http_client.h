// A client that sends what a test wants, down to the byte.
#ifndef CONSILIUM_TESTS_SERVER_HTTP_HTTP_CLIENT_H_
#define CONSILIUM_TESTS_SERVER_HTTP_HTTP_CLIENT_H_

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace consilium {

// One connection to 127.0.0.1.
class HttpConnection {
 public:
  explicit HttpConnection(int port)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address),
                sizeof(address)) != 0) {
      std::abort();
    }
  }
  ~HttpConnection() { close(socket_); }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  int id() const { return socket_; }

  void Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent =
          send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // The server has closed it.
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }

  // Everything until the server closes the connection.
  std::string ReadToEnd() {
    while (Fill()) continue;
    return std::move(received_);
  }

  // One response: headers, and as many bytes as Content-Length says; of HEAD
  // none.
  std::string ReadResponse(bool has_body = true) {
    size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!Fill()) return std::move(received_);
    }
    end += 4;
    const size_t length = received_.find("Content-Length: ");
    if (has_body && length < end) {
      end += static_cast<size_t>(
          std::atoi(received_.c_str() + length + sizeof("Content-Length:")));
    }
    while (received_.size() < end) {
      if (!Fill()) break;
    }
    const std::string response = received_.substr(0, end);
    received_.erase(0, end);
    return response;
  }

 private:
  bool Fill() {
    char buffer[4096];
    const ssize_t size = recv(socket_, buffer, sizeof(buffer), 0);
    if (size <= 0) return false;
    received_.append(buffer, static_cast<size_t>(size));
    return true;
  }

  const int socket_;
  std::string received_;
};

inline std::string HttpRequest(absl::string_view method, absl::string_view path,
                               absl::string_view headers = "") {
  return absl::StrCat(method, " ", path, " HTTP/1.1\r\nHost: test\r\n", headers,
                      "\r\n");
}

// One request on a connection of its own; the whole answer.
inline std::string Fetch(int port, absl::string_view method,
                         absl::string_view path,
                         absl::string_view headers = "") {
  HttpConnection connection(port);
  connection.Send(HttpRequest(method, path,
                              absl::StrCat(headers, "Connection: close\r\n")));
  return connection.ReadToEnd();
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_HTTP_HTTP_CLIENT_H_
