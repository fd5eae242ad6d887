// The flags that every command takes.
#ifndef CONSILIUM_CLIENT_CLI_GLOBAL_FLAGS_H_
#define CONSILIUM_CLIENT_CLI_GLOBAL_FLAGS_H_

#include <optional>
#include <string>

#include "client/cli/command.h"
#include "client/cli/settings.h"

namespace consilium {

struct GlobalFlags {
  std::optional<std::string> server;
  std::optional<std::string> context;
  std::optional<std::string> registry;
  std::optional<std::string> author;
  std::optional<std::string> output;
  std::optional<std::string> timeout;
  bool quiet = false;
  bool help = false;
  bool version = false;

  // Declares them in `spec`, which is empty, with this as their target, for a
  // command that writes a page or one that does not.
  void Declare(CommandSpec& spec, bool writes_page = false);

  // Those that are settings.
  SettingValues Values() const;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_GLOBAL_FLAGS_H_
