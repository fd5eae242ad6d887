#include "server/rpc/listen_address.h"

#include <arpa/inet.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr int kPortMax = 65535;

}  // namespace

absl::StatusOr<ListenAddress> ListenAddress::Parse(absl::string_view text,
                                                   absl::string_view field,
                                                   int port_usual) {
  const auto invalid = [&](absl::string_view why) {
    return InvalidField(
        field, absl::StrCat(Quote(text), " ", why,
                            "; want HOST:PORT such as 127.0.0.1:", port_usual,
                            ", or port 0 for any free one"));
  };
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return invalid("has no port");
  absl::string_view host = text.substr(0, colon);
  const bool bracketed =
      absl::StartsWith(host, "[") && absl::EndsWith(host, "]");
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty()) return invalid("has no host");
  if (!bracketed && absl::StrContains(host, ':')) {
    return invalid("has an IPv6 host without brackets");
  }
  ListenAddress address;
  address.host = std::string(host);
  if (!absl::SimpleAtoi(text.substr(colon + 1), &address.port) ||
      address.port < 0 || address.port > kPortMax) {
    return invalid("has no port from 0 to 65535");
  }
  return address;
}

std::string ListenAddress::ToString() const {
  return absl::StrContains(host, ':') ? absl::StrCat("[", host, "]:", port)
                                      : absl::StrCat(host, ":", port);
}

bool ListenAddress::IsLoopback() const {
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24) == 127;
  }
  in6_addr v6;
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&v6);
  }
  return host == "localhost";
}

absl::Status ListenAddress::CheckPlainText() const {
  if (IsLoopback()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "PLAIN_TEXT_REFUSED",
      absl::StrCat("this release speaks plain text, which must not leave the "
                   "machine, and ",
                   ToString(),
                   " is no loopback address; listen on 127.0.0.1:", port,
                   " and put a proxy with TLS in front, or use an ssh tunnel"),
      {{"address", ToString()}});
}

}  // namespace consilium
