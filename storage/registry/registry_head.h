// The newest state of a registry, as every commit publishes it.
#ifndef CONSILIUM_STORAGE_REGISTRY_REGISTRY_HEAD_H_
#define CONSILIUM_STORAGE_REGISTRY_REGISTRY_HEAD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/base/dot.h"
#include "storage/change/frontier.h"
#include "storage/digest/lt_hash.h"

namespace consilium {

// The last sequences of all replicas but the author's in the causal past of a
// change.
using CausalPast = std::map<ReplicaId, int64_t>;

// What is known of one replica.
struct ReplicaHead {
  std::string institution;
  std::string replica_key;
  int64_t sequence = 0;                    // Of its last change held.
  std::string hash;                        // Of that change.
  int64_t clock = 0;                       // Of that change.
  std::shared_ptr<const CausalPast> past;  // Of that change; never null.
};

// Immutable once published, hence thread-safe.
struct RegistryHead {
  struct Count {
    int64_t live = 0;
    int64_t total = 0;
  };

  std::string registry_id;  // 32 bytes.
  std::string name;         // On this server.
  ReplicaId replica;        // That this server writes as.
  std::string institution;  // That runs this server.
  int64_t revision = 0;
  int64_t clock = 0;  // The largest held.
  LtHash content;
  int64_t conflicts = 0;
  int64_t agreements = 0;
  std::map<std::string, Count> counts;  // By collection.
  std::map<ReplicaId, ReplicaHead> replicas;

  Frontier GetFrontier() const {
    Frontier frontier;
    for (const auto& [id, replica] : replicas) {
      if (replica.sequence > 0) {
        frontier.Advance(id, replica.sequence, replica.hash);
      }
    }
    return frontier;
  }

  absl::string_view InstitutionOf(const ReplicaId& id) const {
    const auto it = replicas.find(id);
    return it == replicas.end() ? absl::string_view()
                                : absl::string_view(it->second.institution);
  }
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_REGISTRY_HEAD_H_
