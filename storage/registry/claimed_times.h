// When authors say that they made their changes. Reads of records want to know
// it of the same changes again and again, and each would cost the read of a
// row.
//
// Thread-safe.
#ifndef CONSILIUM_STORAGE_REGISTRY_CLAIMED_TIMES_H_
#define CONSILIUM_STORAGE_REGISTRY_CLAIMED_TIMES_H_

#include <array>
#include <cstddef>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/time/time.h"
#include "proto/base/dot.h"
#include "proto/base/mutex.h"
#include "storage/registry/limits.h"

namespace consilium {

class ClaimedTimes {
 public:
  // The time of the change, when it is known.
  std::optional<absl::Time> Find(const Dot& dot) const {
    const Shard& shard = shards_[ShardOf(dot)];
    MutexLock lock(shard.mutex);
    const auto found = shard.times.find(dot);
    if (found == shard.times.end()) return std::nullopt;
    return found->second;
  }

  // Notes the time of a change that is held: it never changes again.
  void Put(const Dot& dot, absl::Time time) {
    Shard& shard = shards_[ShardOf(dot)];
    MutexLock lock(shard.mutex);
    if (shard.times.size() >= kClaimedTimesMax / kShardCount) {
      shard.times.clear();
    }
    shard.times.emplace(dot, time);
  }

 private:
  static constexpr size_t kShardCount = 16;

  struct Shard {
    mutable Mutex mutex;
    absl::flat_hash_map<Dot, absl::Time> times ABSL_GUARDED_BY(mutex);
  };

  static size_t ShardOf(const Dot& dot) {
    return (absl::Hash<Dot>()(dot) >> 48) % kShardCount;
  }

  std::array<Shard, kShardCount> shards_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_CLAIMED_TIMES_H_
