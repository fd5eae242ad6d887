// Which version of a registry a read wants.
#ifndef CONSILIUM_STORAGE_REGISTRY_VERSION_H_
#define CONSILIUM_STORAGE_REGISTRY_VERSION_H_

#include <cstdint>
#include <utility>

#include "storage/change/frontier.h"

namespace consilium {

struct Version {
  enum class Kind {
    kLatest,    // Whatever this replica applied last.
    kRevision,  // What this replica had applied at a revision of its own.
    kFrontier,  // A set of changes; means the same on every replica.
  };

  static Version Latest() { return {}; }
  static Version AtRevision(int64_t revision) {
    return {Kind::kRevision, revision, {}};
  }
  static Version AtFrontier(Frontier frontier) {
    return {Kind::kFrontier, 0, std::move(frontier)};
  }

  Kind kind = Kind::kLatest;
  int64_t revision = 0;
  Frontier frontier;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_VERSION_H_
