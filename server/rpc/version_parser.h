// Which version of a registry a request asks for.
#ifndef CONSILIUM_SERVER_RPC_VERSION_PARSER_H_
#define CONSILIUM_SERVER_RPC_VERSION_PARSER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/snapshot.pb.h"
#include "storage/registry/registry_store.h"
#include "storage/registry/version.h"

namespace consilium {

// Reads `text`:
//   "", "latest"           the newest state
//   a number               a revision of this server
//   a frontier token       that set of changes
//   anything else          a snapshot: its id or name, and after "@" the start
//                          of its identity where the name is ambiguous
//
//   INVALID_ARGUMENT     none of these; names `field`.
//   NOT_FOUND            there is no such snapshot.
//   FAILED_PRECONDITION  the snapshot's name is ambiguous.
absl::StatusOr<Version> ParseVersion(absl::string_view text,
                                     const RegistryStore& store,
                                     absl::string_view field = "at");

// A version, and how any server may be asked for it.
struct NamedVersion {
  Version version;
  // A frontier token, or a snapshot relative to the registry:
  // "snapshots/ID[@HASH]". Empty for the latest and for revisions, which mean
  // nothing elsewhere.
  std::string name;
  std::optional<v1::SnapshotBody> snapshot;
};

// As ParseVersion.
absl::StatusOr<NamedVersion> ParseNamedVersion(absl::string_view text,
                                               const RegistryStore& store,
                                               absl::string_view field = "at");

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_VERSION_PARSER_H_
