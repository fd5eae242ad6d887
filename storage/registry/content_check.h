// Recomputes what is kept about the content of a registry.
#ifndef CONSILIUM_STORAGE_REGISTRY_CONTENT_CHECK_H_
#define CONSILIUM_STORAGE_REGISTRY_CONTENT_CHECK_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "storage/registry/registry_view.h"
#include "storage/registry/snapshot.h"

namespace consilium {

// How many records CheckContent reads between two looks at `check_alive`.
inline constexpr int64_t kContentCheckInterval = 256;

// Hashes every record at the version of `view` anew, and compares with the
// hash that is kept with it; adds them up, and compares with the digest that
// is kept; and compares every value and source with the change that states it
// (statement_check.h). Returns how many records there are, retracted ones
// included.
//   DATA_LOSS  RECORD_HASH_MISMATCH, DIGEST_MISMATCH, VALUES_DIFFER, or a row
//              is damaged; names what differs.
absl::StatusOr<int64_t> CheckContent(const RegistryView& view,
                                     CheckAlive check_alive);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_CONTENT_CHECK_H_
