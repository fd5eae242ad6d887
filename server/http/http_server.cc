#include "server/http/http_server.h"

#include <microhttpd.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/status_macros.h"
#include "server/http/errors.h"
#include "server/http/limits.h"

namespace consilium {

// The connections that are open, by when each last asked for something. Used on
// the daemon's thread alone.
class OpenConnections {
 public:
  using Turn = uint64_t;

  // Adds a connection. Where it is one too many, the one that has asked for
  // nothing for longest is cut off: the daemon finds it closed.
  Turn Open(int socket) {
    sockets_.emplace(++last_, socket);
    if (sockets_.size() > kHttpConnectionsMax) {
      shutdown(sockets_.begin()->second, SHUT_RDWR);
      sockets_.erase(sockets_.begin());
    }
    return last_;
  }

  // Notes that the connection asks for something; its new turn.
  Turn Renew(Turn turn) {
    const auto found = sockets_.find(turn);
    if (found == sockets_.end()) return turn;
    sockets_.emplace(++last_, found->second);
    sockets_.erase(found);
    return last_;
  }

  void Close(Turn turn) { sockets_.erase(turn); }

 private:
  std::map<Turn, int> sockets_;
  Turn last_ = 0;
};

namespace {

constexpr char kPolicy[] =
    "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";
constexpr std::pair<const char*, const char*> kHeaders[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

std::string AddressText(const HttpServerOptions& options) {
  return absl::StrContains(options.host, ':')
             ? absl::StrCat("[", options.host, "]:", options.port)
             : absl::StrCat(options.host, ":", options.port);
}

// A listening socket for `address`; negative, with errno set, when there can be
// none.
int Listen(const addrinfo& address) {
  const int listener = socket(
      address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) return -1;
  // A restart must not wait for the connections of the last run; unlike
  // SO_REUSEPORT this shares the port with nobody.
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(listener, address.ai_addr, address.ai_addrlen) == 0 &&
      listen(listener, SOMAXCONN) == 0) {
    return listener;
  }
  const int why = errno;
  close(listener);
  errno = why;
  return -1;
}

absl::StatusOr<int> Listen(const HttpServerOptions& options) {
  addrinfo hints = {};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(
      options.host.c_str(), absl::StrCat(options.port).c_str(), &hints, &found);
  if (error != 0) {
    return HttpCannotListen(options.field, AddressText(options),
                            gai_strerror(error));
  }
  const absl::Cleanup free_found = [found] { freeaddrinfo(found); };
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    const int listener = Listen(*each);
    if (listener >= 0) return listener;
  }
  return HttpCannotListen(options.field, AddressText(options),
                          std::strerror(errno));
}

int PortOf(int listener) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  char port[NI_MAXSERV] = "0";
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) ==
      0) {
    getnameinfo(reinterpret_cast<sockaddr*>(&address), size, nullptr, 0, port,
                sizeof(port), NI_NUMERICSERV);
  }
  return std::atoi(port);
}

MHD_Result Send(MHD_Connection* connection, const HttpResponse& answer) {
  MHD_Response* response = MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()),
      MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;  // Closes the connection.
  for (const auto& [name, value] : kHeaders) {
    MHD_add_response_header(response, name, value);
  }
  MHD_add_response_header(
      response, "Content-Security-Policy",
      answer.policy.empty() ? kPolicy : answer.policy.c_str());
  if (answer.etag.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                            "no-store");
  } else {
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                            "no-cache");
    MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG,
                            absl::StrCat("\"", answer.etag, "\"").c_str());
  }
  if (answer.status != MHD_HTTP_NOT_MODIFIED) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                            answer.content_type.c_str());
  }
  if (answer.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  }
  const MHD_Result queued = MHD_queue_response(
      connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return queued;
}

bool HasBody(MHD_Connection* connection) {
  const auto has = [connection](const char* header, const char* harmless) {
    const char* value =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, header);
    return value != nullptr && std::strcmp(value, harmless) != 0;
  };
  return has(MHD_HTTP_HEADER_CONTENT_LENGTH, "0") ||
         has(MHD_HTTP_HEADER_TRANSFER_ENCODING, "");
}

// Whether the client has the body of that etag already.
bool IsKept(MHD_Connection* connection, const std::string& etag) {
  if (etag.empty()) return false;
  const char* value = MHD_lookup_connection_value(
      connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
  if (value == nullptr) return false;
  for (absl::string_view each : absl::StrSplit(value, ',')) {
    each = absl::StripAsciiWhitespace(each);
    // Compression on the way makes a strong etag weak.
    absl::ConsumePrefix(&each, "W/");
    if (each == "*" || each == absl::StrCat("\"", etag, "\"")) return true;
  }
  return false;
}

// Where an argument is given twice, the last counts. Sizes, for %00 ends no
// text.
MHD_Result TakeArgument(void* query, MHD_ValueKind /*kind*/, const char* name,
                        size_t name_size, const char* value,
                        size_t value_size) {
  (*static_cast<std::map<std::string, std::string>*>(
      query))[std::string(name, name_size)] =
      value == nullptr ? "" : std::string(value, value_size);
  return MHD_YES;
}

void NoteConnection(void* connections, MHD_Connection* connection,
                    void** context, MHD_ConnectionNotificationCode what) {
  auto& open = *static_cast<OpenConnections*>(connections);
  if (what == MHD_CONNECTION_NOTIFY_STARTED) {
    const MHD_ConnectionInfo* info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = new OpenConnections::Turn(open.Open(info->connect_fd));
  } else {
    auto* turn = static_cast<OpenConnections::Turn*>(*context);
    open.Close(*turn);
    delete turn;
  }
}

void NoteRequest(OpenConnections& open, MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  auto* turn = static_cast<OpenConnections::Turn*>(info->socket_context);
  *turn = open.Renew(*turn);
}

// libmicrohttpd calls this when it has the headers, and again when it has read
// the body. An answer to the first call ends the connection, so that a body is
// never read.
MHD_Result Handle(void* server, MHD_Connection* connection, const char* path,
                  const char* method, const char* /*version*/,
                  const char* /*body*/, size_t* /*body_size*/,
                  void** progress) {
  static int headers_seen;
  const bool at_headers = *progress == nullptr;
  *progress = &headers_seen;
  if (at_headers) {
    NoteRequest(static_cast<const HttpServer*>(server)->connections(),
                connection);
  }
  const bool reads = std::strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
                     std::strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
  if (at_headers && reads) {
    if (!HasBody(connection)) return MHD_YES;
    return Send(connection, {MHD_HTTP_CONTENT_TOO_LARGE,
                             "a request to read has no body\n"});
  }
  RequestTarget request = {path, {}};
  MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, &TakeArgument,
                              &request.query);
  HttpResponse answer =
      static_cast<const HttpServer*>(server)->Answer(method, request);
  if (answer.status == MHD_HTTP_OK && IsKept(connection, answer.etag)) {
    answer.status = MHD_HTTP_NOT_MODIFIED;
    answer.body.clear();
  }
  return Send(connection, answer);
}

}  // namespace

HttpServer::HttpServer(HttpServerOptions options)
    : options_(std::move(options)),
      connections_(std::make_unique<OpenConnections>()) {}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    HttpServerOptions options) {
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(options)));
  ASSIGN_OR_RETURN(const int listener, Listen(server->options_));
  server->port_ = PortOf(listener);
  server->daemon_ = MHD_start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, nullptr, nullptr, &Handle,
      server.get(), MHD_OPTION_LISTEN_SOCKET, listener,
      MHD_OPTION_CONNECTION_LIMIT,
      kHttpConnectionsMax + kHttpConnectionsClosing,
      MHD_OPTION_NOTIFY_CONNECTION, &NoteConnection, server->connections_.get(),
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kHttpConnectionMemoryMax,
      MHD_OPTION_CONNECTION_TIMEOUT,
      static_cast<unsigned>(absl::ToInt64Seconds(kHttpIdleTimeout)),
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
  if (server->daemon_ == nullptr) {
    close(listener);
    return HttpCannotListen(server->options_.field,
                            AddressText(server->options_),
                            "its thread does not start");
  }
  return server;
}

HttpServer::~HttpServer() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

HttpResponse HttpServer::Answer(const std::string& method,
                                const RequestTarget& request) const noexcept {
  // An exception must not reach the C code that calls this.
  try {
    if (method != MHD_HTTP_METHOD_GET && method != MHD_HTTP_METHOD_HEAD) {
      return {MHD_HTTP_METHOD_NOT_ALLOWED,
              absl::StrCat(method, " is not served; want GET or HEAD\n")};
    }
    const auto page = options_.pages.find(request.path);
    if (page != options_.pages.end()) return page->second();
    if (options_.other_pages != nullptr) return options_.other_pages(request);
    const auto add_path = [](std::string* out, const auto& known) {
      absl::StrAppend(out, known.first);
    };
    return {MHD_HTTP_NOT_FOUND,
            absl::StrCat("there is no such page; the pages are ",
                         absl::StrJoin(options_.pages, ", ", add_path), "\n")};
  } catch (...) {
    return {MHD_HTTP_INTERNAL_SERVER_ERROR, "the page failed\n"};
  }
}

}  // namespace consilium
