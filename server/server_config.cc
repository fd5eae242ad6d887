#include "server/server_config.h"

#include <toml++/toml.h>

#include <initializer_list>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/api/connection.h"
#include "client/sync/limits.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"
#include "server/backup/limits.h"

namespace consilium {
namespace {

constexpr size_t kInstitutionSizeMax = 63;  // Bytes; as Member has it.

// A table of the file, for messages that name the place.
class Table {
 public:
  Table(const std::string& file, const toml::table& table)
      : file_(file), table_(table) {}

  absl::Status Invalid(const toml::source_region& place,
                       absl::string_view what) const {
    return InvalidField(
        absl::StrCat(file_, ":", place.begin.line, ":", place.begin.column),
        what);
  }

  absl::Status CheckNames(const std::vector<std::string>& known) const {
    for (const auto& [name, value] : table_) {
      bool is_known = false;
      for (const std::string& each : known) is_known |= each == name.str();
      if (is_known) continue;
      return Invalid(
          name.source(),
          absl::StrCat(Quote(std::string(name.str())), " is no setting; want ",
                       absl::StrJoin(known, ", "),
                       DidYouMean(std::string(name.str()), known)));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Text(const char* name) const {
    const auto value = table_[name].value<std::string>();
    if (value.has_value() && !value->empty()) return *value;
    return Invalid(PlaceOf(name), absl::StrCat(name, " is missing; want text"));
  }

  absl::StatusOr<int64_t> Number(const char* name, int64_t otherwise) const {
    if (!table_.contains(name)) return otherwise;
    const auto value = table_[name].value<int64_t>();
    if (value.has_value()) return *value;
    return Invalid(PlaceOf(name),
                   absl::StrCat(name, " is no whole number; want one"));
  }

  absl::StatusOr<bool> Flag(const char* name, bool otherwise) const {
    if (!table_.contains(name)) return otherwise;
    const auto value = table_[name].value_exact<bool>();
    if (value.has_value()) return *value;
    return Invalid(PlaceOf(name),
                   absl::StrCat(name, " is no switch; want true or false"));
  }

  std::string PlaceText(const char* name) const {
    const toml::source_region place = PlaceOf(name);
    return absl::StrCat(file_, ":", place.begin.line, ":", place.begin.column);
  }

  // `name` when it is given, which must be from `min` to `max`.
  absl::StatusOr<std::optional<int64_t>> Bounded(const char* name, int64_t min,
                                                 int64_t max) const {
    if (!table_.contains(name)) return std::nullopt;
    ASSIGN_OR_RETURN(const int64_t value, Number(name, 0));
    if (min <= value && value <= max) return value;
    return Invalid(PlaceOf(name), absl::StrCat(name, " is ", value, "; want ",
                                               min, " to ", max));
  }

  toml::source_region PlaceOf(const char* name) const {
    const toml::node* node = table_.get(name);
    return node == nullptr ? table_.source() : node->source();
  }

 private:
  const std::string& file_;
  const toml::table& table_;
};

absl::StatusOr<PeerConfig> ReadPeer(const std::string& file,
                                    const toml::table& peer) {
  const Table table(file, peer);
  RETURN_IF_ERROR(
      table.CheckNames({"registry", "address", "interval_seconds"}));
  PeerConfig config;
  ASSIGN_OR_RETURN(const std::string registry, table.Text("registry"));
  const auto name = RegistryName::FromId(registry);
  if (!name.ok()) {
    return table.Invalid(table.PlaceOf("registry"),
                         absl::StrCat(Quote(registry),
                                      " is no registry; want "
                                      "its id"));
  }
  config.registry = *name;
  ASSIGN_OR_RETURN(config.address, table.Text("address"));
  // Opening does not connect.
  const absl::Status address = Connection::Open(config.address).status();
  if (!address.ok()) {
    absl::string_view fault = address.message();
    absl::ConsumePrefix(&fault, "server: ");
    return table.Invalid(table.PlaceOf("address"), fault);
  }
  ASSIGN_OR_RETURN(
      const int64_t seconds,
      table.Number("interval_seconds", absl::ToInt64Seconds(config.interval)));
  config.interval = absl::Seconds(seconds);
  if (config.interval < kSyncIntervalMin) {
    return table.Invalid(table.PlaceOf("interval_seconds"),
                         absl::StrCat(seconds, " is too short; want at least ",
                                      absl::FormatDuration(kSyncIntervalMin)));
  }
  return config;
}

// The table `name` at the top, which says where pages are served.
absl::StatusOr<HttpConfig> ReadHttp(const std::string& file,
                                    const toml::table& root, const char* name,
                                    int port_usual, HttpConfig config) {
  const toml::table* http = root[name].as_table();
  if (http == nullptr) {
    return Table(file, root)
        .Invalid(root.get(name)->source(),
                 absl::StrCat(name, " is no table; want [", name, "]"));
  }
  const Table table(file, *http);
  RETURN_IF_ERROR(table.CheckNames({"listen", "remote"}));
  config.field =
      absl::StrCat(table.PlaceText("listen"), ": listen of [", name, "]");
  ASSIGN_OR_RETURN(const std::string listen, table.Text("listen"));
  ASSIGN_OR_RETURN(
      config.listen,
      ListenAddress::Parse(listen, table.PlaceText("listen"), port_usual));
  ASSIGN_OR_RETURN(config.remote, table.Flag("remote", config.remote));
  RETURN_IF_ERROR(config.Check());
  return config;
}

absl::StatusOr<BackupPolicy> ReadBackup(const std::string& file,
                                        const toml::table& backup) {
  const Table table(file, backup);
  RETURN_IF_ERROR(
      table.CheckNames({"directory", "interval_hours", "keep", "keys"}));
  BackupPolicy policy;
  ASSIGN_OR_RETURN(policy.directory, table.Text("directory"));
  if (policy.directory.front() != '/') {
    return table.Invalid(
        table.PlaceOf("directory"),
        absl::StrCat("directory ", Quote(policy.directory),
                     " depends on where the server is started; want a path "
                     "that begins with /"));
  }
  ASSIGN_OR_RETURN(const std::optional<int64_t> hours,
                   table.Bounded("interval_hours", kBackupIntervalHoursMin,
                                 kBackupIntervalHoursMax));
  if (hours.has_value()) policy.interval = absl::Hours(*hours);
  ASSIGN_OR_RETURN(const std::optional<int64_t> keep,
                   table.Bounded("keep", 1, kBackupCountMax));
  policy.keep = static_cast<int>(keep.value_or(0));
  if (policy.keep > 0 && !policy.interval.has_value()) {
    return table.Invalid(table.PlaceOf("keep"),
                         "keep is for backups that the server makes by "
                         "itself; want interval_hours beside it");
  }
  ASSIGN_OR_RETURN(policy.keys, table.Flag("keys", policy.keys));
  return policy;
}

absl::StatusOr<ServerConfig> ReadConfig(const std::string& file,
                                        const toml::table& root) {
  const Table table(file, root);
  RETURN_IF_ERROR(table.CheckNames(
      {"institution", "peer", "http", "review_pages", "backup"}));
  ServerConfig config;
  ASSIGN_OR_RETURN(config.institution, table.Text("institution"));
  const absl::Status valid =
      CheckInstitution(config.institution, "institution");
  if (!valid.ok()) {
    return table.Invalid(table.PlaceOf("institution"), valid.message());
  }
  if (root.contains("http")) {
    ASSIGN_OR_RETURN(config.http,
                     ReadHttp(file, root, "http", kHttpPortUsual, {}));
  }
  if (root.contains("review_pages")) {
    ASSIGN_OR_RETURN(config.review_pages,
                     ReadHttp(file, root, "review_pages", kReviewPagesPortUsual,
                              ReviewPagesConfig()));
  }
  if (root.contains("backup")) {
    const toml::table* backup = root["backup"].as_table();
    if (backup == nullptr) {
      return table.Invalid(table.PlaceOf("backup"),
                           "backup is no table; want [backup]");
    }
    ASSIGN_OR_RETURN(config.backup, ReadBackup(file, *backup));
  }
  if (!root.contains("peer")) return config;
  const toml::array* peers = root["peer"].as_array();
  if (peers == nullptr || !peers->is_array_of_tables()) {
    return table.Invalid(table.PlaceOf("peer"),
                         "peer is no list of tables; want [[peer]]");
  }
  for (const toml::node& node : *peers) {
    ASSIGN_OR_RETURN(PeerConfig peer, ReadPeer(file, *node.as_table()));
    for (const PeerConfig& earlier : config.peers) {
      if (earlier.registry.id() == peer.registry.id() &&
          earlier.address == peer.address) {
        return table.Invalid(node.source(),
                             absl::StrCat("registry ", peer.registry.id(),
                                          " and address ", peer.address,
                                          " are those of an earlier [[peer]]; "
                                          "want each once"));
      }
    }
    config.peers.push_back(std::move(peer));
  }
  return config;
}

}  // namespace

absl::Status HttpConfig::Check() const {
  if (remote || listen.IsLoopback()) return absl::OkStatus();
  return InvalidInput(
      "HTTP_ADDRESS_REMOTE",
      absl::StrCat(field, ": other machines can reach ", listen.ToString(),
                   ", and ", content,
                   " are plain text for whoever asks; "
                   "want a loopback address such as 127.0.0.1:",
                   listen.port == 0 ? kHttpPortUsual : listen.port,
                   ", or, to mean it, ", remote_wish),
      {{field, "is no loopback address"}});
}

HttpConfig ReviewPagesConfig() {
  HttpConfig config;
  config.content = "reviews";
  config.remote_wish =
      "--review-pages-remote (remote = true under [review_pages])";
  return config;
}

absl::Status CheckInstitution(absl::string_view institution,
                              absl::string_view field) {
  RETURN_IF_ERROR(CheckRecordId(field, institution));
  if (institution.size() > kInstitutionSizeMax) {
    return InvalidField(
        field, absl::StrCat("has ", institution.size(), " bytes; want at most ",
                            kInstitutionSizeMax));
  }
  return absl::OkStatus();
}

absl::StatusOr<ServerConfig> ParseServerConfig(const std::string& file,
                                               absl::string_view text) {
  try {
    const toml::table root = toml::parse(std::string(text), file);
    return ReadConfig(file, root);
  } catch (const toml::parse_error& error) {
    return InvalidField(
        absl::StrCat(file, ":", error.source().begin.line, ":",
                     error.source().begin.column),
        absl::StrCat("is no TOML: ", std::string(error.description())));
  }
}

std::string NewServerConfig(absl::string_view institution) {
  return absl::StrCat(
      "# The institution that runs this server. It signs with its key, so the\n"
      "# id stays as it is.\n"
      "institution = \"",
      institution,
      "\"\n"
      "\n"
      "# Servers to sync with, again and again:\n"
      "# [[peer]]\n"
      "# registry = \"nsclc\"\n"
      "# address = \"127.0.0.1:7701\"\n"
      "# interval_seconds = 60\n"
      "\n"
      "# Health and metrics over HTTP, for those who watch the server:\n"
      "# [http]\n"
      "# listen = \"127.0.0.1:7780\"\n"
      "\n"
      "# Reviews as pages over HTTP, read only, for whoever asks:\n"
      "# [review_pages]\n"
      "# listen = \"127.0.0.1:7790\"\n"
      "\n"
      "# Where `consilium backup create` keeps backups, best on another disk,\n"
      "# and how often the server makes them by itself:\n"
      "# [backup]\n"
      "# directory = \"/var/backups/consilium\"\n"
      "# interval_hours = 24\n"
      "# keep = 14\n"
      "# keys = true   # false leaves the institution's key out\n");
}

}  // namespace consilium
