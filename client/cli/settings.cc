#include "client/cli/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/errors.h"
#include "client/cli/limits.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

absl::Status ConfigError(absl::string_view path, uint32_t line,
                         absl::string_view wish) {
  const std::string where =
      line > 0 ? absl::StrCat(path, ":", line) : std::string(path);
  return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                   absl::StrCat(where, ": ", wish), {{"path", path}});
}

uint32_t LineOf(const toml::key& key) { return key.source().begin.line; }

// Reads NAME = "text" into `values`.
absl::Status ReadSetting(const toml::key& key, const toml::node& node,
                         absl::string_view path, SettingValues& values) {
  const std::string name(key.str());
  const auto& names = SettingNames();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return ConfigError(path, LineOf(key),
                       absl::StrCat("there is no setting ", Quote(name),
                                    DidYouMean(name, names), " (settings: ",
                                    absl::StrJoin(names, ", "), ")"));
  }
  const auto text = node.value_exact<std::string>();
  if (!text.has_value()) {
    return ConfigError(path, LineOf(key),
                       absl::StrCat(name, " takes a text in quotes"));
  }
  values[name] = *text;
  return absl::OkStatus();
}

absl::Status ReadContexts(const toml::key& key, const toml::node& node,
                          Config& config) {
  const toml::table* contexts = node.as_table();
  if (contexts == nullptr) {
    return ConfigError(config.path, LineOf(key),
                       "write each context as [contexts.NAME]");
  }
  for (const auto& [name, value] : *contexts) {
    const toml::table* context = value.as_table();
    if (context == nullptr) {
      return ConfigError(
          config.path, LineOf(name),
          absl::StrCat("write [contexts.", std::string(name.str()), "]"));
    }
    SettingValues& values = config.contexts[std::string(name.str())];
    for (const auto& [setting, text] : *context) {
      RETURN_IF_ERROR(ReadSetting(setting, text, config.path, values));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadConfigEntry(const toml::key& key, const toml::node& node,
                             Config& config) {
  if (key.str() == "contexts") return ReadContexts(key, node, config);
  if (key.str() != "context") {
    return ReadSetting(key, node, config.path, config.defaults);
  }
  const auto text = node.value_exact<std::string>();
  if (!text.has_value()) {
    return ConfigError(config.path, LineOf(key),
                       "context takes the name of a context in quotes");
  }
  config.context = *text;
  return absl::OkStatus();
}

std::string ConfigPath(const Environment& environment) {
  if (const auto path = GetVariable(environment, "CONSILIUM_CONFIG")) {
    return *path;
  }
  constexpr absl::string_view kName = "/consilium/config.toml";
  if (const auto base = GetVariable(environment, "XDG_CONFIG_HOME")) {
    return absl::StrCat(*base, kName);
  }
  if (const auto home = GetVariable(environment, "HOME")) {
    return absl::StrCat(*home, "/.config", kName);
  }
  return "";
}

std::string VariableName(absl::string_view setting) {
  return absl::StrCat("CONSILIUM_", absl::AsciiStrToUpper(setting));
}

// Finds settings in the levels, the strongest first, and notes where.
class Resolver {
 public:
  Resolver(const SettingValues& flags, const Environment& environment,
           const Config& config)
      : flags_(flags), environment_(environment), config_(config) {}

  absl::Status UseContext(Settings& settings) {
    settings.context = Find("context", settings);
    if (settings.context.empty() && !config_.context.empty()) {
      settings.context = config_.context;
      settings.origins["context"] = config_.path;
    }
    if (settings.context.empty()) return absl::OkStatus();
    const auto found = config_.contexts.find(settings.context);
    if (found != config_.contexts.end()) {
      context_ = &found->second;
      context_name_ = settings.context;
      return absl::OkStatus();
    }
    std::vector<std::string> names;
    for (const auto& [name, values] : config_.contexts) names.push_back(name);
    return UsageError(absl::StrCat(
        config_.path, " has no context ", Quote(settings.context), " (from ",
        settings.origins["context"], ")", DidYouMean(settings.context, names),
        names.empty() ? "; it has none"
                      : absl::StrCat("; it has ", absl::StrJoin(names, ", "))));
  }

  std::string Find(const std::string& name, Settings& settings) const {
    if (const auto flag = flags_.find(name); flag != flags_.end()) {
      settings.origins[name] = absl::StrCat("--", name);
      return flag->second;
    }
    if (const auto value = GetVariable(environment_, VariableName(name))) {
      settings.origins[name] = VariableName(name);
      return *value;
    }
    if (context_ != nullptr) {
      if (const auto found = context_->find(name); found != context_->end()) {
        settings.origins[name] =
            absl::StrCat("context ", context_name_, " in ", config_.path);
        return found->second;
      }
    }
    const auto found = config_.defaults.find(name);
    if (found == config_.defaults.end()) return "";
    settings.origins[name] = config_.path;
    return found->second;
  }

 private:
  const SettingValues& flags_;
  const Environment& environment_;
  const Config& config_;
  const SettingValues* context_ = nullptr;
  std::string context_name_;
};

std::string HowToGive(absl::string_view name, absl::string_view value,
                      const std::string& config_path) {
  return absl::StrCat(
      "pass --", name, " ", value, ", set ", VariableName(name),
      config_path.empty()
          ? ""
          : absl::StrCat(", or write a context in ", config_path));
}

}  // namespace

const std::vector<std::string>& SettingNames() {
  static const auto* const names = new std::vector<std::string>{
      "server", "registry", "author", "output", "timeout"};
  return *names;
}

absl::StatusOr<Config> ParseConfig(absl::string_view text,
                                   absl::string_view path) {
  Config config;
  config.path = std::string(path);
  toml::table table;
  try {
    table = toml::parse(std::string_view(text.data(), text.size()));
  } catch (const toml::parse_error& error) {
    return ConfigError(path, error.source().begin.line,
                       std::string(error.description()));
  }
  for (const auto& [key, node] : table) {
    RETURN_IF_ERROR(ReadConfigEntry(key, node, config));
  }
  return config;
}

absl::StatusOr<Config> LoadConfig(const Environment& environment) {
  const std::string path = ConfigPath(environment);
  Config config;
  config.path = path;
  if (path.empty()) return config;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (!GetVariable(environment, "CONSILIUM_CONFIG").has_value()) {
      return config;
    }
    return ConfigError(path, 0,
                       "cannot be read, although CONSILIUM_CONFIG names it");
  }
  std::string text(kConfigSizeMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kConfigSizeMax) {
    return ConfigError(path, 0,
                       absl::StrCat("larger than ", kConfigSizeMax, " bytes"));
  }
  return ParseConfig(text, path);
}

absl::StatusOr<std::string> Settings::RequireServer() const {
  if (!server.empty()) return server;
  return UsageError(absl::StrCat(
      "no server is given; ", HowToGive("server", "HOST:PORT", config_path)));
}

absl::StatusOr<std::string> Settings::RequireAuthor() const {
  if (!author.empty()) return author;
  return UsageError(absl::StrCat("no author is given for the change; ",
                                 HowToGive("author", "USER_ID", config_path)));
}

absl::StatusOr<Settings> ResolveSettings(const SettingValues& flags,
                                         const Environment& environment,
                                         const Config& config) {
  Settings settings;
  settings.config_path = config.path;
  Resolver resolver(flags, environment, config);
  RETURN_IF_ERROR(resolver.UseContext(settings));
  settings.server = resolver.Find("server", settings);
  settings.registry = resolver.Find("registry", settings);
  settings.author = resolver.Find("author", settings);
  const std::string output = resolver.Find("output", settings);
  if (!output.empty()) {
    const auto format = ParseOutputFormat(output);
    if (!format.ok()) {
      return Annotate(format.status(), settings.origins["output"]);
    }
    settings.output = *format;
  }
  const std::string timeout = resolver.Find("timeout", settings);
  if (!timeout.empty()) {
    absl::Duration duration;
    if (!absl::ParseDuration(timeout, &duration) ||
        duration <= absl::ZeroDuration()) {
      return UsageError(absl::StrCat(settings.origins["timeout"], ": ",
                                     Quote(timeout),
                                     " is no duration; write 10s or 2m"));
    }
    settings.timeout = duration;
  }
  return settings;
}

}  // namespace consilium
