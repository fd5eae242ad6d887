// What the listener answers, and that bad and slow clients harm nobody.
#include "server/http/http_server.h"

#include <iterator>
#include <list>
#include <memory>
#include <stdexcept>
#include <string>

#include "proto/base/errors.h"
#include "server/http/limits.h"
#include "tests/server/http/http_client.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    auto started = HttpServer::Start(
        {.host = "127.0.0.1",
         .pages = {{"/page", [] { return HttpResponse{.body = "text\n"}; }},
                   {"/down",
                    [] { return HttpResponse{.status = 503, .body = "no\n"}; }},
                   {"/bug", []() -> HttpResponse {
                      throw std::runtime_error("a bug");
                    }}}});
    EXPECT_OK(started);
    server_ = *std::move(started);
  }

  int port() const { return server_->port(); }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, ServesAPageWithStrictHeaders) {
  EXPECT_THAT(
      Fetch(port(), "GET", "/page"),
      AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\ntext\n"),
            HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"),
            HasSubstr("Content-Security-Policy: default-src 'none'"),
            HasSubstr("X-Content-Type-Options: nosniff\r\n"),
            HasSubstr("Cache-Control: no-store\r\n"),
            Not(HasSubstr("Access-Control"))));
  // What stands behind the question mark is nobody's.
  EXPECT_THAT(Fetch(port(), "GET", "/page?x=1"), EndsWith("text\n"));
  EXPECT_THAT(Fetch(port(), "GET", "/down"), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, HeadIsGetWithoutTheBody) {
  EXPECT_THAT(Fetch(port(), "HEAD", "/page"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                    HasSubstr("Content-Length: 5\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(HttpServerTest, OtherMethodsAreRefused) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH",
                             "TRACE", "CONNECT", "get", "ANYTHING"}) {
    EXPECT_THAT(
        Fetch(port(), method, "/page"),
        AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET, HEAD\r\n"),
              HasSubstr("want GET or HEAD")))
        << method;
  }
}

TEST_F(HttpServerTest, OtherPathsAreNotFoundAndThePagesNamed) {
  for (const char* path :
       {"/", "/page/", "/pag", "/../etc/passwd", "//page", "/%2e%2e/page"}) {
    EXPECT_THAT(Fetch(port(), "GET", path),
                AllOf(StartsWith("HTTP/1.1 404 "),
                      HasSubstr("the pages are /bug, /down, /page\n")))
        << path;
  }
}

TEST_F(HttpServerTest, APageThatThrowsFailsAlone) {
  EXPECT_THAT(Fetch(port(), "GET", "/bug"),
              AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("a bug"))));
  EXPECT_THAT(Fetch(port(), "GET", "/page"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, ManyRequestsGoOverOneConnection) {
  HttpConnection connection(port());
  for (int i = 0; i < 3; ++i) {
    connection.Send(HttpRequest("GET", "/page"));
    EXPECT_THAT(connection.ReadResponse(), EndsWith("text\n"));
    connection.Send(HttpRequest("HEAD", "/page"));
    EXPECT_THAT(connection.ReadResponse(/*has_body=*/false),
                EndsWith("\r\n\r\n"));
  }
}

TEST_F(HttpServerTest, BodiesAreRefusedUnread) {
  for (const char* headers : {"Content-Length: 1000000000000\r\n",
                              "Transfer-Encoding: chunked\r\n"}) {
    HttpConnection connection(port());
    connection.Send(HttpRequest("GET", "/page", headers));
    // The answer comes without the body, and ends the connection.
    EXPECT_THAT(connection.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
  }
  HttpConnection connection(port());
  connection.Send(
      HttpRequest("POST", "/page", "Content-Length: 100000000\r\n"));
  EXPECT_THAT(connection.ReadToEnd(), StartsWith("HTTP/1.1 405 "));
}

TEST_F(HttpServerTest, EndlessHeadersAreRefused) {
  HttpConnection connection(port());
  connection.Send("GET /page HTTP/1.1\r\nHost: test\r\n");
  for (size_t sent = 0; sent < 2 * kHttpConnectionMemoryMax; sent += 1000) {
    connection.Send(absl::StrCat("X: ", std::string(995, 'x'), "\r\n"));
  }
  EXPECT_THAT(connection.ReadToEnd(), Not(HasSubstr("200 OK")));
  EXPECT_THAT(Fetch(port(), "GET", "/page"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, WhatIsNoHttpIsRefused) {
  for (const char* bytes :
       {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n\r\n\r\n\r\nx\r\n\r\n",
        "GET /page HTTP/1.1\r\nno header at all\r\n\r\n"}) {
    HttpConnection connection(port());
    connection.Send(bytes);
    shutdown(connection.id(), SHUT_WR);
    EXPECT_THAT(connection.ReadToEnd(), Not(HasSubstr("200 OK"))) << bytes;
  }
  EXPECT_THAT(Fetch(port(), "GET", "/page"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, SlowClientsHoldNobodyUp) {
  std::list<HttpConnection> slow;
  for (unsigned i = 0; i + 1 < kHttpConnectionsMax; ++i) {
    slow.emplace_back(port()).Send("GET /page HTTP/1.1\r\nHo");
  }
  EXPECT_THAT(Fetch(port(), "GET", "/page"), StartsWith("HTTP/1.1 200 "));
  // They are served when they have asked.
  slow.front().Send("st: test\r\n\r\n");
  EXPECT_THAT(slow.front().ReadResponse(), EndsWith("text\n"));
}

TEST_F(HttpServerTest, MoreSlowClientsThanConnectionsKeepNobodyOut) {
  std::list<HttpConnection> slow;
  for (unsigned i = 0; i < 4 * kHttpConnectionsMax; ++i) {
    slow.emplace_back(port()).Send("GET /page HTTP/1.1\r\nHo");
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Fetch(port(), "GET", "/page"), StartsWith("HTTP/1.1 200 "));
  }
  // The first made room.
  EXPECT_EQ(slow.front().ReadToEnd(), "");
  slow.back().Send("st: test\r\n\r\n");
  EXPECT_THAT(slow.back().ReadResponse(), EndsWith("text\n"));
}

TEST_F(HttpServerTest, WhoAskedLastStaysWhereOneHasToGo) {
  std::list<HttpConnection> held;
  for (unsigned i = 0; i < kHttpConnectionsMax; ++i) {
    held.emplace_back(port()).Send(HttpRequest("GET", "/page"));
    held.back().ReadResponse();
  }
  held.front().Send(HttpRequest("GET", "/page"));
  EXPECT_THAT(held.front().ReadResponse(), EndsWith("text\n"));
  EXPECT_THAT(Fetch(port(), "GET", "/page"), StartsWith("HTTP/1.1 200 "));
  held.front().Send(HttpRequest("GET", "/page"));
  EXPECT_THAT(held.front().ReadResponse(), EndsWith("text\n"));
  EXPECT_EQ(std::next(held.begin())->ReadToEnd(), "");
}

TEST_F(HttpServerTest, StoppingCutsConnectionsOff) {
  HttpConnection idle(port());
  idle.Send(HttpRequest("GET", "/page"));
  idle.ReadResponse();
  server_ = nullptr;
  EXPECT_EQ(idle.ReadToEnd(), "");
}

TEST_F(HttpServerTest, APortThatIsTakenIsNamed) {
  const auto second = HttpServer::Start(
      {.host = "127.0.0.1", .port = port(), .field = "--http", .pages = {}});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(GetErrorReason(second.status()), "HTTP_CANNOT_LISTEN");
  EXPECT_THAT(
      std::string(second.status().message()),
      AllOf(HasSubstr("--http"), HasSubstr(absl::StrCat("127.0.0.1:", port())),
            HasSubstr("in use"), HasSubstr("want")));
  // Who had it keeps it, and the next may have it again.
  EXPECT_THAT(Fetch(port(), "GET", "/page"), StartsWith("HTTP/1.1 200 "));
  const int freed = port();
  server_ = nullptr;
  EXPECT_OK(
      HttpServer::Start({.host = "127.0.0.1", .port = freed, .pages = {}}));
}

TEST(HttpServerStartTest, AnAddressOfAnotherMachineIsNamed) {
  // Kept for documents; no machine has it.
  const auto started = HttpServer::Start(
      {.host = "192.0.2.1", .port = 0, .field = "--http", .pages = {}});
  EXPECT_EQ(GetErrorReason(started.status()), "HTTP_CANNOT_LISTEN");
  EXPECT_THAT(std::string(started.status().message()), HasSubstr("192.0.2.1"));
}

TEST(HttpServerStartTest, ListensOnIpv6AndOnNames) {
  for (const char* host : {"::1", "localhost"}) {
    const auto started = HttpServer::Start({.host = host, .pages = {}});
    if (!started.ok() && std::string(host) == "::1") continue;  // No IPv6.
    ASSERT_OK(started);
    EXPECT_GT((*started)->port(), 0);
  }
}

}  // namespace
}  // namespace consilium
