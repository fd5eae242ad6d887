// The records of one registry on one server, of whatever kind: the standard
// methods, without code for each kind.
#ifndef CONSILIUM_CLIENT_API_RECORD_CLIENT_H_
#define CONSILIUM_CLIENT_API_RECORD_CLIENT_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "consilium/v1/version.pb.h"
#include "proto/base/record_traits.h"

namespace consilium {

using RecordMessage = std::unique_ptr<google::protobuf::Message>;

// What a list shall hold.
struct RecordListOptions {
  // Full name of the registry or the trial; a trial's id may be "-".
  std::string parent;
  std::string filter;  // AIP-160. Empty means all.
  std::string at;      // Version. Empty means the latest.
  bool show_deleted = false;
};

// What every write says besides.
struct RecordWriteOptions {
  v1::ChangeContext change;
  bool validate_only = false;
  // A UUID that makes a repeated write happen once. Empty means a new one.
  std::string request_id;
  // Of an update or deletion: the etag that was read; "*" or empty means
  // whatever is there.
  std::string etag;
};

// Thread-safe. All names are full: "registries/nsclc/trials/nct1". Errors are
// those of Caller::Call.
class RecordClient {
 public:
  // `caller` must outlive the client.
  explicit RecordClient(Caller& caller, const CallOptions& options = {})
      : caller_(caller), options_(options) {}

  absl::StatusOr<RecordMessage> Get(const RecordTraits& traits,
                                    absl::string_view name,
                                    absl::string_view at = "");

  // Visits all pages; `visit` returns false to stop.
  absl::Status List(const RecordTraits& traits, const RecordListOptions& list,
                    absl::FunctionRef<bool(google::protobuf::Message&)> visit);

  // With an empty `id` the server proposes one.
  absl::StatusOr<RecordMessage> Create(const RecordTraits& traits,
                                       absl::string_view parent,
                                       absl::string_view id,
                                       const google::protobuf::Message& record,
                                       const RecordWriteOptions& write);

  // Sets the fields that `update_mask` names ("*" for all), or those that are
  // present when it is empty. `record` has its name.
  absl::StatusOr<RecordMessage> Update(
      const RecordTraits& traits, const google::protobuf::Message& record,
      const std::vector<std::string>& update_mask,
      const RecordWriteOptions& write);

  // Retracts.
  absl::StatusOr<RecordMessage> Delete(const RecordTraits& traits,
                                       absl::string_view name,
                                       absl::string_view reason,
                                       const RecordWriteOptions& write);

  absl::StatusOr<RecordMessage> Undelete(const RecordTraits& traits,
                                         absl::string_view name,
                                         const RecordWriteOptions& write);

 private:
  Caller& caller_;
  const CallOptions options_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_RECORD_CLIENT_H_
