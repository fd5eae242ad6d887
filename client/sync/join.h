// Makes a server a replica of a registry that another founded.
#ifndef CONSILIUM_CLIENT_SYNC_JOIN_H_
#define CONSILIUM_CLIENT_SYNC_JOIN_H_

#include <functional>
#include <istream>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "client/sync/bundle.h"
#include "client/sync/sync_client.h"
#include "client/sync/sync_endpoint.h"
#include "consilium/stored/v1/change.pb.h"
#include "consilium/v1/version.pb.h"
#include "proto/base/resource_name.h"

namespace consilium {

// What JoinRegistry is doing, for people.
enum class JoinStep { kOpenReplica = 1, kFetchChanges, kEnrollMember };

struct JoinOptions {
  // Reads the groups of a batch's payload: DecodeBatch of storage/change.
  std::function<absl::StatusOr<stored::v1::GroupList>(absl::string_view)>
      decode_batch;
  // Title of the institution for its member record. Empty means its id.
  std::string member_title;
  v1::ChangeContext change;
  std::function<void(JoinStep)> on_step;  // May be empty.
  SyncOptions sync;                       // Its direction is not used.
  // Of one call to the target; absent: as long as each usually may take.
  std::optional<absl::Duration> call_deadline;
};

struct JoinResult {
  bool opened = false;  // False: the replica was there already.
  SyncResult sync;
  std::string member;
  bool enrolled = false;  // False: the member record was there already.
};

// Opens a replica of the source's registry as `name` on the server of `target`
// (which `target_end` reaches too), fetches every change, and writes the
// member record of that server's institution, which the next sync carries to
// the source. Looks first what is done already: after an error, at any step,
// the same call goes on.
//   ALREADY_EXISTS  the target has another registry of that name.
//   DATA_LOSS       what the source sends starts no registry, or is damaged.
absl::StatusOr<JoinResult> JoinRegistry(SyncEndpoint& source, Caller& target,
                                        SyncEndpoint& target_end,
                                        const RegistryName& name,
                                        const JoinOptions& options);

struct BundleJoined {
  bool opened = false;  // False: the replica was there already.
  BundleApplied applied;
  std::string member;
  bool enrolled = false;  // False: the member record was there already.
};

// The same from a bundle for a server that holds nothing, in `in`, which can
// be read several times. Of the options the member's and `decode_batch` are
// used. Nothing is done with a bundle that is damaged.
//   FAILED_PRECONDITION  BUNDLE_STARTS_LATER: it is for a server that holds
//                        something already; and as ApplyBundle.
absl::StatusOr<BundleJoined> JoinFromBundle(
    std::istream& in, const std::string& file_name, Caller& target,
    SyncEndpoint& target_end, const RegistryName& name,
    const JoinOptions& options, const BundleOptions& bundle);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_JOIN_H_
