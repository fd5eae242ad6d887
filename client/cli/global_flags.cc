#include "client/cli/global_flags.h"

#include <utility>
#include <vector>

namespace consilium {

void GlobalFlags::Declare(CommandSpec& spec, bool writes_page) {
  std::vector<std::string> formats = OutputFormatNames();
  if (writes_page) formats.emplace_back("html");
  spec.Flag("--server", "HOST:PORT", &server, "The server to talk to");
  spec.Flag("--context", "NAME", &context,
            "The context in the configuration file to work in")
      .Completes("context");
  spec.Flag("--registry", "ID", &registry,
            "The registry; may be left out where the server has only one")
      .Completes("registry");
  spec.Flag(
      "--author", "USER_ID", &author,
      "Who makes the changes: a name or pseudonym that travels with them");
  spec.Flag("-o,--output", "FORMAT", &output,
            writes_page ? "table (the usual), json, jsonl, csv, name or html"
                        : "table (the usual), json, jsonl, csv or name")
      .Choices(std::move(formats));
  spec.Flag("--timeout", "DURATION", &timeout,
            "How long one call may take, such as 30s or 5m; 10s or more unless "
            "given. Of a sync, how long nothing may move");
  spec.Switch("-q,--quiet", &quiet, "Show no progress and no hints");
  spec.Switch("-h,--help", &help, "Say what the command does");
  spec.Switch("--version", &version, "Say which release this is");
}

SettingValues GlobalFlags::Values() const {
  SettingValues values;
  const auto add = [&values](const std::string& name,
                             const std::optional<std::string>& value) {
    if (value.has_value()) values[name] = *value;
  };
  add("server", server);
  add("context", context);
  add("registry", registry);
  add("author", author);
  add("output", output);
  add("timeout", timeout);
  return values;
}

}  // namespace consilium
