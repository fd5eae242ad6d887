#include "storage/registry/registry_catalog.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/status_macros.h"
#include "storage/registry/errors.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {

absl::StatusOr<std::vector<CatalogEntry>> ReadCatalog(const KeyValueStore& kv) {
  std::vector<CatalogEntry> entries;
  const auto it =
      kv.Scan(kServerPartition, PrefixRange(CatalogRowKey::Prefix()));
  for (; it->Valid(); it->Next()) {
    stored::v1::CatalogRow row;
    RETURN_IF_ERROR(DecodeRow(it->key(), it->value(), row));
    const Partition partition{row.partition()};
    ASSIGN_OR_RETURN(const auto registry,
                     kv.Get(partition, RegistryRowKey::Key()));
    entries.push_back({row.name(), partition, registry.has_value()});
  }
  RETURN_IF_ERROR(it->status());
  return entries;
}

absl::StatusOr<std::unique_ptr<RegistryCatalog>> RegistryCatalog::Open(
    const Dependencies& dependencies, bool new_replicas) {
  auto catalog = absl::WrapUnique(new RegistryCatalog(dependencies));
  RETURN_IF_ERROR(catalog->OpenAll(new_replicas));
  return catalog;
}

absl::Status RegistryCatalog::OpenAll(bool new_replicas) {
  MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const std::vector<CatalogEntry> found,
                   ReadCatalog(dependencies_.kv));
  for (const CatalogEntry& each : found) {
    next_partition_ =
        std::max(next_partition_, static_cast<uint32_t>(each.partition) + 1);
    if (!each.founded) continue;
    RETURN_IF_ERROR(OpenOne(each.name, each.partition, new_replicas));
  }
  return absl::OkStatus();
}

absl::Status RegistryCatalog::OpenOne(const std::string& name,
                                      Partition partition, bool new_replica) {
  ASSIGN_OR_RETURN(const ReplicaId replica,
                   RegistryStore::ReadReplica(dependencies_.kv, partition));
  ASSIGN_OR_RETURN(SigningKey key,
                   new_replica ? dependencies_.replica_keys.Create()
                               : dependencies_.replica_keys.Find(replica));
  Entry entry{std::make_unique<SigningKey>(std::move(key)), nullptr};
  ASSIGN_OR_RETURN(
      entry.store,
      RegistryStore::Open(partition, ForRegistry(*entry.replica_key)));
  entries_.emplace(name, std::move(entry));
  return absl::OkStatus();
}

RegistryDependencies RegistryCatalog::ForRegistry(
    const SigningKey& replica_key) const {
  return {dependencies_.kv,
          dependencies_.rules,
          dependencies_.clock,
          dependencies_.institution,
          dependencies_.institution_key,
          replica_key,
          dependencies_.indexer,
          dependencies_.commit_observer};
}

absl::StatusOr<RegistryStore*> RegistryCatalog::Add(
    absl::string_view name,
    absl::FunctionRef<absl::StatusOr<std::unique_ptr<RegistryStore>>(
        Partition, const RegistryDependencies&)>
        make) {
  const Partition partition{next_partition_++};
  stored::v1::CatalogRow row;
  row.set_name(name.data(), name.size());
  row.set_partition(static_cast<uint32_t>(partition));
  const std::string row_key = CatalogRowKey::Key(name);
  WriteBatch batch;
  batch.Put(row_key, EncodeRow(row_key, row));
  RETURN_IF_ERROR(dependencies_.kv.Commit(kServerPartition, batch));
  ASSIGN_OR_RETURN(SigningKey key, dependencies_.replica_keys.Create());
  Entry entry{std::make_unique<SigningKey>(std::move(key)), nullptr};
  ASSIGN_OR_RETURN(entry.store,
                   make(partition, ForRegistry(*entry.replica_key)));
  return entries_.emplace(name, std::move(entry)).first->second.store.get();
}

absl::StatusOr<RegistryStore*> RegistryCatalog::Found(absl::string_view name,
                                                      ChangeRequest first) {
  MutexLock lock(mutex_);
  if (entries_.contains(name)) return RegistryExists(name);
  return Add(
      name, [&](Partition partition, const RegistryDependencies& dependencies) {
        return RegistryStore::Found(partition, name, std::move(first),
                                    dependencies);
      });
}

absl::StatusOr<RegistryStore*> RegistryCatalog::Join(
    absl::string_view name, const stored::v1::SealedGroup& genesis) {
  MutexLock lock(mutex_);
  const auto it = entries_.find(name);
  if (it != entries_.end()) {
    ASSIGN_OR_RETURN(const ParsedGroup group, ParseGroup(genesis));
    if (RegistryIdOf(group.changes.front().hash()) !=
        it->second.store->head()->registry_id) {
      return RegistryExists(name);
    }
    return it->second.store.get();
  }
  return Add(
      name, [&](Partition partition, const RegistryDependencies& dependencies) {
        return RegistryStore::Join(partition, name, genesis, dependencies);
      });
}

absl::StatusOr<RegistryStore*> RegistryCatalog::Find(
    absl::string_view name) const {
  MutexLock lock(mutex_);
  const auto it = entries_.find(name);
  if (it != entries_.end()) return it->second.store.get();
  std::vector<std::string> names;
  for (const auto& [known, entry] : entries_) names.push_back(known);
  return RegistryNotFound(name, names);
}

std::vector<std::string> RegistryCatalog::Names() const {
  MutexLock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

}  // namespace consilium
