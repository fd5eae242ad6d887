// What a registry tells of its commits to those who measure it.
#ifndef CONSILIUM_STORAGE_REGISTRY_COMMIT_OBSERVER_H_
#define CONSILIUM_STORAGE_REGISTRY_COMMIT_OBSERVER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace consilium {

// One durable commit.
struct CommitReport {
  enum class Kind { kLocal, kMerge };

  absl::string_view registry;  // Its name on this server.
  Kind kind = Kind::kLocal;
  int64_t change_count = 0;
  // From taking the changes up until they were durable; waiting before that,
  // in the queue, is not in it.
  absl::Duration duration;
};

// Thread-safe.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;

  // Called on the writing thread, before the callers are answered. Must
  // not block.
  virtual void OnCommit(const CommitReport& report) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_COMMIT_OBSERVER_H_
