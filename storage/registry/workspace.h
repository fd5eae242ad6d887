// The state that a commit in progress leaves: committed rows, and over them
// what its changes did. Becomes one batch of rows, or is dropped.
//
// One thread. DATA_LOSS from any call: a row is damaged; the message names it.
#ifndef CONSILIUM_STORAGE_REGISTRY_WORKSPACE_H_
#define CONSILIUM_STORAGE_REGISTRY_WORKSPACE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consilium/stored/v1/rows.pb.h"
#include "storage/change/change.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/causal_past.h"
#include "storage/registry/recent_records.h"
#include "storage/registry/record_indexer.h"
#include "storage/registry/registry_head.h"
#include "storage/registry/row_codec.h"

namespace consilium {

class Workspace {
 public:
  // Over the rows of a registry, at `base`; becomes revision base.revision + 1.
  // `recent` has records as `base` does. All must outlive the workspace.
  // `indexer` may be null. `memory`, an empty batch, lends its memory to the
  // rows of the commit.
  Workspace(const KeyValueSnapshot& kv, const RegistryHead& base,
            const RecentRecords& recent, const RecordIndexer* indexer,
            WriteBatch memory);

  // Over another workspace. What is done here stays apart until that one
  // absorbs it, and is dropped when it does not; until then nothing is to be
  // done there.
  explicit Workspace(Workspace& parent);

  ~Workspace();

  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  int64_t revision() const { return base_.revision + 1; }
  const RegistryHead& base() const { return base_; }

  // Reads the rows of `names` at once: faster than one by one, later.
  absl::Status Preload(absl::Span<const std::string> names);

  // The record; one without visible assignments when it does not exist. The
  // pointer lives until the workspace is absorbed.
  absl::StatusOr<const StoredRecord*> Load(absl::string_view name);

  // Whether the record reads as retracted, its descendants considered.
  absl::StatusOr<bool> IsRetracted(absl::string_view name);

  // Whether it exists and is not retracted.
  absl::StatusOr<bool> IsLive(absl::string_view name);

  // The names of the existing records below `name`, in no certain order.
  absl::StatusOr<std::vector<std::string>> Descendants(absl::string_view name);

  // The replica, or null when none of its changes is held.
  const ReplicaHead* FindReplica(const ReplicaId& replica) const;

  // Institution of a replica whose changes are held; "" for others.
  absl::string_view InstitutionOf(const ReplicaId& replica) const;

  // Hash and logical clock of a change that is held.
  struct ChangeFacts {
    std::string hash;
    int64_t clock = 0;
  };
  absl::StatusOr<ChangeFacts> FactsOf(const Dot& dot) const;

  // Causal past of a change that is held.
  absl::StatusOr<std::shared_ptr<const CausalPast>> PastOf(
      const Dot& dot) const;

  // The largest logical clock held.
  int64_t clock() const;

  // Applies a change that was admitted, with its causal past and the place it
  // has in its group.
  //   INVALID_ARGUMENT  it supersedes what never was; the workspace is then to
  //                     be dropped.
  absl::Status Apply(const ParsedChange& change,
                     const stored::v1::Change& bytes,
                     std::shared_ptr<const CausalPast> past, int group_index);

  // Notes a sealed group whose changes were applied.
  void AddGroup(const ReplicaId& replica, int64_t first_sequence,
                int64_t last_sequence, absl::string_view signature);

  // Adds a row of a kind that the workspace does not know.
  void PutRow(absl::string_view key, absl::string_view value) {
    rows_.Put(key, value);
  }

  // The rows so far, when no change was applied; in the place of Finish.
  WriteBatch TakeRows() { return std::move(own_rows_); }

  // Takes over what was done in `fork`, a workspace over this one.
  void Absorb(Workspace&& fork);

  bool empty() const { return groups_.empty(); }
  int64_t applied_changes() const { return applied_changes_; }
  int64_t touched_records() const { return touched_records_; }

  // The rows of the commit, guarded by the head row it was built upon, the
  // head that they make, and every record that reads anew. Call once, on a
  // workspace that is no fork.
  struct Result {
    WriteBatch batch;
    std::shared_ptr<const RegistryHead> head;
    std::shared_ptr<const CommittedRecords> records;
  };
  absl::StatusOr<Result> Finish(absl::Time received_time);

 private:
  struct Entry {
    StoredRecord record;
    bool dirty = false;
    std::set<FieldPath> concurrent;  // Paths newly seen so.
    std::string row;                 // Set by EncodeRecords.
  };
  using NamedEntry = std::pair<const std::string, Entry>;
  using HistoryKey = std::string;  // A row key.

  absl::StatusOr<Entry*> LoadEntry(absl::string_view name);
  void PutChangeRows(const ParsedChange& change,
                     const stored::v1::Change& bytes, int group_index);
  absl::Status ApplyRecord(const ParsedChange& change,
                           const ParsedRecord& record);
  absl::Status ApplyAssignment(const ParsedChange& change,
                               const ParsedRecord& record,
                               const ParsedAssignment& assignment,
                               Entry& entry);
  absl::StatusOr<SupersededAssignment*> LoadHistory(const HistoryKey& key);
  absl::StatusOr<bool> HasLiveDescendant(absl::string_view name);

  // Parts of Finish.
  absl::Status MarkAncestors();
  absl::Status JudgeRecord(const std::string& name, Entry& entry,
                           RegistryHead& head);
  void EncodeRecords(absl::Span<NamedEntry* const> records, LtHash& content);
  absl::Status FinishConcurrency(const std::string& name, Entry& entry,
                                 RegistryHead& head);
  void FinishReplicas(RegistryHead& head);
  void FinishHead(RegistryHead& head, absl::Time received_time);

  const KeyValueSnapshot& kv_;
  const RegistryHead& base_;
  const RecentRecords& recent_;
  const RecordIndexer* const indexer_;
  Workspace* const parent_;  // Null at the root.

  std::map<std::string, Entry, std::less<>> records_;
  std::map<HistoryKey, SupersededAssignment> history_;
  std::map<ReplicaId, ReplicaHead> replicas_;
  absl::flat_hash_map<Dot, ChangeFacts> fresh_changes_;
  std::map<Dot, std::shared_ptr<const CausalPast>> fresh_pasts_;
  std::vector<stored::v1::RowGroup> groups_;
  WriteBatch own_rows_;  // Of the root.
  WriteBatch& rows_;     // The root's, with those of this workspace at the end.
  const WriteBatch::Mark begin_;  // Of the rows of this workspace.
  bool absorbed_ = false;
  int64_t clock_ = 0;
  int64_t applied_changes_ = 0;
  int64_t touched_records_ = 0;
};

// The name of the record that `name` lies under; empty at the top.
absl::string_view ParentOf(absl::string_view name);

// The values of the head row and of the registry row.
std::string EncodeHeadRow(const RegistryHead& head);
std::string EncodeRegistryRow(const RegistryHead& head);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_WORKSPACE_H_
