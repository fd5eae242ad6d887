#include "server/server_config.h"

#include <string>

#include "proto/base/errors.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(ServerConfigTest, ReadsInstitutionAndPeers) {
  ASSERT_OK_AND_ASSIGN(const ServerConfig config,
                       ParseServerConfig("consilium.toml", R"(
institution = "north"

[[peer]]
registry = "nsclc"
address = "127.0.0.1:7701"
interval_seconds = 30

[[peer]]
registry = "sclc"
address = "south.example.org:7700"
)"));
  EXPECT_EQ(config.institution, "north");
  ASSERT_THAT(config.peers, SizeIs(2));
  EXPECT_EQ(config.peers[0].registry.id(), "nsclc");
  EXPECT_EQ(config.peers[0].address, "127.0.0.1:7701");
  EXPECT_EQ(config.peers[0].interval, absl::Seconds(30));
  EXPECT_EQ(config.peers[1].interval, absl::Minutes(1));
}

TEST(ServerConfigTest, NewConfigReadsBack) {
  ASSERT_OK_AND_ASSIGN(const ServerConfig config,
                       ParseServerConfig("f", NewServerConfig("north")));
  EXPECT_EQ(config.institution, "north");
  EXPECT_THAT(config.peers, SizeIs(0));
}

TEST(ServerConfigTest, NamesThePlaceAndTheWish) {
  struct {
    const char* text;
    const char* place;
    const char* message;
  } const cases[] = {
      {"institution = ", "f:1:", "is no TOML"},
      {"", "f:1:", "institution is missing"},
      {"institution = 7", "f:1:15", "institution is missing; want text"},
      {"institution = \"North\"", "f:1:15", "is no id"},
      {"institution = \"n\"\npeers = 1", "f:2:", "did you mean \"peer\""},
      {"institution = \"n\"\npeer = 1", "f:2:", "want [[peer]]"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"r\"",
       "f:2:", "address is missing"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"R\"\naddress = \"a:1\"",
       "f:3:", "is no registry"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"r\"\naddress = \"a:1\"\n"
       "interval_seconds = 0",
       "f:5:", "too short"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"r\"\naddress = \"a:1\"\n"
       "interval_seconds = \"x\"",
       "f:5:", "no whole number"},
  };
  for (const auto& each : cases) {
    const auto config = ParseServerConfig("f", each.text);
    EXPECT_THAT(config, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr(each.message)))
        << each.text;
    ASSERT_THAT(GetFieldViolations(config.status()), SizeIs(1));
    EXPECT_THAT(GetFieldViolations(config.status())[0].field,
                HasSubstr(each.place))
        << each.text;
  }
}

}  // namespace
}  // namespace consilium
