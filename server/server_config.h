// What the administrator says about a server: DIR/consilium.toml.
//
//   institution = "north"
//
//   [[peer]]
//   registry = "nsclc"
//   address = "127.0.0.1:7701"
//   interval_seconds = 60
//
//   [http]
//   listen = "127.0.0.1:7780"
//
//   [review_pages]
//   listen = "127.0.0.1:7790"
//
//   [backup]
//   directory = "/var/backups/consilium"
//   interval_hours = 24
//   keep = 14
#ifndef CONSILIUM_SERVER_SERVER_CONFIG_H_
#define CONSILIUM_SERVER_SERVER_CONFIG_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/base/resource_name.h"
#include "server/backup/backup_keeper.h"
#include "server/rpc/listen_address.h"

namespace consilium {

// Another server that this one syncs a registry with, again and again.
struct PeerConfig {
  RegistryName registry;
  std::string address;  // HOST:PORT.
  absl::Duration interval = absl::Minutes(1);
};

// Where pages are served: health and metrics, or reviews.
struct HttpConfig {
  ListenAddress listen;
  // Whether `listen` may be an address that other machines reach. The pages
  // are plain text, for everybody.
  bool remote = false;
  // What asked for it, for messages: a flag, or a place in the file.
  std::string field;
  // What the pages show, for messages, and how `remote` is asked for.
  std::string content = "health and metrics";
  std::string remote_wish = "--http-remote (remote = true under [http])";

  //   INVALID_ARGUMENT  HTTP_ADDRESS_REMOTE: others can reach it, and nobody
  //                     said that they may.
  absl::Status Check() const;
};

struct ServerConfig {
  std::string institution;
  std::vector<PeerConfig> peers;
  std::optional<HttpConfig> http;
  std::optional<HttpConfig> review_pages;
  BackupPolicy backup;
};

// The ports of health and metrics, and of reviews, in examples.
inline constexpr int kHttpPortUsual = 7780;
inline constexpr int kReviewPagesPortUsual = 7790;

// An HttpConfig that serves reviews, still without an address.
HttpConfig ReviewPagesConfig();

// Reads `text`; `file` is for messages.
//   INVALID_ARGUMENT  names file, place, value and wish.
absl::StatusOr<ServerConfig> ParseServerConfig(const std::string& file,
                                               absl::string_view text);

// The text of a new configuration.
std::string NewServerConfig(absl::string_view institution);

// OK when `institution` can be one's id.
absl::Status CheckInstitution(absl::string_view institution,
                              absl::string_view field);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SERVER_CONFIG_H_
