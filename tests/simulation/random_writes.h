// Changes such as people make, at random, over few records and few values, so
// that they meet often.
#ifndef CONSILIUM_TESTS_SIMULATION_RANDOM_WRITES_H_
#define CONSILIUM_TESTS_SIMULATION_RANDOM_WRITES_H_

#include <random>

#include "storage/registry/change_request.h"
#include "storage/registry/registry_store.h"

namespace consilium {

// The change that founds a registry.
ChangeRequest FoundingRequest();

// A change of any sort that somebody might ask `store` for: statements in
// every mode, with and without etag and pruning, of known and of unknown
// fields and kinds; retraction, restoration, adjudication. It may be refused.
ChangeRequest RandomRequest(const RegistryStore& store,
                            std::mt19937_64& random);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SIMULATION_RANDOM_WRITES_H_
