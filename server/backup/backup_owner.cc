#include "server/backup/backup_owner.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "proto/base/status_macros.h"
#include "storage/registry/registry_catalog.h"
#include "storage/registry/registry_store.h"

namespace consilium {

absl::StatusOr<BackupOwner> BackupOwner::Of(std::string institution,
                                            const KeyValueStore& store) {
  ASSIGN_OR_RETURN(const std::vector<CatalogEntry> entries, ReadCatalog(store));
  absl::flat_hash_set<std::string> replicas;
  for (const CatalogEntry& entry : entries) {
    if (!entry.founded) continue;
    ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                     RegistryStore::OpenStoredView(store, entry.partition));
    replicas.insert(view->head().replica.ToHex());
  }
  return BackupOwner(std::move(institution), std::move(replicas));
}

bool BackupOwner::Made(const stored::v1::BackupManifest& manifest) const {
  if (manifest.institution() != institution_) return false;
  if (manifest.registries().empty()) return true;
  return std::any_of(manifest.registries().begin(), manifest.registries().end(),
                     [this](const stored::v1::BackupRegistry& registry) {
                       return replicas_.contains(registry.replica());
                     });
}

}  // namespace consilium
