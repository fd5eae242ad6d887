// Whether a change may enter the registry: a pure function of its bytes and its
// causal past, the same on every replica.
#ifndef CONSILIUM_STORAGE_REGISTRY_ADMISSION_H_
#define CONSILIUM_STORAGE_REGISTRY_ADMISSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/change.pb.h"
#include "storage/change/change.h"
#include "storage/registry/change_request.h"
#include "storage/registry/registry_head.h"
#include "storage/registry/workspace.h"

namespace consilium {

// A sealed group whose hashes were checked.
struct ParsedGroup {
  ReplicaId replica;
  int64_t first_sequence = 0;
  int64_t last_sequence = 0;
  std::vector<ParsedChange> changes;  // At least one.
  stored::v1::SealedGroup bytes;
};

// Checks the bytes of a group.
//   DATA_LOSS            names what does not fit.
//   FAILED_PRECONDITION  another format version.
absl::StatusOr<ParsedGroup> ParseGroup(stored::v1::SealedGroup bytes);

// Judges `change` as the next one of its replica in `workspace`, which holds
// its whole causal past, and returns that past.
//   INVALID_ARGUMENT  it is inadmissible, with the reason.
absl::StatusOr<std::shared_ptr<const CausalPast>> Admit(
    Workspace& workspace, const ParsedChange& change);

// Where the changes of a replica were first set aside and not applied since.
struct SetAsidePlace {
  int64_t first_sequence = 0;
  std::string replica_key;  // Which later groups of it are sealed with.
};
using SetAsidePlaces = std::map<ReplicaId, SetAsidePlace>;

// Merges groups into a workspace, one after the other.
class GroupMerger {
 public:
  // `blocked` is what earlier batches left set aside. The workspace must
  // outlive the merger.
  GroupMerger(Workspace& workspace, absl::string_view registry_id,
              SetAsidePlaces blocked)
      : workspace_(workspace),
        registry_id_(registry_id),
        blocked_(std::move(blocked)) {}

  // Applies `group`, skips it when it is held, or sets it aside. Only what its
  // author sealed is set aside.
  //   anything else  the batch is to be refused whole.
  absl::Status Merge(const ParsedGroup& group);

  // Skipped and set aside; the workspace knows what was applied.
  int64_t skipped_changes() const { return skipped_changes_; }
  std::vector<GroupSetAside> TakeSetAside() { return std::move(set_aside_); }
  // What is set aside from now on, once the batch is taken.
  SetAsidePlaces TakeBlocked() { return std::move(blocked_); }

 private:
  absl::Status CheckPlace(const ParsedGroup& group, bool& held);
  absl::Status CheckSealed(const ParsedGroup& group) const;
  // The key that `group` is to be sealed with.
  absl::string_view KeyOf(const ParsedGroup& group) const;
  absl::Status CheckDependencies(const ParsedGroup& group) const;
  absl::Status Apply(const ParsedGroup& group);
  // Why the group rests on one that was set aside; OK when it does not.
  absl::Status FindBlocked(const ParsedGroup& group) const;
  absl::Status SetAside(const ParsedGroup& group, const absl::Status& why);

  Workspace& workspace_;
  const std::string registry_id_;
  SetAsidePlaces blocked_;
  std::vector<GroupSetAside> set_aside_;
  int64_t skipped_changes_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_ADMISSION_H_
