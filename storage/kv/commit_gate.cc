#include "storage/kv/commit_gate.h"

#include <cstdint>

#include "absl/synchronization/mutex.h"

namespace consilium {

CommitGate::Pass::Pass(CommitGate& gate, Partition partition, Passage passage)
    : gate_(gate),
      lane_(static_cast<uint32_t>(partition) % gate.lanes_.size()),
      passage_(passage) {
  Lane& lane = gate_.lanes_[lane_];
  MutexLock lock(lane.mutex);
  if (passage_ == Passage::kShared) {
    lane.mutex.Await(absl::Condition(
        +[](Lane* lane) ABSL_NO_THREAD_SAFETY_ANALYSIS {
          return !lane->alone && lane->alone_waiting == 0;
        },
        &lane));
    ++lane.shared_count;
    return;
  }
  ++lane.alone_waiting;
  lane.mutex.Await(absl::Condition(
      +[](Lane* lane) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        return !lane->alone && lane->shared_count == 0;
      },
      &lane));
  --lane.alone_waiting;
  lane.alone = true;
}

CommitGate::Pass::~Pass() {
  Lane& lane = gate_.lanes_[lane_];
  MutexLock lock(lane.mutex);
  if (passage_ == Passage::kShared) {
    --lane.shared_count;
  } else {
    lane.alone = false;
  }
}

}  // namespace consilium
