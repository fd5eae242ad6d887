// What the administrator says about a server: DIR/consilium.toml.
//
//   institution = "north"
//
//   [[peer]]
//   registry = "nsclc"
//   address = "127.0.0.1:7701"
//   interval_seconds = 60
#ifndef CONSILIUM_SERVER_SERVER_CONFIG_H_
#define CONSILIUM_SERVER_SERVER_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/base/resource_name.h"

namespace consilium {

// Another server that this one syncs a registry with, again and again.
struct PeerConfig {
  RegistryName registry;
  std::string address;  // HOST:PORT.
  absl::Duration interval = absl::Minutes(1);
};

struct ServerConfig {
  std::string institution;
  std::vector<PeerConfig> peers;
};

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
