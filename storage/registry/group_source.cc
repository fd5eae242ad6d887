// Sends changes: whole sealed groups, in the order in which they were applied.
#include <algorithm>
#include <limits>

#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/status_macros.h"
#include "storage/registry/registry_store.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

// The revision that applied the first change that `frontier` lacks.
absl::StatusOr<int64_t> FirstRevisionLacking(const RegistryView& view,
                                             const Frontier& frontier) {
  int64_t first = std::numeric_limits<int64_t>::max();
  for (const auto& [id, replica] : view.head().replicas) {
    const int64_t held = frontier.SequenceOf(id);
    if (held >= replica.sequence) continue;
    ASSIGN_OR_RETURN(const ChangeSummary change,
                     view.GetChange({id, held + 1}));
    first = std::min(first, change.revision);
  }
  return first;
}

absl::StatusOr<stored::v1::SealedGroup> ReadGroup(
    const KeyValueSnapshot& snapshot, const stored::v1::RowGroup& row,
    const ReplicaId& replica) {
  stored::v1::SealedGroup group;
  for (int64_t s = row.first_sequence(); s <= row.last_sequence(); ++s) {
    ASSIGN_OR_RETURN(*group.add_changes(), ReadChange(snapshot, {replica, s}));
  }
  group.mutable_seal()->set_signature(row.signature());
  return group;
}

}  // namespace

absl::Status RegistryStore::ListGroupsSince(
    const Frontier& frontier,
    absl::FunctionRef<bool(stored::v1::SealedGroup)> visit) const {
  ASSIGN_OR_RETURN(const auto view, OpenView(Version::Latest()));
  ASSIGN_OR_RETURN(const int64_t first, FirstRevisionLacking(*view, frontier));
  if (first > view->head().revision) return absl::OkStatus();
  const KeyValueSnapshot& snapshot = view->snapshot();
  ScanRange range = PrefixRange(RevisionRowKey::Prefix());
  range.begin = RevisionRowKey::Key(first);
  range.end = RevisionRowKey::Key(view->head().revision + 1);
  const auto it = snapshot.Scan(range);
  for (; it->Valid(); it->Next()) {
    stored::v1::RevisionRow row;
    RETURN_IF_ERROR(DecodeRow(it->key(), it->value(), row));
    for (const stored::v1::RowGroup& in : row.groups()) {
      const auto replica = ReplicaId::FromBytes(in.replica());
      if (!replica) return DamagedRow(it->key());
      if (in.last_sequence() <= frontier.SequenceOf(*replica)) continue;
      ASSIGN_OR_RETURN(stored::v1::SealedGroup group,
                       ReadGroup(snapshot, in, *replica));
      if (!visit(std::move(group))) return absl::OkStatus();
    }
  }
  return it->status();
}

}  // namespace consilium
