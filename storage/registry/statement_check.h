// Proves that the rows which are read say what the changes say that they come
// from: the digest covers commitments alone, and a value that was altered where
// it lies would go by it.
#ifndef CONSILIUM_STORAGE_REGISTRY_STATEMENT_CHECK_H_
#define CONSILIUM_STORAGE_REGISTRY_STATEMENT_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/registry/registry_view.h"
#include "storage/registry/snapshot.h"

namespace consilium {

// Where a row and a change differ. `record` and `path` are empty where the
// change itself is damaged.
struct StatementDifference {
  std::string record;  // Relative to the registry.
  std::string path;
  Dot change;
  std::string what;

  // For people: `title of "trials/x": its value is not ... change ...`.
  std::string ToString() const;
};

// How many differences FindDifferences names at most.
inline constexpr size_t kDifferencesMax = 20;

// Compares every assignment that the version of `view` holds, visible or
// superseded, as record and history rows have it with the change that states
// it, and the other way round; and the changes with each other, up to the
// hashes of the version's frontier. Takes time that is linear in the data, and
// the memory of one change and one record; only to find what differs it looks
// longer.
//   DATA_LOSS  a row is damaged; the message names it.
absl::StatusOr<std::vector<StatementDifference>> FindDifferences(
    const RegistryView& view, CheckAlive check_alive);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_STATEMENT_CHECK_H_
