// What commands that move changes say about it.
#ifndef CONSILIUM_CLIENT_CLI_SYNC_VIEW_H_
#define CONSILIUM_CLIENT_CLI_SYNC_VIEW_H_

#include <google/protobuf/repeated_field.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cli/json_value.h"
#include "client/cli/output.h"
#include "client/cli/progress.h"
#include "client/cli/server_session.h"
#include "client/sync/grpc_sync_endpoint.h"
#include "client/sync/sync_client.h"

namespace consilium {

// sent, received, setAside, bytesSent, bytesReceived, seconds, digest, and the
// groups that were set aside.
JsonValue SyncJson(const SyncResult& result);

// The same in a sentence, with a line for each group that was set aside.
std::string SyncSentence(const SyncResult& result, bool dry_run);

// One group that `address` did not apply.
std::string SetAsideLine(const std::string& address, const v1::SetAside& group);
JsonValue SetAsideJson(const std::string& address, const v1::SetAside& group);

// Shows a sync in `progress`, which must outlive the options.
void ShowProgress(Progress& progress, SyncOptions& options);

// The replica of `registry` on the server of `session`, in whose settings
// --timeout bounds each call.
GrpcSyncEndpoint EndpointOf(const ServerSession& session,
                            const RegistryName& registry);

// How long nothing may move: --timeout, else what is usual.
absl::Duration StallTimeoutOf(const ServerSession& session);

// Opens a bundle.
//   INVALID_ARGUMENT  USAGE: it is not there, is empty or cannot be read.
absl::StatusOr<std::ifstream> OpenBundleFile(const std::string& path);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_SYNC_VIEW_H_
