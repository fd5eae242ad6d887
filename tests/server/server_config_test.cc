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

TEST(ServerConfigTest, ReadsWhereHealthAndMetricsAreServed) {
  ASSERT_OK_AND_ASSIGN(const ServerConfig none,
                       ParseServerConfig("f", "institution = \"north\""));
  EXPECT_FALSE(none.http.has_value());
  ASSERT_OK_AND_ASSIGN(const ServerConfig local, ParseServerConfig("f", R"(
institution = "north"
[http]
listen = "127.0.0.1:7780"
)"));
  EXPECT_EQ(local.http->listen.ToString(), "127.0.0.1:7780");
  EXPECT_THAT(local.http->field, HasSubstr("f:4:"));
  ASSERT_OK_AND_ASSIGN(const ServerConfig remote, ParseServerConfig("f", R"(
institution = "north"
http = { listen = "0.0.0.0:7780", remote = true }
)"));
  EXPECT_EQ(remote.http->listen.ToString(), "0.0.0.0:7780");
}

TEST(ServerConfigTest, ReadsTheBackupPolicy) {
  ASSERT_OK_AND_ASSIGN(const ServerConfig config,
                       ParseServerConfig("consilium.toml", R"(
institution = "north"
[backup]
directory = "/var/backups/consilium"
interval_hours = 24
keep = 14
keys = false
)"));
  EXPECT_EQ(config.backup.directory, "/var/backups/consilium");
  EXPECT_EQ(config.backup.interval, absl::Hours(24));
  EXPECT_EQ(config.backup.keep, 14);
  EXPECT_FALSE(config.backup.keys);
  ASSERT_OK_AND_ASSIGN(const ServerConfig less,
                       ParseServerConfig("f",
                                         "institution = \"n\"\n[backup]\n"
                                         "directory = \"/b\""));
  EXPECT_EQ(less.backup.interval, std::nullopt);
  EXPECT_EQ(less.backup.keep, 0);
  EXPECT_TRUE(less.backup.keys);
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
      {"institution = \"n\"\n[[peer]]\nregistry = \"r\"\naddress = \"nohost\"",
       "f:4:", "\"nohost\" has no port; an address is HOST:PORT"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"R\"\naddress = \"a:1\"",
       "f:3:", "is no registry"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"r\"\naddress = \"a:1\"\n"
       "interval_seconds = 0",
       "f:5:", "too short"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"r\"\naddress = \"a:1\"\n"
       "interval_seconds = \"x\"",
       "f:5:", "no whole number"},
      {"institution = \"n\"\n[[peer]]\nregistry = \"r\"\naddress = \"a:1\"\n"
       "[[peer]]\nregistry = \"r\"\naddress = \"a:1\"\n",
       "f:5:", "want each once"},
      {"institution = \"n\"\nhttp = 1", "f:2:", "want [http]"},
      {"institution = \"n\"\n[http]\n", "f:2:", "listen is missing"},
      {"institution = \"n\"\n[http]\nlisten = \"7780\"", "f:3:10",
       "want HOST:PORT such as 127.0.0.1:7780"},
      {"institution = \"n\"\n[http]\nlisten = \"[::]:1\"", "f:3:10",
       "remote = true"},
      {"institution = \"n\"\n[http]\nlisten = \"[::]:1\"\nremote = 1", "f:4:10",
       "want true or false"},
      {"institution = \"n\"\n[http]\nport = 1", "f:3:", "want listen, remote"},
      {"institution = \"n\"\nbackup = 1", "f:2:", "want [backup]"},
      {"institution = \"n\"\n[backup]", "f:2:", "directory is missing"},
      {"institution = \"n\"\n[backup]\ndirectory = \"backups\"",
       "f:3:", "begins with /"},
      {"institution = \"n\"\n[backup]\ndirectory = \"/b\"\n"
       "interval_hours = 0",
       "f:4:", "want 1 to 8784"},
      {"institution = \"n\"\n[backup]\ndirectory = \"/b\"\nkeep = 3",
       "f:4:", "want interval_hours"},
      {"institution = \"n\"\n[backup]\ndirectory = \"/b\"\nkeys = \"no\"",
       "f:4:", "want true or false"},
      {"institution = \"n\"\n[backup]\ndirectroy = \"/b\"",
       "f:3:", "did you mean \"directory\""},
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
