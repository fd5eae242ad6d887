#include "server/rpc/registry_rules.h"

#include <memory>
#include <vector>

#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/rpc/errors.h"
#include "server/rpc/record_input.h"

namespace consilium {

absl::Status RegistryRules::Check(absl::string_view name,
                                  absl::Span<const FieldValue> after,
                                  const RecordLookup& lookup) const {
  ASSIGN_OR_RETURN(const RecordName record_name, RecordName::Parse(name));
  const RecordTraits& traits = *record_name.traits();
  // A value that this release cannot read came from elsewhere; whoever can read
  // it has checked it.
  std::vector<FieldPath> unreadable;
  ASSIGN_OR_RETURN(
      const std::unique_ptr<google::protobuf::Message> record,
      AssembleMessage(after, traits, Sources::kInclude, &unreadable));
  std::vector<FieldViolation> violations = Validate(*record);
  RETURN_IF_ERROR(CheckReferences(
      *record, record_name, "",
      [&](absl::string_view wanted) { return lookup.IsLive(wanted); },
      violations));
  if (violations.empty()) return absl::OkStatus();
  return AboutRecord(InvalidFields(violations), name);
}

}  // namespace consilium
