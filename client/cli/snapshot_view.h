// How snapshots are named and shown.
#ifndef CONSILIUM_CLIENT_CLI_SNAPSHOT_VIEW_H_
#define CONSILIUM_CLIENT_CLI_SNAPSHOT_VIEW_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/output.h"
#include "client/cli/server_session.h"
#include "consilium/v1/snapshot.pb.h"

namespace consilium {

// The full name of the snapshot that `text` means: its id or its full name,
// with "@" and the start of its identity where the name is ambiguous.
absl::StatusOr<std::string> ResolveSnapshot(ServerSession& session,
                                            absl::string_view text);

// What a snapshot is, field by field.
Details SnapshotDetails(const v1::Snapshot& snapshot);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_SNAPSHOT_VIEW_H_
