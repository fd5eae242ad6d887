// A registry as it is or was at one version.
#ifndef CONSILIUM_STORAGE_REGISTRY_REGISTRY_VIEW_H_
#define CONSILIUM_STORAGE_REGISTRY_REGISTRY_VIEW_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"
#include "proto/base/record_codec.h"
#include "storage/change/frontier.h"
#include "storage/digest/lt_hash.h"
#include "storage/kv/key_value_store.h"
#include "storage/merge/path_view.h"
#include "storage/merge/record_state.h"
#include "storage/registry/claimed_times.h"
#include "storage/registry/recent_records.h"
#include "storage/registry/registry_head.h"
#include "storage/registry/row_codec.h"
#include "storage/registry/version.h"

namespace consilium {

// When the header's author says to have made the change.
absl::Time ClaimedTimeOf(const stored::v1::ChangeHeader& header);

// The etag of a record with this element: a strong one, in quotes.
std::string EtagOf(absl::string_view element);

// One record at the version of its view.
struct RecordView {
  std::string name;
  RecordState state;
  // Hash of the record's element, 32 bytes.
  std::string element;
  bool retracted = false;
  // Retracted by one side and live by another, or by a child.
  bool lifecycle_conflict = false;
  // Whether any path ever had concurrent values, or the record was ever
  // retracted, in whatever version.
  bool ever_concurrent = false;
  // Revision of this replica's first change of the record, also in a view of a
  // version before it.
  int64_t first_revision = 0;
  // Revision of the last change of the record that the version holds.
  int64_t last_revision = 0;

  // Names what was read: any change of the record changes it.
  std::string Etag() const;
};

// A path that has seen concurrent assignments.
struct ConcurrentPath {
  std::string name;
  FieldPath path;
  std::vector<Assignment> siblings;  // Ascending by dot.
  bool conflict = false;
  bool agreement = false;
  size_t provisional = 0;  // Index into `siblings`.
};

// A change, without its body.
struct ChangeSummary {
  Dot dot;
  std::string hash;
  stored::v1::ChangeHeader header;
  int64_t revision = 0;
  absl::Time received_time;
  std::string institution;
};

// One assignment in the history of a record.
struct HistoryEntry {
  Assignment assignment;
  std::vector<Superseder> superseders;  // Empty while visible.
  bool visible = false;                 // At the version of the view.
};

// Of a reader who waits for an answer whatever it takes.
inline absl::Status StaysAlive() { return absl::OkStatus(); }

// One thread. Holds resources of the store: use it for seconds, and resume
// long lists by name in a new view of the same version.
//
// DATA_LOSS from any call: a row is damaged; the message names it.
class RegistryView {
 public:
  // `claimed_times` of changes may be known already, and are noted.
  RegistryView(std::shared_ptr<const RegistryHead> head,
               std::unique_ptr<KeyValueSnapshot> snapshot, Version version,
               std::shared_ptr<ClaimedTimes> claimed_times);

  // Takes the records of a commit as that left them, instead of reading them.
  // The view must be of the commit's revision.
  void Use(std::shared_ptr<const CommittedRecords> records) {
    committed_ = std::move(records);
  }

  const RegistryHead& head() const { return *head_; }
  const Version& version() const { return version_; }

  // The version as a revision of this replica: later pages read there. 0 when
  // the version is a frontier.
  int64_t revision() const;

  // The version as a frontier. Cost: the commits since.
  absl::StatusOr<Frontier> GetFrontier() const;

  // The record, retracted or not; nullopt when no change of the version
  // assigns it.
  absl::StatusOr<std::optional<RecordView>> Get(absl::string_view name) const;

  // Visits the records of `collection` ("trials", "trials/arms") in the order
  // of their names, after the name `after`, below the record `parent` unless
  // that is empty, retracted ones included. Stops when `visit` returns false.
  struct ListRange {
    std::string collection;
    std::string parent;
    std::string after;
  };
  absl::Status List(const ListRange& range,
                    absl::FunctionRef<bool(RecordView)> visit) const;

  // List, of those records alone that have the index term `term` or had it at
  // some version: at least all whose values at this version give it. Requires
  // that the registry is indexed (record_indexer.h).
  absl::Status ListIndexed(const ListRange& range, absl::string_view term,
                           absl::FunctionRef<bool(RecordView)> visit) const;

  // How many records ListIndexed would look at, counted up to `count_max`.
  absl::StatusOr<int64_t> CountIndexed(const ListRange& range,
                                       absl::string_view term,
                                       int64_t count_max) const;

  // Visits the records below `name`, retracted ones included.
  absl::Status ListBelow(absl::string_view name,
                         absl::FunctionRef<bool(RecordView)> visit) const;

  // Visits every record of every collection, in the order of their names
  // within a collection.
  absl::Status ListAll(absl::FunctionRef<bool(RecordView)> visit) const;

  // Visits the paths in conflict or agreement at the version, of the record
  // `name` and its descendants or of all when that is empty, in the order of
  // names and paths, after (`after_name`, `after_path`) unless that is empty.
  struct ConcurrencyRange {
    std::string name;
    std::string after_name;
    FieldPath after_path;
  };
  absl::Status ListConcurrent(
      const ConcurrencyRange& range,
      absl::FunctionRef<bool(ConcurrentPath)> visit) const;

  // Every assignment to the record that the version holds, ascending by path
  // and dot.
  absl::StatusOr<std::vector<HistoryEntry>> History(
      absl::string_view name) const;

  // The change that created a record of this view, the first in the order of
  // logical clocks and dots where several did; nullopt when it has no
  // lifecycle. The same on every replica that holds the version.
  absl::StatusOr<std::optional<Dot>> FindCreation(
      const RecordView& record) const;

  // NOT_FOUND  the change is not held.
  absl::StatusOr<ChangeSummary> GetChange(const Dot& dot) const;

  // When the author of a change that is held says to have made it.
  absl::StatusOr<absl::Time> GetClaimedTime(const Dot& dot) const;

  // The change as it was written.
  absl::StatusOr<stored::v1::Change> GetChangeBytes(const Dot& dot) const;

  // The causal past of a change that is held.
  absl::StatusOr<CausalPast> PastOf(const Dot& dot) const;

  // The rows as they are, for what reads beside the merge.
  const KeyValueSnapshot& snapshot() const { return *snapshot_; }

  // Whether the author of `later` had `earlier` in the causal past.
  absl::StatusOr<bool> Knows(const Dot& later, const Dot& earlier) const;

  // Institution of a replica whose changes are held; "" for others.
  absl::string_view InstitutionOf(const ReplicaId& replica) const;

  // Calls `visit` for every change applied after the version `since`
  // (a revision) and up to this view's, in order of application.
  absl::Status ListChanges(
      int64_t since_revision,
      absl::FunctionRef<bool(const ChangeSummary&)> visit) const;

  // The names of the records that changes in exactly one of the two frontiers
  // assign, ascending. Both must be held.
  absl::StatusOr<std::vector<std::string>> RecordsBetween(
      const Frontier& a, const Frontier& b) const;

  // The content digest at the version, from the head's and the records that
  // changed since; what `check_alive` returns where that is an error.
  absl::StatusOr<LtHash> ContentDigest(
      absl::FunctionRef<absl::Status()> check_alive = StaysAlive) const;

 private:
  // Adds the last change of the replica `id` at the version, a revision.
  // Cost: a read for every doubling of its changes.
  absl::Status AdvanceToVersion(const ReplicaId& id, const ReplicaHead& replica,
                                Frontier& frontier) const;
  bool Includes(const Dot& dot, int64_t revision) const;
  absl::StatusOr<std::string> ElementAt(const std::string& name,
                                        const Version& version) const;
  absl::StatusOr<RecordView> MakeView(std::string name,
                                      StoredRecord record) const;
  absl::Status ApplyLifecycle(RecordView& view) const;
  absl::StatusOr<bool> HasLiveDescendant(absl::string_view name) const;
  absl::Status Visit(const ScanRange& range,
                     absl::FunctionRef<bool(RecordView)> visit) const;

  std::shared_ptr<const RegistryHead> head_;
  std::unique_ptr<KeyValueSnapshot> snapshot_;
  Version version_;
  const std::shared_ptr<ClaimedTimes> claimed_times_;
  std::shared_ptr<const CommittedRecords> committed_;  // May be null.
};

// A change as it was written.
//   NOT_FOUND  it is not held.
absl::StatusOr<stored::v1::Change> ReadChange(const KeyValueSnapshot& snapshot,
                                              const Dot& dot);

// One value a path, ascending, as reads return them: the provisional values,
// absent ones left out, the lifecycle left out.
std::vector<FieldValue> ProvisionalValues(const RecordState& state,
                                          InstitutionOf institution_of);

// The paths of `view` in conflict, ascending, the lifecycle among them.
std::vector<FieldPath> ConflictedPaths(const RecordView& view,
                                       InstitutionOf institution_of);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_REGISTRY_VIEW_H_
