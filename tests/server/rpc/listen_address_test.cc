#include "server/rpc/listen_address.h"

#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

TEST(ListenAddressTest, ReadsHostAndPort) {
  struct {
    const char* text;
    const char* host;
    int port;
    bool loopback;
  } const cases[] = {
      {"127.0.0.1:0", "127.0.0.1", 0, true},
      {"127.8.8.8:7700", "127.8.8.8", 7700, true},
      {"[::1]:7700", "::1", 7700, true},
      {"localhost:1", "localhost", 1, true},
      {"0.0.0.0:65535", "0.0.0.0", 65535, false},
      {"[::]:1", "::", 1, false},
      {"192.168.0.7:1", "192.168.0.7", 1, false},
      {"example.org:1", "example.org", 1, false},
      // Looks like a loopback address and is a name that anyone can register.
      {"127.0.0.1.example.org:1", "127.0.0.1.example.org", 1, false},
  };
  for (const auto& each : cases) {
    ASSERT_OK_AND_ASSIGN(const ListenAddress address,
                         ListenAddress::Parse(each.text));
    EXPECT_EQ(address.host, each.host);
    EXPECT_EQ(address.port, each.port);
    EXPECT_EQ(address.ToString(), each.text);
    EXPECT_EQ(address.IsLoopback(), each.loopback) << each.text;
    EXPECT_EQ(address.CheckPlainText().ok(), each.loopback) << each.text;
  }
}

TEST(ListenAddressTest, RefusesWhatIsNone) {
  for (const char* text : {"", "7700", "127.0.0.1", ":7700", "127.0.0.1:x",
                           "127.0.0.1:65536", "127.0.0.1:-1", "::1:7700"}) {
    EXPECT_THAT(ListenAddress::Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("want HOST:PORT")))
        << text;
  }
}

}  // namespace
}  // namespace consilium
