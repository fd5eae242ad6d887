#include "storage/registry/registry_view.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/status_macros.h"
#include "storage/registry/causal_past.h"
#include "storage/registry/errors.h"
#include "storage/registry/limits.h"
#include "storage/registry/row_codec.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

constexpr size_t kEtagSizeBytes = 12;  // Of the element's hash.

// The row `key`, which must exist.
absl::Status ReadRow(const KeyValueSnapshot& snapshot, absl::string_view key,
                     google::protobuf::MessageLite& row) {
  ASSIGN_OR_RETURN(const auto value, snapshot.Get(key));
  if (!value) return MissingRow(key);
  return DecodeRow(key, *value, row);
}

absl::StatusOr<std::vector<SupersededAssignment>> ReadHistory(
    const KeyValueSnapshot& snapshot, absl::string_view name) {
  std::vector<SupersededAssignment> history;
  const auto it = snapshot.Scan(PrefixRange(HistoryRowKey::RecordPrefix(name)));
  for (; it->Valid(); it->Next()) {
    ASSIGN_OR_RETURN(SupersededAssignment past,
                     DecodeHistoryRow(it->key(), it->value()));
    history.push_back(std::move(past));
  }
  RETURN_IF_ERROR(it->status());
  return history;
}

// The header of a change; fills in its row.
absl::StatusOr<stored::v1::ChangeHeader> ReadHeader(
    const KeyValueSnapshot& snapshot, const Dot& dot,
    stored::v1::ChangeRow& row) {
  const std::string key = ChangeRowKey::Key(dot);
  ASSIGN_OR_RETURN(const auto value, snapshot.Get(key));
  if (!value) return ChangeNotFound(dot);
  RETURN_IF_ERROR(DecodeRow(key, *value, row));
  stored::v1::ChangeHeader header;
  if (!header.ParseFromString(row.header())) return DamagedRow(key);
  return header;
}

}  // namespace

absl::Time ClaimedTimeOf(const stored::v1::ChangeHeader& header) {
  return absl::FromUnixSeconds(header.claimed_time().seconds()) +
         absl::Nanoseconds(header.claimed_time().nanos());
}

std::string EtagOf(absl::string_view element) {
  return absl::StrCat(
      "\"", absl::BytesToHexString(element.substr(0, kEtagSizeBytes)), "\"");
}

std::string RecordView::Etag() const { return EtagOf(element); }

RegistryView::RegistryView(std::shared_ptr<const RegistryHead> head,
                           std::unique_ptr<KeyValueSnapshot> snapshot,
                           Version version,
                           std::shared_ptr<ClaimedTimes> claimed_times)
    : head_(std::move(head)),
      snapshot_(std::move(snapshot)),
      version_(std::move(version)),
      claimed_times_(std::move(claimed_times)) {
  if (version_.kind == Version::Kind::kLatest) {
    // Rows that later commits wrote meanwhile are folded back to the head.
    version_ = Version::AtRevision(head_->revision);
  }
}

int64_t RegistryView::revision() const {
  return version_.kind == Version::Kind::kRevision ? version_.revision : 0;
}

bool RegistryView::Includes(const Dot& dot, int64_t revision) const {
  return version_.kind == Version::Kind::kRevision
             ? revision <= version_.revision
             : version_.frontier.Contains(dot);
}

absl::StatusOr<Frontier> RegistryView::GetFrontier() const {
  if (version_.kind == Version::Kind::kFrontier) return version_.frontier;
  if (version_.revision == head_->revision) return head_->GetFrontier();
  Frontier frontier;
  for (const auto& [id, replica] : head_->replicas) {
    RETURN_IF_ERROR(AdvanceToVersion(id, replica, frontier));
  }
  return frontier;
}

absl::Status RegistryView::AdvanceToVersion(const ReplicaId& id,
                                            const ReplicaHead& replica,
                                            Frontier& frontier) const {
  // A replica's changes are applied in their order, hence their revisions
  // ascend: finds the last that is not behind the version's.
  int64_t low = 0;
  int64_t high = replica.sequence;
  std::string hash;
  while (low < high) {
    const int64_t middle = low + (high - low + 1) / 2;
    stored::v1::ChangeRow row;
    RETURN_IF_ERROR(ReadRow(*snapshot_, ChangeRowKey::Key({id, middle}), row));
    if (row.revision() <= version_.revision) {
      low = middle;
      hash = std::move(*row.mutable_hash());
    } else {
      high = middle - 1;
    }
  }
  if (low > 0) frontier.Advance(id, low, hash);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<RecordView>> RegistryView::Get(
    absl::string_view name) const {
  StoredRecord record;
  const StoredRecord* const committed =
      committed_ == nullptr ? nullptr : committed_->Find(name);
  if (committed != nullptr) {
    record = *committed;
  } else {
    const std::string key = RecordRowKey::Key(name);
    ASSIGN_OR_RETURN(const auto value, snapshot_->Get(key));
    if (!value) return std::nullopt;
    ASSIGN_OR_RETURN(record, DecodeRecordRow(key, *value));
  }
  ASSIGN_OR_RETURN(RecordView view,
                   MakeView(std::string(name), std::move(record)));
  if (view.state.empty()) return std::nullopt;
  return view;
}

absl::StatusOr<RecordView> RegistryView::MakeView(std::string name,
                                                  StoredRecord record) const {
  RecordView view;
  view.name = std::move(name);
  view.first_revision = record.first_revision;
  view.last_revision = record.last_revision;
  view.ever_concurrent = record.ever_concurrent;
  if (version_.kind == Version::Kind::kRevision &&
      record.last_revision <= version_.revision) {
    view.state = std::move(record.state);
    view.element = std::move(record.element);
    view.retracted = record.retracted;
    view.lifecycle_conflict = record.lifecycle_conflict;
    return view;
  }
  const auto includes = [this](const Dot& dot, int64_t revision) {
    return Includes(dot, revision);
  };
  const auto& visible = record.state.visible();
  if (std::all_of(visible.begin(), visible.end(), [&](const Assignment& a) {
        return includes(a.dot, a.revision);
      })) {
    view.state = std::move(record.state);
    view.element = std::move(record.element);
  } else {
    ASSIGN_OR_RETURN(const auto history, ReadHistory(*snapshot_, view.name));
    view.state = FoldAt(record.state, history, includes);
    view.element = ElementOf(view.name, view.state);
  }
  // What was applied last is visible.
  view.last_revision = 0;
  for (const Assignment& assignment : view.state.visible()) {
    view.last_revision = std::max(view.last_revision, assignment.revision);
  }
  RETURN_IF_ERROR(ApplyLifecycle(view));
  return view;
}

absl::Status RegistryView::ApplyLifecycle(RecordView& view) const {
  const LifecycleView lifecycle = ViewLifecycle(view.state);
  view.retracted = lifecycle.retracted;
  view.lifecycle_conflict = lifecycle.conflict;
  if (view.retracted) {
    ASSIGN_OR_RETURN(const bool kept_live, HasLiveDescendant(view.name));
    view.retracted = !kept_live;
    view.lifecycle_conflict = kept_live;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RegistryView::HasLiveDescendant(
    absl::string_view name) const {
  bool live = false;
  RETURN_IF_ERROR(ListBelow(name, [&](RecordView child) {
    live = !child.retracted;
    return !live;
  }));
  return live;
}

absl::Status RegistryView::ListBelow(
    absl::string_view name, absl::FunctionRef<bool(RecordView)> visit) const {
  const std::string prefix = absl::StrCat(CollectionOf(name), "/");
  bool go_on = true;
  for (const auto& [collection, count] : head_->counts) {
    if (!absl::StartsWith(collection, prefix)) continue;
    RETURN_IF_ERROR(
        List({collection, std::string(name), ""}, [&](RecordView child) {
          go_on = visit(std::move(child));
          return go_on;
        }));
    if (!go_on) break;
  }
  return absl::OkStatus();
}

absl::Status RegistryView::List(
    const ListRange& range, absl::FunctionRef<bool(RecordView)> visit) const {
  ScanRange scan = PrefixRange(
      range.parent.empty()
          ? RecordRowKey::CollectionPrefix(range.collection)
          : RecordRowKey::ChildPrefix(range.collection, range.parent));
  if (!range.after.empty()) {
    scan.begin = RecordRowKey::Key(range.after);
    scan.begin.push_back('\0');
  }
  return Visit(scan, visit);
}

namespace {

ScanRange IndexRange(const RegistryView::ListRange& range,
                     absl::string_view term) {
  ScanRange scan = PrefixRange(
      range.parent.empty()
          ? IndexRowKey::TermPrefix(range.collection, term)
          : IndexRowKey::ChildPrefix(range.collection, term, range.parent));
  if (!range.after.empty()) {
    scan.begin = IndexRowKey::Key(range.after, term);
    scan.begin.push_back('\0');
  }
  return scan;
}

}  // namespace

absl::Status RegistryView::ListIndexed(
    const ListRange& range, absl::string_view term,
    absl::FunctionRef<bool(RecordView)> visit) const {
  const size_t prefix_size =
      IndexRowKey::TermPrefix(range.collection, term).size();
  const auto it = snapshot_->Scan(IndexRange(range, term));
  for (; it->Valid(); it->Next()) {
    stored::v1::IndexRow row;
    RETURN_IF_ERROR(DecodeRow(it->key(), it->value(), row));
    ASSIGN_OR_RETURN(const std::string name,
                     IndexRowKey::ParseName(it->key(), prefix_size));
    ASSIGN_OR_RETURN(std::optional<RecordView> view, Get(name));
    if (view && !visit(*std::move(view))) return absl::OkStatus();
  }
  return it->status();
}

absl::StatusOr<int64_t> RegistryView::CountIndexed(const ListRange& range,
                                                   absl::string_view term,
                                                   int64_t count_max) const {
  int64_t count = 0;
  const auto it = snapshot_->Scan(IndexRange(range, term));
  for (; it->Valid() && count < count_max; it->Next()) ++count;
  RETURN_IF_ERROR(it->status());
  return count;
}

absl::Status RegistryView::ListAll(
    absl::FunctionRef<bool(RecordView)> visit) const {
  return Visit(PrefixRange(RecordRowKey::Prefix()), visit);
}

absl::Status RegistryView::Visit(
    const ScanRange& range, absl::FunctionRef<bool(RecordView)> visit) const {
  const auto it = snapshot_->Scan(range);
  for (; it->Valid(); it->Next()) {
    ASSIGN_OR_RETURN(std::string name, RecordRowKey::Parse(it->key()));
    ASSIGN_OR_RETURN(StoredRecord record,
                     DecodeRecordRow(it->key(), it->value()));
    ASSIGN_OR_RETURN(RecordView view,
                     MakeView(std::move(name), std::move(record)));
    if (!view.state.empty() && !visit(std::move(view))) return absl::OkStatus();
  }
  return it->status();
}

absl::Status RegistryView::ListConcurrent(
    const ConcurrencyRange& range,
    absl::FunctionRef<bool(ConcurrentPath)> visit) const {
  ScanRange scan = PrefixRange(ConcurrencyRowKey::Prefix());
  if (!range.name.empty()) {
    scan.begin = ConcurrencyRowKey::RecordPrefix(range.name);
    scan.end = ConcurrencyRowKey::SubtreeEnd(range.name);
  }
  if (!range.after_name.empty()) {
    scan.begin = ConcurrencyRowKey::Key(range.after_name, range.after_path);
    scan.begin.push_back('\0');
  }
  const auto institution_of = [this](const ReplicaId& id) {
    return InstitutionOf(id);
  };
  // What rows say of their paths holds at the revision that wrote them last.
  stored::v1::HeadRow head_row;
  RETURN_IF_ERROR(ReadRow(*snapshot_, HeadRowKey::Key(), head_row));
  const bool at_head = revision() == head_row.revision();
  std::optional<RecordView> record;  // Of the last row.
  const auto it = snapshot_->Scan(scan);
  for (; it->Valid(); it->Next()) {
    stored::v1::ConcurrencyRow row;
    RETURN_IF_ERROR(DecodeRow(it->key(), it->value(), row));
    if (at_head && !row.conflict() && !row.agreement()) continue;
    ASSIGN_OR_RETURN(ConcurrencyRowKey::Parsed parsed,
                     ConcurrencyRowKey::Parse(it->key()));
    if (!record || record->name != parsed.name) {
      ASSIGN_OR_RETURN(record, Get(parsed.name));
      if (!record) continue;  // Not at this version.
    }
    const absl::Span<const Assignment> siblings = record->state.At(parsed.path);
    if (siblings.empty()) continue;
    const PathView view = ViewPath(siblings, institution_of);
    const bool is_lifecycle = parsed.path == LifecyclePath();
    ConcurrentPath path;
    path.conflict =
        view.conflict || (is_lifecycle && record->lifecycle_conflict);
    path.agreement = view.agreement && !is_lifecycle;
    if (!path.conflict && !path.agreement) continue;
    path.provisional = static_cast<size_t>(view.provisional - siblings.data());
    path.siblings.assign(siblings.begin(), siblings.end());
    path.name = std::move(parsed.name);
    path.path = std::move(parsed.path);
    if (!visit(std::move(path))) return absl::OkStatus();
  }
  return it->status();
}

absl::StatusOr<std::vector<HistoryEntry>> RegistryView::History(
    absl::string_view name) const {
  const std::string key = RecordRowKey::Key(name);
  ASSIGN_OR_RETURN(const auto value, snapshot_->Get(key));
  if (!value) return RecordNotFound(name);
  ASSIGN_OR_RETURN(StoredRecord record, DecodeRecordRow(key, *value));
  ASSIGN_OR_RETURN(auto history, ReadHistory(*snapshot_, name));
  std::vector<HistoryEntry> entries;
  for (const Assignment& assignment : record.state.visible()) {
    if (Includes(assignment.dot, assignment.revision)) {
      entries.push_back({assignment, {}, true});
    }
  }
  for (SupersededAssignment& past : history) {
    if (!Includes(past.assignment.dot, past.assignment.revision)) continue;
    HistoryEntry entry{std::move(past.assignment), {}, false};
    for (const Superseder& superseder : past.superseders) {
      if (Includes(superseder.dot, superseder.revision)) {
        entry.superseders.push_back(superseder);
      }
    }
    entry.visible = entry.superseders.empty();
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const HistoryEntry& a, const HistoryEntry& b) {
              if (a.assignment.path != b.assignment.path) {
                return a.assignment.path < b.assignment.path;
              }
              return a.assignment.dot < b.assignment.dot;
            });
  if (entries.empty()) return RecordNotFound(name);
  return entries;
}

// Every creation, and nothing before it, assigns the lifecycle.
absl::StatusOr<std::optional<Dot>> RegistryView::FindCreation(
    const RecordView& record) const {
  const absl::Span<const Assignment> visible = record.state.At(LifecyclePath());
  if (visible.size() == 1 && visible.front().value == LiveValue()) {
    // Whatever supersedes a creation follows a retraction or another creation,
    // and those leave a row.
    if (!record.ever_concurrent) return visible.front().dot;
    ASSIGN_OR_RETURN(const auto disputed, snapshot_->Get(ConcurrencyRowKey::Key(
                                              record.name, LifecyclePath())));
    if (!disputed) return visible.front().dot;
  }
  std::optional<std::pair<int64_t, Dot>> first;
  const auto consider = [&first](const Assignment& assignment) {
    const std::pair place(assignment.clock, assignment.dot);
    if (!first.has_value() || place < *first) first = place;
  };
  for (const Assignment& assignment : visible) consider(assignment);
  const auto it = snapshot_->Scan(
      PrefixRange(HistoryRowKey::PathPrefix(record.name, LifecyclePath())));
  for (; it->Valid(); it->Next()) {
    ASSIGN_OR_RETURN(const SupersededAssignment past,
                     DecodeHistoryRow(it->key(), it->value()));
    const Assignment& assignment = past.assignment;
    if (Includes(assignment.dot, assignment.revision)) consider(assignment);
  }
  RETURN_IF_ERROR(it->status());
  if (!first.has_value()) return std::nullopt;
  return first->second;
}

absl::StatusOr<ChangeSummary> RegistryView::GetChange(const Dot& dot) const {
  ChangeSummary summary;
  summary.dot = dot;
  stored::v1::ChangeRow row;
  ASSIGN_OR_RETURN(summary.header, ReadHeader(*snapshot_, dot, row));
  summary.hash = row.hash();
  summary.revision = row.revision();
  stored::v1::RevisionRow revision;
  RETURN_IF_ERROR(
      ReadRow(*snapshot_, RevisionRowKey::Key(row.revision()), revision));
  summary.received_time = absl::FromUnixMicros(revision.received_time_us());
  summary.institution = std::string(InstitutionOf(dot.replica));
  return summary;
}

absl::StatusOr<absl::Time> RegistryView::GetClaimedTime(const Dot& dot) const {
  if (const auto known = claimed_times_->Find(dot)) return *known;
  stored::v1::ChangeRow row;
  ASSIGN_OR_RETURN(const stored::v1::ChangeHeader header,
                   ReadHeader(*snapshot_, dot, row));
  const absl::Time time = ClaimedTimeOf(header);
  claimed_times_->Put(dot, time);
  return time;
}

absl::StatusOr<stored::v1::Change> RegistryView::GetChangeBytes(
    const Dot& dot) const {
  return ReadChange(*snapshot_, dot);
}

absl::StatusOr<stored::v1::Change> ReadChange(const KeyValueSnapshot& snapshot,
                                              const Dot& dot) {
  const std::string key = ChangeRowKey::Key(dot);
  ASSIGN_OR_RETURN(const auto value, snapshot.Get(key));
  if (!value) return ChangeNotFound(dot);
  stored::v1::ChangeRow row;
  stored::v1::BodyRow body;
  RETURN_IF_ERROR(DecodeRow(key, *value, row));
  RETURN_IF_ERROR(ReadRow(snapshot, BodyRowKey::Key(dot), body));
  stored::v1::Change change;
  change.set_header(std::move(*row.mutable_header()));
  change.set_outline(std::move(*body.mutable_outline()));
  if (body.has_values()) change.set_values(std::move(*body.mutable_values()));
  change.set_commitments(std::move(*body.mutable_commitments()));
  return change;
}

absl::StatusOr<CausalPast> RegistryView::PastOf(const Dot& dot) const {
  return ReadCausalPast(
      dot, [this](const ScanRange& range) { return snapshot_->Scan(range); });
}

absl::StatusOr<bool> RegistryView::Knows(const Dot& later,
                                         const Dot& earlier) const {
  if (later.replica == earlier.replica) {
    return earlier.sequence < later.sequence;
  }
  ASSIGN_OR_RETURN(const CausalPast past, PastOf(later));
  return PastContains(past, later, earlier);
}

absl::string_view RegistryView::InstitutionOf(const ReplicaId& replica) const {
  return head_->InstitutionOf(replica);
}

absl::Status RegistryView::ListChanges(
    int64_t since_revision,
    absl::FunctionRef<bool(const ChangeSummary&)> visit) const {
  const int64_t last = version_.kind == Version::Kind::kRevision
                           ? version_.revision
                           : head_->revision;
  for (int64_t r = since_revision + 1; r <= last; ++r) {
    stored::v1::RevisionRow row;
    const std::string key = RevisionRowKey::Key(r);
    RETURN_IF_ERROR(ReadRow(*snapshot_, key, row));
    for (const stored::v1::RowGroup& group : row.groups()) {
      const auto replica = ReplicaId::FromBytes(group.replica());
      if (!replica) return DamagedRow(key);
      for (int64_t s = group.first_sequence(); s <= group.last_sequence();
           ++s) {
        if (!Includes({*replica, s}, r)) continue;
        ASSIGN_OR_RETURN(const ChangeSummary summary, GetChange({*replica, s}));
        if (!visit(summary)) return absl::OkStatus();
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> RegistryView::RecordsBetween(
    const Frontier& a, const Frontier& b) const {
  std::set<std::string> names;
  const Frontier all = Frontier::Join(a, b);
  for (const auto& [replica, entry] : all.entries()) {
    const int64_t in_a = a.SequenceOf(replica);
    const int64_t in_b = b.SequenceOf(replica);
    for (int64_t s = std::min(in_a, in_b) + 1; s <= std::max(in_a, in_b); ++s) {
      stored::v1::BodyRow body;
      stored::v1::Outline outline;
      const std::string key = BodyRowKey::Key({replica, s});
      RETURN_IF_ERROR(ReadRow(*snapshot_, key, body));
      if (!outline.ParseFromString(body.outline())) return DamagedRow(key);
      for (stored::v1::RecordOutline& record : *outline.mutable_records()) {
        names.insert(std::move(*record.mutable_name()));
      }
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

absl::StatusOr<LtHash> RegistryView::ContentDigest(
    absl::FunctionRef<absl::Status()> check_alive) const {
  LtHash content = head_->content;
  ASSIGN_OR_RETURN(const Frontier frontier, GetFrontier());
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   RecordsBetween(frontier, head_->GetFrontier()));
  const Version at_head = Version::AtRevision(head_->revision);
  int64_t records = 0;
  for (const std::string& name : names) {
    if (records++ % kDigestCheckInterval == 0) RETURN_IF_ERROR(check_alive());
    ASSIGN_OR_RETURN(const std::string now, ElementAt(name, at_head));
    ASSIGN_OR_RETURN(const std::string then, ElementAt(name, version_));
    if (!now.empty()) content.Subtract(now);
    if (!then.empty()) content.Add(then);
  }
  return content;
}

absl::StatusOr<std::string> RegistryView::ElementAt(
    const std::string& name, const Version& version) const {
  const std::string key = RecordRowKey::Key(name);
  ASSIGN_OR_RETURN(const auto value, snapshot_->Get(key));
  if (!value) return MissingRow(key);
  ASSIGN_OR_RETURN(StoredRecord record, DecodeRecordRow(key, *value));
  if (version.kind == Version::Kind::kRevision &&
      record.last_revision <= version.revision) {
    return std::move(record.element);
  }
  const auto includes = [&](const Dot& dot, int64_t revision) {
    return version.kind == Version::Kind::kRevision
               ? revision <= version.revision
               : version.frontier.Contains(dot);
  };
  ASSIGN_OR_RETURN(const auto history, ReadHistory(*snapshot_, name));
  return ElementOf(name, FoldAt(record.state, history, includes));
}

std::vector<FieldValue> ProvisionalValues(const RecordState& state,
                                          InstitutionOf institution_of) {
  std::vector<FieldValue> values;
  values.reserve(state.visible().size());
  state.ForEachPath([&](absl::Span<const Assignment> siblings) {
    if (siblings.front().path == LifecyclePath()) return;
    const Assignment& provisional =
        *ViewPath(siblings, institution_of).provisional;
    if (provisional.value.empty()) return;
    values.push_back({provisional.path, provisional.value, provisional.source});
  });
  return values;
}

std::vector<FieldPath> ConflictedPaths(const RecordView& view,
                                       InstitutionOf institution_of) {
  std::vector<FieldPath> paths;
  view.state.ForEachPath([&](absl::Span<const Assignment> siblings) {
    const FieldPath& path = siblings.front().path;
    if ((path == LifecyclePath() && view.lifecycle_conflict) ||
        ViewPath(siblings, institution_of).conflict) {
      paths.push_back(path);
    }
  });
  return paths;
}

}  // namespace consilium
