// Compares what a store says of a registry with what the naive reference says.
#ifndef CONSILIUM_TESTS_SIMULATION_COMPARISON_H_
#define CONSILIUM_TESTS_SIMULATION_COMPARISON_H_

#include "storage/registry/registry_store.h"
#include "tests/simulation/known_changes.h"

namespace consilium {

// Every record, path, flag, list and digest at `version`. Adds GoogleTest
// failures.
void CompareAt(const RegistryStore& store, const Version& version,
               const KnownChanges& known);

// The same at the latest version, and the counts that the head keeps.
void CompareLatest(const RegistryStore& store, const KnownChanges& known);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SIMULATION_COMPARISON_H_
