// Evidence by version, so that pages, queries and reviews of one version do not
// build it again.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_CACHE_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/mutex.h"
#include "server/evidence/evidence.h"
#include "server/evidence/limits.h"

namespace consilium {

// Thread-safe. One caller builds at a time; others that have to build wait as
// long as their callers do.
class EvidenceCache {
 public:
  explicit EvidenceCache(size_t versions_max = kEvidenceVersionsMax,
                         size_t size_max = kEvidenceCacheSizeMax)
      : versions_max_(versions_max), size_max_(size_max) {}

  // As Evidence::Build; `check_alive` is asked while the call waits too.
  absl::StatusOr<std::shared_ptr<const Evidence>> Get(
      absl::string_view registry, const RegistryStore& store, Version version,
      const Evidence::CheckAlive& check_alive);

  // Versions kept.
  size_t size() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Evidence> evidence;
  };

  // The right to build, given back at its end.
  class Building;

  // Waits until nobody builds.
  absl::Status BeginBuilding(const Evidence::CheckAlive& check_alive)
      ABSL_LOCKS_EXCLUDED(mutex_);

  std::list<Entry>::iterator Find(absl::string_view key)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Trim() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t versions_max_;
  const size_t size_max_;
  mutable Mutex mutex_;
  bool building_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // Latest use first.
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_CACHE_H_
