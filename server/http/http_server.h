// Serves pages to people and monitoring, over plain HTTP/1.1, to be read only.
//
// libmicrohttpd speaks the protocol, on one thread that waits for no client:
// a slow one costs a connection of kHttpConnectionsMax, and that only until
// another needs it. There is no limit by address: behind a proxy all have one.
// It reads no bodies and keeps no state.
#ifndef CONSILIUM_SERVER_HTTP_HTTP_SERVER_H_
#define CONSILIUM_SERVER_HTTP_HTTP_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

struct MHD_Daemon;

namespace consilium {

class OpenConnections;

struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
  // The page's own Content-Security-Policy, in place of the server's.
  std::string policy = {};
  // Changes whenever the body does. With it the page may be kept, if it is
  // asked after; without it nobody keeps it.
  std::string etag = {};
};

// Makes a page when it is asked for, on the server's one thread: it should take
// milliseconds.
using HttpPage = std::function<HttpResponse()>;

// What is asked for, percent signs resolved.
struct RequestTarget {
  std::string path;
  std::map<std::string, std::string> query;
};

struct HttpServerOptions {
  std::string host;  // A name or an address, without brackets.
  int port = 0;      // 0 lets the system choose.
  // The flag or setting that asked for it, for messages.
  std::string field = "--http";
  std::map<std::string, HttpPage> pages;  // By path, such as "/metrics".
  // Answers for every other path, as `pages` do. May be null.
  std::function<HttpResponse(const RequestTarget&)> other_pages = nullptr;
};

// One thread starts and stops it.
class HttpServer {
 public:
  //   UNAVAILABLE  the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      HttpServerOptions options);

  // Cuts off who is being answered, and returns once no page is being made.
  ~HttpServer();

  // The port that was chosen.
  int port() const { return port_; }

  // What `method` of `request` is answered with.
  HttpResponse Answer(const std::string& method,
                      const RequestTarget& request) const noexcept;

  OpenConnections& connections() const { return *connections_; }

 private:
  explicit HttpServer(HttpServerOptions options);

  const HttpServerOptions options_;
  const std::unique_ptr<OpenConnections> connections_;
  int port_ = 0;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_HTTP_SERVER_H_
