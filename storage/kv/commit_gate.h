// Orders commits so that a guard still holds when its batch takes effect.
#ifndef CONSILIUM_STORAGE_KV_COMMIT_GATE_H_
#define CONSILIUM_STORAGE_KV_COMMIT_GATE_H_

#include <array>
#include <cstddef>

#include "absl/base/thread_annotations.h"
#include "proto/base/mutex.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

// Any number of commits without a guard pass a partition's gate together, and
// the database syncs them as one; a commit with a guard passes alone, from
// reading the guarded row to the end of its write. Partitions may share a gate.
//
// Thread-safe.
class CommitGate {
 public:
  enum class Passage { kShared, kAlone };

  // Passes the gate of `partition` for the life of this object, waiting for
  // its turn. Not a lock in the sense of our lock order: it is held across the
  // write to disk, on purpose.
  class Pass {
   public:
    Pass(CommitGate& gate, Partition partition, Passage passage);
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    CommitGate& gate_;
    const size_t lane_;
    const Passage passage_;
  };

 private:
  struct Lane {
    Mutex mutex;
    int shared_count ABSL_GUARDED_BY(mutex) = 0;
    bool alone ABSL_GUARDED_BY(mutex) = false;
    // New commits let those that wait to pass alone go first.
    int alone_waiting ABSL_GUARDED_BY(mutex) = 0;
  };

  std::array<Lane, 32> lanes_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_COMMIT_GATE_H_
