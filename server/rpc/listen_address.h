// Where a server listens.
#ifndef CONSILIUM_SERVER_RPC_LISTEN_ADDRESS_H_
#define CONSILIUM_SERVER_RPC_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

struct ListenAddress {
  std::string host;  // Without brackets.
  int port = 0;      // 0 lets the system choose.

  // From "HOST:PORT"; an IPv6 host stands in brackets. `field` and
  // `port_usual` are for messages.
  //   INVALID_ARGUMENT  names what was given and what is wanted.
  static absl::StatusOr<ListenAddress> Parse(absl::string_view text,
                                             absl::string_view field = "listen",
                                             int port_usual = 7700);

  // "HOST:PORT", with brackets where they are needed.
  std::string ToString() const;

  // Whether nobody outside this machine can reach it.
  bool IsLoopback() const;

  // OK when plain text may be spoken there.
  //   INVALID_ARGUMENT  PLAIN_TEXT_REFUSED: it is no loopback address.
  absl::Status CheckPlainText() const;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_LISTEN_ADDRESS_H_
