// What a registry holds of the records that an import states, and which of it
// the import may change: what is new, and what an import wrote before. What a
// person or another report said stays.
#ifndef CONSILIUM_CLIENT_CLI_PRIOR_VALUES_H_
#define CONSILIUM_CLIENT_CLI_PRIOR_VALUES_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/api/record_client.h"
#include "client/cli/evidence.h"
#include "client/cli/record_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/resource_name.h"

namespace consilium {

// Whether an import may replace a value that was read there.
using MayReplace = std::function<bool(const v1::Source& source)>;

// Whether two sources are one place, so that what was read there need not be
// stated again. May be empty: then none are but equal ones.
using IsSamePlace =
    std::function<bool(const v1::Source& known, const v1::Source& stated)>;

// A value that was left as it is.
struct KeptValue {
  std::string record;   // Relative name.
  RecordChange values;  // Before: what stays. After: what the import says.
};

// One thread.
class PriorValues {
 public:
  // Both must outlive this.
  PriorValues(ServerSession& session, const RegistryName& registry)
      : session_(session), registry_(registry) {}

  // Takes out of `record` what would replace a value that was not read where
  // `may_replace` says, and adds it to `kept`; and what such a value says
  // already, which stays with its source, or one that was read in the same
  // place.
  absl::Status LeaveOthers(const MayReplace& may_replace,
                           const IsSamePlace& is_same_place,
                           EvidenceRecord& record,
                           std::vector<KeptValue>& kept);

  // What stating `record` would change. Absent values before are empty; of a
  // new record only the paths are told.
  struct Difference {
    bool is_new = false;
    std::vector<RecordChange> changes;
  };
  absl::StatusOr<Difference> Compare(const EvidenceRecord& record);

 private:
  // The record as the server has it; null when it has none.
  absl::StatusOr<const google::protobuf::Message*> Find(
      const EvidenceRecord& record);
  absl::Status ReadTop(const RecordTraits& traits, const std::string& name);
  absl::Status ReadChildren(const RecordTraits& traits,
                            const std::string& parent);

  ServerSession& session_;
  const RegistryName& registry_;
  std::map<std::string, RecordMessage> records_;  // By relative name.
  std::set<std::string> asked_;  // Records, and parents of records.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_PRIOR_VALUES_H_
