#include "server/backup/store_content.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/backup/errors.h"
#include "server/backup/limits.h"
#include "storage/kv/rocksdb_store.h"
#include "storage/registry/content_check.h"
#include "storage/registry/registry_catalog.h"
#include "storage/registry/registry_store.h"

namespace consilium {
namespace {

using stored::v1::BackupRegistry;

int64_t TotalRecords(const RegistryHead& head) {
  int64_t total = 0;
  for (const auto& [collection, count] : head.counts) total += count.total;
  return total;
}

BackupRegistry Describe(const RegistryHead& head) {
  BackupRegistry registry;
  registry.set_registry(head.name);
  registry.set_registry_hash(absl::BytesToHexString(head.registry_id));
  registry.set_replica(head.replica.ToHex());
  registry.set_revision(head.revision);
  registry.set_frontier(head.GetFrontier().ToToken());
  int64_t changes = 0;
  for (const auto& [id, replica] : head.replicas) changes += replica.sequence;
  registry.set_change_count(changes);
  registry.set_digest(absl::BytesToHexString(head.content.Digest()));
  return registry;
}

}  // namespace

absl::StatusOr<std::vector<BackupRegistry>> ReadStoreContent(
    const std::string& directory, const BackupWork& work) {
  RocksdbStoreOptions options;
  options.block_cache_size_bytes = kScratchCacheSize;
  options.merge_files = false;
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksdbStore> store,
                   RocksdbStore::Open(directory, options));
  ASSIGN_OR_RETURN(const std::vector<CatalogEntry> entries,
                   ReadCatalog(*store));
  std::vector<BackupRegistry> found;
  for (const CatalogEntry& entry : entries) {
    if (!entry.founded) continue;
    RETURN_IF_ERROR(work.check_alive());
    ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                     RegistryStore::OpenStoredView(*store, entry.partition));
    const int64_t total = TotalRecords(view->head());
    int64_t seen = 0;
    BackupRegistry registry = Describe(view->head());
    ASSIGN_OR_RETURN(const int64_t records, CheckContent(*view, [&] {
                       work.on_progress(v1::BackupProgress::STAGE_DIGESTING,
                                        seen += kContentCheckInterval, total);
                       return work.check_alive();
                     }));
    registry.set_record_count(records);
    found.push_back(std::move(registry));
  }
  return found;
}

absl::Status CompareContent(const std::string& path,
                            const std::vector<BackupRegistry>& stated,
                            const std::vector<BackupRegistry>& found) {
  if (stated.size() != found.size()) {
    return BackupDamaged(path, "store",
                         absl::StrCat("holds ", found.size(),
                                      " registries, and the manifest "
                                      "states ",
                                      stated.size()));
  }
  for (size_t i = 0; i < stated.size(); ++i) {
    if (stated[i].SerializeAsString() == found[i].SerializeAsString()) continue;
    return BackupDamaged(
        path, "store",
        absl::StrCat("holds registry ", found[i].registry(), " at revision ",
                     found[i].revision(), " with digest ", found[i].digest(),
                     ", and the manifest states ", stated[i].registry(),
                     " at revision ", stated[i].revision(), " with digest ",
                     stated[i].digest()));
  }
  return absl::OkStatus();
}

}  // namespace consilium
