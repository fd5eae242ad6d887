// What must be true of a record that somebody edits on this server: the rules
// of its schema, and that what it refers to is there.
#ifndef CONSILIUM_SERVER_RPC_REGISTRY_RULES_H_
#define CONSILIUM_SERVER_RPC_REGISTRY_RULES_H_

#include "storage/registry/record_rules.h"

namespace consilium {

// Thread-safe.
class RegistryRules final : public RecordRules {
 public:
  //   INVALID_ARGUMENT  names every field at fault and, as metadata "record",
  //                     the record.
  absl::Status Check(absl::string_view name, absl::Span<const int32_t> fields,
                     ReadValues after, ReadValues before,
                     const RecordLookup& lookup) const override;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_REGISTRY_RULES_H_
