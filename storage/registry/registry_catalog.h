// The registries of one server: which there are, and in which partition.
//
// Thread-safe. Owns the stores.
#ifndef CONSILIUM_STORAGE_REGISTRY_REGISTRY_CATALOG_H_
#define CONSILIUM_STORAGE_REGISTRY_REGISTRY_CATALOG_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/clock.h"
#include "proto/base/mutex.h"
#include "storage/change/signing_key.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/change_request.h"
#include "storage/registry/commit_observer.h"
#include "storage/registry/record_indexer.h"
#include "storage/registry/record_rules.h"
#include "storage/registry/registry_store.h"

namespace consilium {

// Where the keys of replicas are kept. Thread-safe.
class ReplicaKeyStore {
 public:
  virtual ~ReplicaKeyStore() = default;
  // Makes and durably keeps a key for a new replica.
  virtual absl::StatusOr<SigningKey> Create() = 0;
  // NOT_FOUND when it is not kept here.
  virtual absl::StatusOr<SigningKey> Find(const ReplicaId& replica) const = 0;
};

// Where a store keeps one registry.
struct CatalogEntry {
  std::string name;
  Partition partition = kServerPartition;
  bool founded = true;  // False when founding it was cut short.
};

// The registries in a store, ascending by name.
//   DATA_LOSS  a row is damaged.
absl::StatusOr<std::vector<CatalogEntry>> ReadCatalog(const KeyValueStore& kv);

class RegistryCatalog {
 public:
  struct Dependencies {
    KeyValueStore& kv;
    const RecordRules& rules;
    Clock& clock;
    ReplicaKeyStore& replica_keys;
    std::string institution;
    const SigningKey& institution_key;
    const RecordIndexer* indexer = nullptr;     // Null: nothing is indexed.
    CommitObserver* commit_observer = nullptr;  // May be null.
  };

  // Opens every registry. With `new_replicas`, each gets a new replica id and
  // key first: the data was copied or restored.
  static absl::StatusOr<std::unique_ptr<RegistryCatalog>> Open(
      const Dependencies& dependencies, bool new_replicas = false);

  // Founds a registry.
  //   ALREADY_EXISTS  the name is taken on this server.
  absl::StatusOr<RegistryStore*> Found(absl::string_view name,
                                       ChangeRequest first);

  // Opens a replica of a registry founded elsewhere. Again, with the same
  // genesis, does nothing.
  //   ALREADY_EXISTS  the name is another registry's here.
  absl::StatusOr<RegistryStore*> Join(absl::string_view name,
                                      const stored::v1::SealedGroup& genesis);

  // NOT_FOUND names the registries that there are.
  absl::StatusOr<RegistryStore*> Find(absl::string_view name) const;

  // Ascending.
  std::vector<std::string> Names() const;

 private:
  struct Entry {
    std::unique_ptr<SigningKey> replica_key;  // Outlives the store.
    std::unique_ptr<RegistryStore> store;
  };

  explicit RegistryCatalog(const Dependencies& dependencies)
      : dependencies_(dependencies) {}

  RegistryDependencies ForRegistry(const SigningKey& replica_key) const;
  absl::Status OpenAll(bool new_replicas);
  absl::Status OpenOne(const std::string& name, Partition partition,
                       bool new_replica) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Reserves a partition, makes a key, and keeps the store that `make` makes.
  // Holds the lock across the disk: registries are made rarely, one by one.
  absl::StatusOr<RegistryStore*> Add(
      absl::string_view name,
      absl::FunctionRef<absl::StatusOr<std::unique_ptr<RegistryStore>>(
          Partition, const RegistryDependencies&)>
          make) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Dependencies dependencies_;
  mutable Mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_ ABSL_GUARDED_BY(mutex_);
  uint32_t next_partition_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_REGISTRY_CATALOG_H_
