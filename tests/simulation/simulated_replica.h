// One server's replica in a simulation: a store over rows in memory, that is
// closed, opened, copied and restored like a real one.
#ifndef CONSILIUM_TESTS_SIMULATION_SIMULATED_REPLICA_H_
#define CONSILIUM_TESTS_SIMULATION_SIMULATED_REPLICA_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "storage/kv/memory_store.h"
#include "storage/registry/registry_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/store_endpoint.h"

namespace consilium {

// One thread, but for the store's own.
class SimulatedReplica {
 public:
  // Keys follow from `name` and `seed`.
  SimulatedReplica(std::string name, std::string institution, uint64_t seed);

  absl::Status Found(ChangeRequest first);
  absl::Status Join(const stored::v1::SealedGroup& genesis);

  // Closes the store and opens it again over the same rows.
  absl::Status Restart();

  // Keeps a copy of the rows, and goes back to it as a new replica.
  void BackUp();
  bool has_backup() const { return backup_ != nullptr; }
  absl::Status Restore();

  const std::string& name() const { return name_; }
  RegistryStore& store() { return *store_; }
  SyncEndpoint& endpoint() { return endpoint_; }
  FakeClock& clock() { return clock_; }
  const SigningKey& replica_key() const { return *replica_key_; }

 private:
  RegistryDependencies Dependencies();
  void NewReplicaKey();

  const std::string name_;
  const std::string institution_;
  const uint64_t seed_;
  int incarnation_ = 0;
  std::unique_ptr<MemoryStore> rows_ = std::make_unique<MemoryStore>();
  std::unique_ptr<MemoryStore> backup_;
  FakeClock clock_;
  NoRecordRules rules_;
  SigningKey institution_key_;
  std::unique_ptr<SigningKey> replica_key_;
  std::unique_ptr<RegistryStore> store_;
  StoreEndpoint endpoint_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SIMULATION_SIMULATED_REPLICA_H_
