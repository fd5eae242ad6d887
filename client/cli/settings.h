// Which server, registry and author a command works with.
//
// Each setting comes from its flag, else from the environment, else from the
// context in use, else from the top of the configuration file:
//
//   # ~/.config/consilium/config.toml
//   context = "north"            # used when neither --context nor
//                                # CONSILIUM_CONTEXT names one
//   author = "rk"                # for every context
//   [contexts.north]
//   server = "north.example:7700"
//   registry = "nsclc"
//   output = "table"
//
// The file is CONSILIUM_CONFIG, else consilium/config.toml in XDG_CONFIG_HOME
// or ~/.config. It need not be there unless it was named.
#ifndef CONSILIUM_CLIENT_CLI_SETTINGS_H_
#define CONSILIUM_CLIENT_CLI_SETTINGS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/cli/output.h"
#include "client/cli/terminal.h"

namespace consilium {

// The values of one level: by name, only those that are given.
using SettingValues = std::map<std::string, std::string>;

// The names that a context may hold: server, registry, author, output,
// timeout.
const std::vector<std::string>& SettingNames();

// What config.toml says.
struct Config {
  std::string path;
  std::string context;     // Empty when the file names none.
  SettingValues defaults;  // Besides the contexts.
  std::map<std::string, SettingValues> contexts;
};

// Reads the text of a configuration file; `path` is for errors.
//   INVALID_ARGUMENT  CONFIG_INVALID: no TOML, an unknown name, no text; the
//                     message gives file, line and wish.
absl::StatusOr<Config> ParseConfig(absl::string_view text,
                                   absl::string_view path);

// The configuration that `environment` leads to; empty when the file is not
// there.
//   INVALID_ARGUMENT  as ParseConfig; also a file too large or unreadable, or
//                     missing although CONSILIUM_CONFIG names it.
absl::StatusOr<Config> LoadConfig(const Environment& environment);

// The settings of one command.
struct Settings {
  std::string context;  // Empty when none is in use.
  std::string server;
  std::string registry;
  std::string author;
  OutputFormat output = OutputFormat::kTable;
  // For one call; absent leaves it to the client.
  std::optional<absl::Duration> timeout;
  bool quiet = false;  // No progress.
  // Where each value came from: "--server", "CONSILIUM_SERVER" or
  // "context north in /home/.../config.toml".
  std::map<std::string, std::string> origins;
  std::string config_path;

  //   INVALID_ARGUMENT  USAGE: not given; the message says how to.
  absl::StatusOr<std::string> RequireServer() const;
  absl::StatusOr<std::string> RequireAuthor() const;
};

// Settles each setting from `flags`, which also may hold "context".
//   INVALID_ARGUMENT  USAGE: a context that the file does not have, an output
//                     format or duration that is none.
absl::StatusOr<Settings> ResolveSettings(const SettingValues& flags,
                                         const Environment& environment,
                                         const Config& config);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_SETTINGS_H_
