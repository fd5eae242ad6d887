#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/export_commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/export/registry_records.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/value_text.h"

namespace consilium {
namespace {

// The values of records by name and path, as ProtoJSON.
using Values = std::map<std::string, std::map<std::string, std::string>>;

// A registry at a version, as an argument names it.
struct Side {
  Settings settings;
  std::string at;
};

absl::StatusOr<Values> ReadValues(const Side& side) {
  ASSIGN_OR_RETURN(const auto session, ServerSession::Open(side.settings));
  ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
  ASSIGN_OR_RETURN(
      const RegistryRecords records,
      ReadRegistryRecords(session->caller(), registry.Full(), side.at,
                          session->options(kLongDeadline)));
  Values values;
  for (const RegistryRecord& record : records.records) {
    auto& fields = values[record.name];
    ASSIGN_OR_RETURN(const auto split, Split(*record.message, *record.traits));
    for (const FieldValue& value : split) {
      ASSIGN_OR_RETURN(fields[value.path.ToText(record.traits->descriptor)],
                       ValueToJson(value.path, value.value, *record.traits));
    }
  }
  return values;
}

class RegistryDiff : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Compare the values of two registries, or of two versions")
        .Description(
            "A and B are each a server (HOST:PORT, or HOST:PORT/REGISTRY), a "
            "context of config.toml, either with @VERSION behind it, or a "
            "version of the registry at hand. Every value of every live "
            "record of the evidence is compared, wherever it came from; "
            "sources and history are not, nor what a registry says of itself. "
            "Exits with 1 when anything differs.")
        .Example("consilium registry diff 127.0.0.1:7701 127.0.0.1:7702")
        .Example("consilium registry diff north south@release-1")
        .Example("consilium registry diff release-1 release-2");
    spec.Argument("A", &first_, "One registry, or version");
    spec.Argument("B", &second_, "The other");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const Side first, SideOf(context, first_));
    ASSIGN_OR_RETURN(const Side second, SideOf(context, second_));
    ASSIGN_OR_RETURN(const Values before, ReadValues(first));
    ASSIGN_OR_RETURN(const Values after, ReadValues(second));
    return Compare(context, before, after);
  }

 private:
  static absl::StatusOr<Side> SideOf(const CommandContext& context,
                                     const std::string& text) {
    Side side{context.settings, ""};
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(text, absl::MaxSplits('@', 1));
    const auto& [name, version] = parts;
    const std::pair<std::string, std::string> place =
        absl::StrSplit(name, absl::MaxSplits('/', 1));
    if (absl::StrContains(place.first, ':')) {
      side.settings.server = place.first;
      if (!place.second.empty()) side.settings.registry = place.second;
      side.at = version;
      return side;
    }
    ASSIGN_OR_RETURN(const Config config, LoadConfig(context.io.environment));
    if (config.contexts.count(name) == 0) {
      side.at = text;
      return side;
    }
    SettingValues flags = {{"context", name}};
    ASSIGN_OR_RETURN(side.settings,
                     ResolveSettings(flags, context.io.environment, config));
    side.settings.output = context.settings.output;
    side.at = version;
    return side;
  }

  static absl::StatusOr<ExitCode> Compare(const CommandContext& context,
                                          const Values& before,
                                          const Values& after) {
    const auto rows = context.List({{"record"}, {"field"}, {"a"}, {"b"}});
    bool differs = false;
    const auto add = [&](const std::string& record, const std::string& field,
                         const std::optional<std::string>& a,
                         const std::optional<std::string>& b) {
      differs = true;
      JsonValue json = {{"record", record}};
      if (!field.empty()) json["field"] = field;
      json["a"] = Parsed(a);
      json["b"] = Parsed(b);
      rows->Add({record, OneLine(json), {record, field, Cell(a), Cell(b)}});
    };
    std::set<std::string> records;
    for (const auto& [name, fields] : before) records.insert(name);
    for (const auto& [name, fields] : after) records.insert(name);
    for (const std::string& name : records) {
      const auto a = before.find(name), b = after.find(name);
      if (a == before.end() || b == after.end()) {
        add(name, "", Presence(a != before.end()), Presence(b != after.end()));
        continue;
      }
      CompareFields(name, a->second, b->second, add);
    }
    rows->Finish("");
    return differs ? ExitCode::kDifferences : ExitCode::kOk;
  }

  template <typename Add>
  static void CompareFields(const std::string& name,
                            const std::map<std::string, std::string>& before,
                            const std::map<std::string, std::string>& after,
                            const Add& add) {
    std::set<std::string> fields;
    for (const auto& [field, value] : before) fields.insert(field);
    for (const auto& [field, value] : after) fields.insert(field);
    for (const std::string& field : fields) {
      const auto a = ValueAt(before, field), b = ValueAt(after, field);
      if (a != b) add(name, field, a, b);
    }
  }

  static std::optional<std::string> ValueAt(
      const std::map<std::string, std::string>& values,
      const std::string& field) {
    const auto found = values.find(field);
    if (found == values.end()) return std::nullopt;
    return found->second;
  }

  static std::optional<std::string> Presence(bool is_there) {
    if (!is_there) return std::nullopt;
    return "\"(there)\"";
  }
  static JsonValue Parsed(const std::optional<std::string>& value) {
    return value.has_value() ? JsonValue::parse(*value) : JsonValue();
  }
  static std::string Cell(const std::optional<std::string>& value) {
    return value.value_or("(absent)");
  }

  std::string first_, second_;
};

}  // namespace

std::unique_ptr<Command> MakeRegistryDiff() {
  return std::make_unique<RegistryDiff>();
}

}  // namespace consilium
