#include "client/cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "client/cli/errors.h"
#include "client/cli/exit_code.h"
#include "client/cli/limits.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

using testing::HasSubstr;

constexpr char kConfig[] = R"(
context = "north"
author = "rk"

[contexts.north]
server = "north.example:7700"
registry = "nsclc"

[contexts.south]
server = "south.example:7700"
author = "south-author"
output = "json"
timeout = "30s"
)";

Config TestConfig() {
  const auto config = ParseConfig(kConfig, "/c.toml");
  EXPECT_TRUE(config.ok()) << config.status();
  return config.value_or(Config());
}

Settings Resolve(const SettingValues& flags, const Environment& environment) {
  const auto settings = ResolveSettings(flags, environment, TestConfig());
  EXPECT_TRUE(settings.ok()) << settings.status();
  return settings.value_or(Settings());
}

TEST(SettingsTest, FlagBeatsEnvironmentBeatsContextBeatsDefaults) {
  const Settings from_file = Resolve({}, {});
  EXPECT_EQ(from_file.context, "north");
  EXPECT_EQ(from_file.server, "north.example:7700");
  EXPECT_EQ(from_file.author, "rk");
  EXPECT_EQ(from_file.output, OutputFormat::kTable);
  EXPECT_EQ(from_file.origins.at("server"), "context north in /c.toml");

  const Environment environment = {{"CONSILIUM_CONTEXT", "south"},
                                   {"CONSILIUM_SERVER", "env:1"},
                                   {"CONSILIUM_REGISTRY", ""}};
  const Settings from_environment = Resolve({}, environment);
  EXPECT_EQ(from_environment.server, "env:1");
  EXPECT_EQ(from_environment.author, "south-author");
  EXPECT_EQ(from_environment.registry, "");
  EXPECT_EQ(from_environment.output, OutputFormat::kJson);
  EXPECT_EQ(from_environment.timeout, absl::Seconds(30));

  const Settings from_flags =
      Resolve({{"server", "flag:1"}, {"context", "north"}, {"output", "csv"}},
              environment);
  EXPECT_EQ(from_flags.server, "flag:1");
  EXPECT_EQ(from_flags.registry, "nsclc");
  EXPECT_EQ(from_flags.output, OutputFormat::kCsv);
  EXPECT_EQ(from_flags.origins.at("server"), "--server");
}

TEST(SettingsTest, NeedsNoFile) {
  const auto config = LoadConfig({});
  ASSERT_TRUE(config.ok());
  const auto settings = ResolveSettings({{"server", "h:1"}}, {}, *config);
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->RequireServer().value(), "h:1");
}

TEST(SettingsTest, SaysHowToGiveWhatIsMissing) {
  Settings settings;
  settings.config_path = "/c.toml";
  const absl::Status status = settings.RequireServer().status();
  EXPECT_EQ(status.message(),
            "no server is given; pass --server HOST:PORT, set "
            "CONSILIUM_SERVER, or write a context in /c.toml");
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
  EXPECT_THAT(std::string(settings.RequireAuthor().status().message()),
              HasSubstr("CONSILIUM_AUTHOR"));
}

TEST(SettingsTest, RefusesWhatIsNoSetting) {
  const auto message_for = [](const SettingValues& flags,
                              const Environment& environment) {
    const absl::Status status =
        ResolveSettings(flags, environment, TestConfig()).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << status;
    return std::string(status.message());
  };
  EXPECT_THAT(message_for({{"context", "nroth"}}, {}),
              HasSubstr("did you mean \"north\"?"));
  EXPECT_THAT(message_for({{"output", "jsn"}}, {}),
              HasSubstr("did you mean \"json\"?"));
  EXPECT_THAT(message_for({}, {{"CONSILIUM_OUTPUT", "xml"}}),
              HasSubstr("CONSILIUM_OUTPUT"));
  EXPECT_THAT(message_for({{"timeout", "-1s"}}, {}), HasSubstr("duration"));
}

TEST(SettingsTest, ReadsTheFileOfTheEnvironment) {
  const std::string directory = testing::TempDir() + "settings_test_xdg";
  const std::string path = directory + "/consilium/config.toml";
  ASSERT_EQ(system(("mkdir -p " + directory + "/consilium").c_str()), 0);
  std::ofstream(path) << kConfig;
  const auto from_xdg = LoadConfig({{"XDG_CONFIG_HOME", directory}});
  ASSERT_TRUE(from_xdg.ok()) << from_xdg.status();
  EXPECT_EQ(from_xdg->contexts.size(), 2);
  EXPECT_EQ(from_xdg->path, path);
  EXPECT_TRUE(LoadConfig({{"CONSILIUM_CONFIG", path}}).ok());
  EXPECT_FALSE(LoadConfig({{"CONSILIUM_CONFIG", path + "x"}}).ok());
  EXPECT_TRUE(LoadConfig({{"HOME", directory}}).ok());
}

struct ConfigFault {
  std::string text;
  std::string message;
};

TEST(SettingsTest, NamesFileLineAndWishOfAFault) {
  for (const ConfigFault& fault : std::vector<ConfigFault>{
           {"a = ", "/c.toml:1: "},
           {"\n\nauthr = \"x\"",
            "/c.toml:3: there is no setting \"authr\"; "
            "did you mean \"author\"?"},
           {"author = 7", "/c.toml:1: author takes a text in quotes"},
           {"context = 7", "context takes"},
           {"contexts = 7", "[contexts.NAME]"},
           {"[contexts]\nnorth = 1", "/c.toml:2: write [contexts.north]"},
           {"[contexts.north]\nsever = \"h:1\"",
            "/c.toml:2: there is no setting \"sever\"; did you mean "
            "\"server\"?"},
           {"\xff\xfe", "/c.toml:1: "},
       }) {
    const absl::Status status = ParseConfig(fault.text, "/c.toml").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << fault.text;
    EXPECT_EQ(GetErrorReason(status), "CONFIG_INVALID");
    EXPECT_THAT(std::string(status.message()), HasSubstr(fault.message));
  }
}

TEST(SettingsTest, RefusesAFileThatIsTooLarge) {
  const std::string path = testing::TempDir() + "settings_test_large.toml";
  std::ofstream(path) << std::string(kConfigSizeMax + 1, '#');
  EXPECT_THAT(
      std::string(LoadConfig({{"CONSILIUM_CONFIG", path}}).status().message()),
      HasSubstr("larger than"));
}

}  // namespace
}  // namespace consilium
