// What a registry holds of the records that an import states, and which of it
// the import may change: what is new, and what an import was the last to
// write. What a person or another report said stays, and so does what a person
// took away.
#ifndef CONSILIUM_CLIENT_CLI_PRIOR_VALUES_H_
#define CONSILIUM_CLIENT_CLI_PRIOR_VALUES_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/record_client.h"
#include "client/cli/evidence.h"
#include "client/cli/record_view.h"
#include "client/cli/server_session.h"
#include "client/cli/value_standings.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/resource_name.h"

namespace consilium {

// Whether two sources are one place, so that what was read there need not be
// stated again. May be empty: then none are but equal ones.
using IsSamePlace =
    std::function<bool(const v1::Source& known, const v1::Source& stated)>;

// What was left as it is.
struct KeptValue {
  std::string record;   // Relative name.
  RecordChange values;  // Before: what stays. After: what the import says.
  std::string why;      // "left as anna changed it on 2026-05-03".
};

// One thread.
class PriorValues {
 public:
  // For `command`, "import ctgov". Both others must outlive this.
  PriorValues(ServerSession& session, const RegistryName& registry,
              std::string command)
      : session_(session), registry_(registry), command_(std::move(command)) {}

  // Whether the registry has `record` or its parent retracted.
  absl::StatusOr<bool> IsRetracted(const EvidenceRecord& record);

  // Takes out of `record` what would replace a value that this command did not
  // write, or that was not read where `may_replace` says, and adds it to
  // `kept`: also what a person removed, or gave another key. And takes out what
  // such a value says already, which stays with its source, or one that was
  // read in the same place. Studies share publications: one stays as the study
  // that came first describes it.
  absl::Status LeaveOthers(const MayReplace& may_replace,
                           const IsSamePlace& is_same_place,
                           EvidenceRecord& record,
                           std::vector<KeptValue>& kept);

  // Takes out of `record` what refers to a record that IsRetracted found, and
  // adds it to `kept`: a registry accepts no such reference.
  absl::Status LeaveRetracted(EvidenceRecord& record,
                              std::vector<KeptValue>& kept);

  // What stating `record` would change. Absent values before are empty; of a
  // new record only the paths are told.
  struct Difference {
    bool is_new = false;
    std::vector<RecordChange> changes;
  };
  absl::StatusOr<Difference> Compare(const EvidenceRecord& record);

 private:
  // The record as the server has it; null when it has none, or a retracted one.
  absl::StatusOr<const google::protobuf::Message*> Find(
      const EvidenceRecord& record);
  absl::Status ReadTop(const RecordTraits& traits, const std::string& name);
  absl::Status ReadChildren(const RecordTraits& traits,
                            const std::string& parent);
  void Keep(const std::string& name, RecordMessage record);

  ServerSession& session_;
  const RegistryName& registry_;
  const std::string command_;
  std::map<std::string, RecordMessage> records_;  // By relative name.
  std::set<std::string> retracted_;               // Relative names.
  std::set<std::string> asked_;  // Records, and parents of records.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_PRIOR_VALUES_H_
