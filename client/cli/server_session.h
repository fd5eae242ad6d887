// The server and the registry that a command works with.
#ifndef CONSILIUM_CLIENT_CLI_SERVER_SESSION_H_
#define CONSILIUM_CLIENT_CLI_SERVER_SESSION_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "client/api/connection.h"
#include "client/api/record_client.h"
#include "client/cli/command.h"
#include "client/cli/settings.h"
#include "consilium/v1/registry_service.pb.h"
#include "consilium/v1/version.pb.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"

namespace consilium {

// One thread.
class ServerSession {
 public:
  // With the server that the settings name. Does not connect yet. `settings`
  // must outlive the session.
  //   INVALID_ARGUMENT  USAGE: none is named; or no HOST:PORT.
  static absl::StatusOr<std::unique_ptr<ServerSession>> Open(
      const Settings& settings);

  // With the server at `address` instead.
  static absl::StatusOr<std::unique_ptr<ServerSession>> Open(
      const Settings& settings, absl::string_view address);

  // With a server that tests stand in for; `caller` must outlive the session.
  ServerSession(const Settings& settings, Caller& caller)
      : settings_(settings), caller_(caller) {}

  Caller& caller() { return caller_; }
  const Settings& settings() const { return settings_; }
  // Null for a caller of a test.
  const std::shared_ptr<Connection>& connection() const { return connection_; }

  // The registry that the settings name, else the only one of the server.
  //   INVALID_ARGUMENT     USAGE: the server has several.
  //   FAILED_PRECONDITION  it has none.
  absl::StatusOr<RegistryName> Registry();

  // The record that `text` names: its full name, its name inside the registry,
  // or what follows the collections: "nct1", and for a child "nct1/arm-a".
  // Without `traits` the short forms name nothing. For the record of a registry
  // `text` is the registry's name.
  //   INVALID_ARGUMENT  no such name; says what it should look like.
  absl::StatusOr<FullRecordName> ResolveRecord(const RecordTraits* traits,
                                               absl::string_view text,
                                               absl::string_view argument);

  // The name of what records of kind `traits` stand under: the registry, or
  // the parent record that `text` names, any when it is empty.
  absl::StatusOr<std::string> ResolveParent(const RecordTraits& traits,
                                            absl::string_view text);

  RecordClient records() { return RecordClient(caller_, options()); }

  // Where the registry stands at the server.
  absl::StatusOr<v1::GetRegistryStatusResponse> Standing(
      const RegistryName& registry);

  // The deadline that the settings give, else `otherwise`.
  CallOptions options(absl::Duration otherwise = kUnaryDeadline) const;

  // Author and message of a change.
  v1::ChangeContext Change(absl::string_view message) const;

 private:
  ServerSession(const Settings& settings,
                std::shared_ptr<Connection> connection)
      : settings_(settings),
        connection_(std::move(connection)),
        caller_(*connection_) {}

  absl::StatusOr<FullRecordName> ParseFullName(absl::string_view text,
                                               absl::string_view argument);
  absl::StatusOr<FullRecordName> CompleteName(const RecordTraits* traits,
                                              absl::string_view text,
                                              absl::string_view argument);

  const Settings& settings_;
  const std::shared_ptr<Connection> connection_;
  Caller& caller_;
  std::optional<RegistryName> registry_;  // Once it is known.
};

// A command line to copy: "consilium", --server and --registry where they were
// given as flags, and `words`.
std::string NextCommand(const Settings& settings, absl::string_view words);

// What a command calls a record: what follows the collections, joined by "/".
std::string ShortName(absl::string_view full_name);

// `text` for a shell, in single quotes where it needs them.
std::string ShellWord(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_SERVER_SESSION_H_
