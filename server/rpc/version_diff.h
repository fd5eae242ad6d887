// What differs between two versions of a record.
#ifndef CONSILIUM_SERVER_RPC_VERSION_DIFF_H_
#define CONSILIUM_SERVER_RPC_VERSION_DIFF_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/change_service.pb.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// Compares the record `name` (relative) as `before` and `after` show it. False
// when it reads the same; what differs but for its name goes to `difference`.
absl::StatusOr<bool> CompareRecord(const RegistryView& before,
                                   const RegistryView& after,
                                   absl::string_view name,
                                   v1::RecordDifference& difference);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_VERSION_DIFF_H_
