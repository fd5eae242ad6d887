#include "server/institution_key.h"

#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/registry/registry_catalog.h"
#include "storage/registry/registry_store.h"

namespace consilium {
namespace {

// The key that certified a replica that has written.
absl::StatusOr<std::string> CertifyingKey(const RegistryView& view,
                                          const ReplicaId& replica) {
  ASSIGN_OR_RETURN(const ChangeSummary first, view.GetChange({replica, 1}));
  return first.header.opening().institution_key();
}

// The keys that the institution's may be; empty when none is known. What the
// own replica was certified with decides: anybody may call a replica by the
// institution's name.
absl::StatusOr<std::vector<std::string>> KnownKeys(const RegistryView& view) {
  const RegistryHead& head = view.head();
  std::vector<std::string> keys;
  const auto own = head.replicas.find(head.replica);
  if (own != head.replicas.end() && own->second.sequence > 0) {
    ASSIGN_OR_RETURN(keys.emplace_back(), CertifyingKey(view, head.replica));
    return keys;
  }
  for (const auto& [id, replica] : head.replicas) {
    if (replica.institution != head.institution || replica.sequence == 0) {
      continue;
    }
    ASSIGN_OR_RETURN(keys.emplace_back(), CertifyingKey(view, id));
  }
  return keys;
}

std::string ShortHex(absl::string_view key) {
  return absl::BytesToHexString(key.substr(0, 8));
}

// Until `check` says other than OK.
absl::Status ForEachRegistry(
    const KeyValueStore& store,
    absl::FunctionRef<absl::Status(const RegistryView&)> check) {
  ASSIGN_OR_RETURN(const std::vector<CatalogEntry> entries, ReadCatalog(store));
  for (const CatalogEntry& entry : entries) {
    if (!entry.founded) continue;
    ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                     RegistryStore::OpenStoredView(store, entry.partition));
    RETURN_IF_ERROR(check(*view));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckInstitutionKey(const RegistryView& view,
                                 absl::string_view public_key,
                                 const std::string& file) {
  ASSIGN_OR_RETURN(const std::vector<std::string> known, KnownKeys(view));
  for (const std::string& key : known) {
    if (key == public_key) return absl::OkStatus();
  }
  if (known.empty()) return absl::OkStatus();
  const RegistryHead& head = view.head();
  return MakeError(
      absl::StatusCode::kDataLoss, "KEY_OF_OTHER_INSTITUTION",
      absl::StrCat(file, " is not the key of institution ", head.institution,
                   ": its public key begins with ", ShortHex(public_key),
                   ", and that which certified the institution in registry ",
                   head.name, " with ", ShortHex(known.front()),
                   "; put the right key back"),
      {{"path", file}, {"registry", head.name}});
}

absl::Status CheckInstitutionKey(const KeyValueStore& store,
                                 absl::string_view public_key,
                                 const std::string& file) {
  return ForEachRegistry(store, [&](const RegistryView& view) {
    return CheckInstitutionKey(view, public_key, file);
  });
}

absl::Status CheckInstitutionId(const RegistryView& view,
                                absl::string_view institution,
                                const std::string& file) {
  const RegistryHead& head = view.head();
  if (head.institution == institution) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "INSTITUTION_CHANGED",
      absl::StrCat("registry ", head.name, " was written by institution ",
                   head.institution, ", and ", file, " names ", institution,
                   "; put ", head.institution, " back"),
      {{"path", file}, {"registry", head.name}});
}

absl::Status CheckInstitutionId(const KeyValueStore& store,
                                absl::string_view institution,
                                const std::string& file) {
  return ForEachRegistry(store, [&](const RegistryView& view) {
    return CheckInstitutionId(view, institution, file);
  });
}

}  // namespace consilium
