// The end of a commit: what its changes come to, as rows.
#include <string>
#include <utility>
#include <vector>

#include "proto/base/in_parallel.h"
#include "proto/base/mutex.h"
#include "proto/base/status_macros.h"
#include "storage/digest/lt_hash.h"
#include "storage/merge/path_view.h"
#include "storage/registry/index_builder.h"
#include "storage/registry/limits.h"
#include "storage/registry/workspace.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

// What a concurrency row says of one path.
stored::v1::ConcurrencyRow JudgePath(const StoredRecord& record,
                                     const FieldPath& path,
                                     InstitutionOf institution_of) {
  stored::v1::ConcurrencyRow row;
  const absl::Span<const Assignment> siblings = record.state.At(path);
  if (!siblings.empty()) {
    const PathView view = ViewPath(siblings, institution_of);
    row.set_conflict(view.conflict);
    row.set_agreement(view.agreement);
  }
  if (path == LifecyclePath()) {
    row.set_conflict(row.conflict() || record.lifecycle_conflict);
    // That two institutions made the same record is no evidence.
    row.set_agreement(false);
  }
  return row;
}

}  // namespace

absl::string_view ParentOf(absl::string_view name) {
  const size_t id = name.rfind('/');
  if (id == absl::string_view::npos || id == 0) return "";
  const size_t collection = name.rfind('/', id - 1);
  return collection == absl::string_view::npos ? absl::string_view()
                                               : name.substr(0, collection);
}

std::string EncodeHeadRow(const RegistryHead& head) {
  stored::v1::HeadRow row;
  row.set_revision(head.revision);
  row.set_clock(head.clock);
  row.set_content(head.content.state());
  row.set_conflicts(head.conflicts);
  row.set_agreements(head.agreements);
  for (const auto& [collection, count] : head.counts) {
    stored::v1::CollectionCount& out = *row.add_counts();
    out.set_collection(collection);
    out.set_live(count.live);
    out.set_total(count.total);
  }
  return EncodeRow(HeadRowKey::Key(), row);
}

std::string EncodeRegistryRow(const RegistryHead& head) {
  stored::v1::RegistryRow row;
  row.set_format_version(kRowFormatVersion);
  row.set_registry(head.registry_id);
  row.set_name(head.name);
  row.set_replica(head.replica.bytes().data(), head.replica.bytes().size());
  row.set_institution(head.institution);
  return EncodeRow(RegistryRowKey::Key(), row);
}

absl::StatusOr<Workspace::Result> Workspace::Finish(absl::Time received_time) {
  RETURN_IF_ERROR(MarkAncestors());
  auto head = std::make_shared<RegistryHead>(base_);
  head->revision = revision();
  head->clock = clock_;
  FinishReplicas(*head);
  std::vector<NamedEntry*> dirty;
  for (NamedEntry& named : records_) {
    if (!named.second.dirty) continue;
    RETURN_IF_ERROR(JudgeRecord(named.first, named.second, *head));
    dirty.push_back(&named);
  }
  EncodeRecords(dirty, head->content);
  auto records = std::make_shared<CommittedRecords>();
  for (NamedEntry* const named : dirty) {
    auto& [name, entry] = *named;
    rows_.Put(RecordRowKey::Key(name), entry.row);
    records->Add(name, {std::move(entry.record), entry.row.size()});
  }
  for (const auto& [key, past] : history_) {
    rows_.Put(key, EncodeHistoryRow(key, past));
  }
  FinishHead(*head, received_time);
  return Result{std::move(rows_), std::move(head), std::move(records)};
}

absl::Status Workspace::MarkAncestors() {
  // A descendant that lives or goes changes how a retracted ancestor reads.
  std::vector<std::string> dirty;
  for (const auto& [name, entry] : records_) {
    if (entry.dirty) dirty.push_back(name);
  }
  for (const std::string& name : dirty) {
    for (absl::string_view parent = ParentOf(name); !parent.empty();
         parent = ParentOf(parent)) {
      ASSIGN_OR_RETURN(Entry* const entry, LoadEntry(parent));
      if (ViewLifecycle(entry->record.state).retracted) entry->dirty = true;
    }
  }
  return absl::OkStatus();
}

absl::Status Workspace::JudgeRecord(const std::string& name, Entry& entry,
                                    RegistryHead& head) {
  StoredRecord& record = entry.record;
  const LifecycleView lifecycle = ViewLifecycle(record.state);
  bool retracted = lifecycle.retracted;
  bool lifecycle_conflict = lifecycle.conflict;
  if (retracted) {
    ASSIGN_OR_RETURN(const bool kept_live, HasLiveDescendant(name));
    retracted = !kept_live;
    lifecycle_conflict = kept_live;
  }
  RegistryHead::Count& count = head.counts[CollectionOf(name)];
  const bool is_new = record.element.empty();
  if (is_new) {
    ++count.total;
    record.first_revision = revision();
  }
  const bool was_live = !is_new && !record.retracted;
  count.live += static_cast<int>(!retracted) - static_cast<int>(was_live);
  record.retracted = retracted;
  record.lifecycle_conflict = lifecycle_conflict;
  record.last_revision = revision();
  return FinishConcurrency(name, entry, head);
}

void Workspace::EncodeRecords(absl::Span<NamedEntry* const> records,
                              LtHash& content) {
  Mutex mutex;  // Of `content`.
  InParallel(
      records.size(), kRecordsPerThreadMin, [&](size_t begin, size_t end) {
        LtHash change;
        for (NamedEntry* const named : records.subspan(begin, end - begin)) {
          auto& [name, entry] = *named;
          StoredRecord& record = entry.record;
          if (!record.element.empty()) change.Subtract(record.element);
          record.element = ElementOf(name, record.state);
          change.Add(record.element);
          entry.row = EncodeRecordRow(RecordRowKey::Key(name), record);
        }
        MutexLock lock(mutex);
        content.AddAll(change);
      });
}

absl::Status Workspace::FinishConcurrency(const std::string& name, Entry& entry,
                                          RegistryHead& head) {
  std::map<FieldPath, stored::v1::ConcurrencyRow> before;
  if (entry.record.ever_concurrent) {
    const auto it =
        kv_.Scan(PrefixRange(ConcurrencyRowKey::RecordPrefix(name)));
    for (; it->Valid(); it->Next()) {
      ASSIGN_OR_RETURN(ConcurrencyRowKey::Parsed parsed,
                       ConcurrencyRowKey::Parse(it->key()));
      RETURN_IF_ERROR(
          DecodeRow(it->key(), it->value(), before[std::move(parsed.path)]));
    }
    RETURN_IF_ERROR(it->status());
  }
  std::set<FieldPath> paths = std::move(entry.concurrent);
  for (const auto& [path, row] : before) paths.insert(path);
  const auto institution_of = [&head](const ReplicaId& id) {
    return head.InstitutionOf(id);
  };
  for (const FieldPath& path : paths) {
    const stored::v1::ConcurrencyRow& old = before[path];
    const stored::v1::ConcurrencyRow now =
        JudgePath(entry.record, path, institution_of);
    head.conflicts += now.conflict() - old.conflict();
    head.agreements += now.agreement() - old.agreement();
    const std::string key = ConcurrencyRowKey::Key(name, path);
    rows_.Put(key, EncodeRow(key, now));
  }
  entry.record.ever_concurrent = !paths.empty();
  return absl::OkStatus();
}

void Workspace::FinishReplicas(RegistryHead& head) {
  for (auto& [replica, replica_head] : replicas_) {
    stored::v1::ReplicaRow row;
    const std::string key = ReplicaRowKey::Key(replica);
    row.set_institution(replica_head.institution);
    row.set_replica_key(replica_head.replica_key);
    row.mutable_last()->set_replica(replica.bytes().data(),
                                    replica.bytes().size());
    row.mutable_last()->set_sequence(replica_head.sequence);
    row.mutable_last()->set_hash(replica_head.hash);
    row.set_clock(replica_head.clock);
    rows_.Put(key, EncodeRow(key, row));
    head.replicas[replica] = std::move(replica_head);
  }
}

void Workspace::FinishHead(RegistryHead& head, absl::Time received_time) {
  if (base_.revision == 0) {
    // The first change gives the registry its id, also where that was known.
    const stored::v1::RowGroup& first = groups_.front();
    head.registry_id =
        RegistryIdOf(fresh_changes_
                         .at({*ReplicaId::FromBytes(first.replica()),
                              first.first_sequence()})
                         .hash);
    rows_.Put(RegistryRowKey::Key(), EncodeRegistryRow(head));
    if (indexer_ != nullptr) AddIndexVersion(*indexer_, rows_);
  }
  stored::v1::RevisionRow revision_row;
  for (stored::v1::RowGroup& group : groups_) {
    *revision_row.add_groups() = std::move(group);
  }
  revision_row.set_received_time_us(absl::ToUnixMicros(received_time));
  const std::string revision_key = RevisionRowKey::Key(head.revision);
  rows_.Put(revision_key, EncodeRow(revision_key, revision_row));
  rows_.SetGuard({HeadRowKey::Key(),
                  base_.revision == 0
                      ? std::nullopt
                      : std::optional<std::string>(EncodeHeadRow(base_))});
  rows_.Put(HeadRowKey::Key(), EncodeHeadRow(head));
}

}  // namespace consilium
