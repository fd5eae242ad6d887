// The wire form of one step of a sync: a GroupList in one Zstandard frame that
// declares its size and ends in a checksum.
//
// A batch holds whole groups, as many as fit into kBatchSizeMax, or one group
// of up to kGroupSizeMax. Sizes are those of encoded groups, uncompressed.
#ifndef CONSILIUM_STORAGE_CHANGE_BATCH_H_
#define CONSILIUM_STORAGE_CHANGE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/change.pb.h"

namespace consilium {

// Collects groups, encoded, until the next one would make the batch too large.
// One thread. Reusable after Finish.
class BatchBuilder {
 public:
  // Whether the batch stays within its limits with one more group of
  // `group_size` bytes. An empty batch takes any group.
  bool HasRoomFor(size_t group_size) const;

  // Adds an encoded SealedGroup.
  //   INVALID_ARGUMENT  (BATCH_OVER_LIMIT) HasRoomFor its size does not hold,
  //                     or the group breaks a limit of its own.
  //   DATA_LOSS         (BATCH_DAMAGED) it does not parse.
  absl::Status Add(absl::string_view encoded_group);

  bool empty() const { return group_list_.empty(); }

  // Of the GroupList, uncompressed.
  size_t size_bytes() const { return group_list_.size(); }

  // The payload of all that was added since the last Finish.
  std::string Finish();

 private:
  std::string group_list_;
  size_t group_size_sum_ = 0;
};

// The payload of `groups`.
//   INVALID_ARGUMENT  (BATCH_OVER_LIMIT) they are no single batch.
absl::StatusOr<std::string> EncodeBatch(const stored::v1::GroupList& groups);

// The groups of `payload`, at least one. Claims no more memory than the limits
// allow, whatever the payload declares or holds.
//   DATA_LOSS         (BATCH_DAMAGED) bytes were changed, lost or added.
//   INVALID_ARGUMENT  (BATCH_OVER_LIMIT) names the limit that it breaks.
absl::StatusOr<stored::v1::GroupList> DecodeBatch(absl::string_view payload);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_BATCH_H_
