#include "server/evidence/evidence_cache.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"

namespace consilium {

class EvidenceCache::Building {
 public:
  explicit Building(EvidenceCache& cache) : cache_(cache) {}
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;
  ~Building() {
    MutexLock lock(cache_.mutex_);
    cache_.building_ = false;
  }

 private:
  EvidenceCache& cache_;
};

absl::Status EvidenceCache::BeginBuilding(
    const Evidence::CheckAlive& check_alive) {
  while (true) {
    {
      MutexLock lock(mutex_);
      const auto is_free = +[](const bool* building) { return !*building; };
      if (mutex_.AwaitWithTimeout(
              absl::Condition(is_free, &std::as_const(building_)),
              kEvidenceWaitInterval)) {
        building_ = true;
        return absl::OkStatus();
      }
    }
    RETURN_IF_ERROR(check_alive());
  }
}

std::list<EvidenceCache::Entry>::iterator EvidenceCache::Find(
    absl::string_view key) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [key](const Entry& entry) { return entry.key == key; });
}

size_t EvidenceCache::size() const {
  MutexLock lock(mutex_);
  return entries_.size();
}

absl::StatusOr<std::shared_ptr<const Evidence>> EvidenceCache::Get(
    absl::string_view registry, const RegistryStore& store, Version version,
    const Evidence::CheckAlive& check_alive) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store.OpenView(version));
  if (view->revision() > 0) version = Version::AtRevision(view->revision());
  ASSIGN_OR_RETURN(const Frontier frontier, view->GetFrontier());
  const std::string key = absl::StrCat(registry, "@", frontier.ToToken());
  {
    MutexLock lock(mutex_);
    const auto found = Find(key);
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
      return entries_.front().evidence;
    }
  }
  // One at a time: evidence is large, and who waits mostly wants the same.
  RETURN_IF_ERROR(BeginBuilding(check_alive));
  const Building building(*this);
  {
    MutexLock lock(mutex_);
    const auto found = Find(key);
    if (found != entries_.end()) return found->evidence;
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const Evidence> evidence,
                   Evidence::Build(store, std::move(version), check_alive));
  MutexLock lock(mutex_);
  entries_.push_front({key, evidence});
  Trim();
  return evidence;
}

void EvidenceCache::Trim() {
  size_t size = 0;
  size_t count = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    size += entry->evidence->SizeBytes();
    if (++count > 1 && (count > versions_max_ || size > size_max_)) {
      size -= entry->evidence->SizeBytes();
      --count;
      entry = entries_.erase(entry);
    } else {
      ++entry;
    }
  }
}

}  // namespace consilium
