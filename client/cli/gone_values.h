// What an earlier import of a sheet gave, and the sheet no longer says: rows
// that were deleted and cells that were emptied since.
#ifndef CONSILIUM_CLIENT_CLI_GONE_VALUES_H_
#define CONSILIUM_CLIENT_CLI_GONE_VALUES_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/api/record_client.h"
#include "client/cli/record_view.h"
#include "client/cli/server_session.h"
#include "client/cli/value_standings.h"
#include "proto/base/field_path.h"
#include "proto/base/resource_name.h"

namespace consilium {

// A record with values that are gone from the sheet.
struct GoneRecord {
  const RecordTraits* traits = nullptr;
  std::string name;      // Relative.
  RecordMessage record;  // As the registry has it.
  bool whole = false;    // Nobody else says anything of it.
  std::string used_by;   // What keeps a whole one: the name of a live record.
  std::set<FieldPath> paths;
  std::vector<RecordChange> values;  // The same, with what stands there.
};

// The paths that an import states, as text, by the relative name of the record.
using StatedPaths = std::map<std::string, std::set<std::string>>;

// One thread. Errors are the server's.
class GoneValues {
 public:
  // For `command`, "import csv". The others must outlive it.
  GoneValues(ServerSession& session, const RegistryName& registry,
             std::string command)
      : session_(session), registry_(registry), command_(std::move(command)) {}

  // Looks for values that only `command` gave, here, from a source whose text
  // has one of `marks` and that `may_replace` knows, and that are not `stated`.
  // Of a record that is no longer stated and has values of others only elements
  // of lists are gone: its name and the like have become everybody's.
  absl::Status Find(const std::vector<std::string>& marks,
                    const MayReplace& may_replace, const StatedPaths& stated);

  // Those found, in the order of the schema and of names; without what stands
  // under a whole one that nothing uses.
  const std::vector<GoneRecord>& records() const { return records_; }

  // Takes back what was found: retracts whole records that nothing uses, with
  // what stands under them, and removes the values of others.
  absl::Status Retract(const v1::ChangeContext& change,
                       const std::string& reason, bool validate_only);

 private:
  absl::StatusOr<std::string> Institution();
  absl::Status RemoveValues(const GoneRecord& gone, RecordWriteOptions write);
  absl::Status Add(const RecordTraits& traits, RecordMessage record,
                   const MayReplace& may_replace, const StatedPaths& stated);
  absl::Status FindUses();
  void LeaveOutChildren();
  absl::StatusOr<std::string> UseOf(const GoneRecord& gone);
  bool IsUsedBy(const GoneRecord& gone, const RecordTraits& traits,
                const google::protobuf::Message& other);

  ServerSession& session_;
  const RegistryName& registry_;
  const std::string command_;
  std::string institution_;
  std::vector<GoneRecord> records_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_GONE_VALUES_H_
