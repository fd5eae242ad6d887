#include "storage/registry/workspace.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "storage/merge/path_view.h"
#include "storage/registry/errors.h"
#include "storage/registry/index_builder.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"
#include "storage/schema/row_writer.h"

namespace consilium {
namespace {

// Tags, sizes and checksum of a row of a few fields.
constexpr size_t kRowOverheadBytes = 32;

}  // namespace

Workspace::Workspace(const KeyValueSnapshot& kv, const RegistryHead& base,
                     const RecentRecords& recent, const RecordIndexer* indexer,
                     WriteBatch memory)
    : kv_(kv),
      base_(base),
      recent_(recent),
      indexer_(indexer),
      parent_(nullptr),
      own_rows_(std::move(memory)),
      rows_(own_rows_),
      begin_(rows_.End()),
      clock_(base.clock) {}

Workspace::Workspace(Workspace& parent)
    : kv_(parent.kv_),
      base_(parent.base_),
      recent_(parent.recent_),
      indexer_(parent.indexer_),
      parent_(&parent),
      rows_(parent.rows_),
      begin_(rows_.End()),
      clock_(parent.clock_) {}

Workspace::~Workspace() {
  if (parent_ != nullptr && !absorbed_) rows_.CutTo(begin_);
}

absl::Status Workspace::Preload(absl::Span<const std::string> names) {
  std::vector<const std::string*> wanted;
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    if (records_.contains(name) || recent_.Find(name) != nullptr) continue;
    wanted.push_back(&name);
    keys.push_back(RecordRowKey::Key(name));
  }
  const std::vector<absl::string_view> key_views(keys.begin(), keys.end());
  ASSIGN_OR_RETURN(const auto values, kv_.MultiGet(key_views));
  for (size_t i = 0; i < wanted.size(); ++i) {
    Entry entry;
    if (values[i]) {
      ASSIGN_OR_RETURN(entry.record, DecodeRecordRow(keys[i], *values[i]));
    }
    records_.emplace(*wanted[i], std::move(entry));
  }
  return absl::OkStatus();
}

absl::StatusOr<Workspace::Entry*> Workspace::LoadEntry(absl::string_view name) {
  const auto it = records_.find(name);
  if (it != records_.end()) return &it->second;
  Entry entry;
  if (parent_ != nullptr) {
    ASSIGN_OR_RETURN(const Entry* const below, parent_->LoadEntry(name));
    entry = *below;
  } else if (const StoredRecord* const recent = recent_.Find(name)) {
    entry.record = *recent;
  } else {
    const std::string key = RecordRowKey::Key(name);
    ASSIGN_OR_RETURN(const auto value, kv_.Get(key));
    if (value) {
      ASSIGN_OR_RETURN(entry.record, DecodeRecordRow(key, *value));
    }
  }
  return &records_.emplace(name, std::move(entry)).first->second;
}

absl::StatusOr<const StoredRecord*> Workspace::Load(absl::string_view name) {
  ASSIGN_OR_RETURN(const Entry* const entry, LoadEntry(name));
  return &entry->record;
}

absl::StatusOr<bool> Workspace::IsRetracted(absl::string_view name) {
  ASSIGN_OR_RETURN(const StoredRecord* const record, Load(name));
  if (!ViewLifecycle(record->state).retracted) return false;
  ASSIGN_OR_RETURN(const bool kept_live, HasLiveDescendant(name));
  return !kept_live;
}

absl::StatusOr<bool> Workspace::IsLive(absl::string_view name) {
  ASSIGN_OR_RETURN(const StoredRecord* const record, Load(name));
  if (record->state.empty()) return false;
  ASSIGN_OR_RETURN(const bool retracted, IsRetracted(name));
  return !retracted;
}

absl::StatusOr<std::vector<std::string>> Workspace::Descendants(
    absl::string_view name) {
  std::set<std::string> names;
  if (parent_ != nullptr) {
    ASSIGN_OR_RETURN(const auto below, parent_->Descendants(name));
    names.insert(below.begin(), below.end());
  } else {
    const std::string collection_prefix = absl::StrCat(CollectionOf(name), "/");
    for (const auto& [collection, count] : base_.counts) {
      if (!absl::StartsWith(collection, collection_prefix)) continue;
      const auto it =
          kv_.Scan(PrefixRange(RecordRowKey::ChildPrefix(collection, name)));
      for (; it->Valid(); it->Next()) {
        ASSIGN_OR_RETURN(std::string child, RecordRowKey::Parse(it->key()));
        names.insert(std::move(child));
      }
      RETURN_IF_ERROR(it->status());
    }
  }
  const std::string prefix = absl::StrCat(name, "/");
  for (auto it = records_.lower_bound(prefix);
       it != records_.end() && absl::StartsWith(it->first, prefix); ++it) {
    if (!it->second.record.state.empty()) names.insert(it->first);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

absl::StatusOr<bool> Workspace::HasLiveDescendant(absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Descendants(name));
  for (const std::string& child : names) {
    ASSIGN_OR_RETURN(const StoredRecord* const record, Load(child));
    if (!ViewLifecycle(record->state).retracted) return true;
  }
  return false;
}

const ReplicaHead* Workspace::FindReplica(const ReplicaId& replica) const {
  const auto it = replicas_.find(replica);
  if (it != replicas_.end()) return &it->second;
  if (parent_ != nullptr) return parent_->FindReplica(replica);
  const auto base = base_.replicas.find(replica);
  return base == base_.replicas.end() ? nullptr : &base->second;
}

absl::string_view Workspace::InstitutionOf(const ReplicaId& replica) const {
  const ReplicaHead* const head = FindReplica(replica);
  return head == nullptr ? absl::string_view()
                         : absl::string_view(head->institution);
}

absl::StatusOr<Workspace::ChangeFacts> Workspace::FactsOf(
    const Dot& dot) const {
  const ReplicaHead* const head = FindReplica(dot.replica);
  if (head == nullptr || head->sequence < dot.sequence) {
    return ChangeNotFound(dot);
  }
  if (head->sequence == dot.sequence) {
    return ChangeFacts{head->hash, head->clock};
  }
  const auto it = fresh_changes_.find(dot);
  if (it != fresh_changes_.end()) return it->second;
  if (parent_ != nullptr) return parent_->FactsOf(dot);
  const std::string key = ChangeRowKey::Key(dot);
  ASSIGN_OR_RETURN(const auto value, kv_.Get(key));
  if (!value) return MissingRow(key);
  stored::v1::ChangeRow row;
  stored::v1::ChangeHeader header;
  RETURN_IF_ERROR(DecodeRow(key, *value, row));
  if (!header.ParseFromString(row.header())) return DamagedRow(key);
  return ChangeFacts{row.hash(), header.logical_clock()};
}

absl::StatusOr<std::shared_ptr<const CausalPast>> Workspace::PastOf(
    const Dot& dot) const {
  const ReplicaHead* const head = FindReplica(dot.replica);
  if (head != nullptr && head->sequence == dot.sequence) return head->past;
  const auto it = fresh_pasts_.upper_bound(dot);
  if (it != fresh_pasts_.begin() &&
      std::prev(it)->first.replica == dot.replica) {
    return std::prev(it)->second;
  }
  if (parent_ != nullptr) return parent_->PastOf(dot);
  ASSIGN_OR_RETURN(CausalPast past,
                   ReadCausalPast(dot, [this](const ScanRange& range) {
                     return kv_.Scan(range);
                   }));
  return std::make_shared<const CausalPast>(std::move(past));
}

int64_t Workspace::clock() const { return clock_; }

absl::Status Workspace::Apply(const ParsedChange& change,
                              const stored::v1::Change& bytes,
                              std::shared_ptr<const CausalPast> past,
                              int group_index) {
  const Dot& dot = change.dot();
  const stored::v1::ChangeHeader& header = change.header();
  ReplicaHead head;
  if (const ReplicaHead* const before = FindReplica(dot.replica)) {
    head = *before;
  }
  if (header.has_opening()) {
    head.institution = header.opening().institution();
    head.replica_key = header.opening().replica_key();
  }
  head.sequence = dot.sequence;
  head.hash = change.hash();
  head.clock = header.logical_clock();
  head.past = past;
  replicas_[dot.replica] = std::move(head);
  fresh_changes_[dot] = {change.hash(), header.logical_clock()};
  clock_ = std::max(clock_, header.logical_clock());

  PutChangeRows(change, bytes, group_index);
  if (!change.dependencies().empty()) {
    const std::string causal_key = CausalRowKey::Key(dot);
    rows_.Put(causal_key, EncodeCausalRow(causal_key, *past));
    fresh_pasts_[dot] = past;
  }
  for (const ParsedRecord& record : change.records()) {
    RETURN_IF_ERROR(ApplyRecord(change, record));
  }
  ++applied_changes_;
  touched_records_ += static_cast<int64_t>(change.records().size());
  return absl::OkStatus();
}

void Workspace::PutChangeRows(const ParsedChange& change,
                              const stored::v1::Change& bytes,
                              int group_index) {
  using stored::v1::BodyRow;
  using stored::v1::ChangeRow;
  RowWriter change_row;
  change_row.Bytes(ChangeRow::kHeaderFieldNumber, bytes.header());
  change_row.Bytes(ChangeRow::kHashFieldNumber, change.hash());
  change_row.Varint(ChangeRow::kRevisionFieldNumber, revision());
  change_row.Varint(ChangeRow::kGroupIndexFieldNumber, group_index);
  const std::string change_key = ChangeRowKey::Key(change.dot());
  rows_.Put(change_key, std::move(change_row).Seal(change_key));

  RowWriter body_row;
  body_row.Reserve(bytes.outline().size() + bytes.values().size() +
                   bytes.commitments().size() + kRowOverheadBytes);
  body_row.Bytes(BodyRow::kOutlineFieldNumber, bytes.outline());
  if (bytes.has_values()) {
    body_row.Element(BodyRow::kValuesFieldNumber, bytes.values());
  }
  body_row.Bytes(BodyRow::kCommitmentsFieldNumber, bytes.commitments());
  const std::string body_key = BodyRowKey::Key(change.dot());
  rows_.Put(body_key, std::move(body_row).Seal(body_key));
}

absl::Status Workspace::ApplyRecord(const ParsedChange& change,
                                    const ParsedRecord& record) {
  ASSIGN_OR_RETURN(Entry* const entry, LoadEntry(record.name));
  entry->dirty = true;
  RecordState& state = entry->record.state;
  if (state.empty()) state.Reserve(record.assignments.size());
  for (const ParsedAssignment& assignment : record.assignments) {
    RETURN_IF_ERROR(ApplyAssignment(change, record, assignment, *entry));
  }
  return absl::OkStatus();
}

absl::Status Workspace::ApplyAssignment(const ParsedChange& change,
                                        const ParsedRecord& record,
                                        const ParsedAssignment& assignment,
                                        Entry& entry) {
  Assignment incoming;
  incoming.path = assignment.path;
  incoming.dot = change.dot();
  incoming.clock = change.header().logical_clock();
  incoming.revision = revision();
  std::copy_n(assignment.commitment.begin(), incoming.commitment.size(),
              incoming.commitment.begin());
  incoming.value = std::string(assignment.value);
  incoming.source = std::string(assignment.source);
  incoming.erased = assignment.withheld;
  if (assignment.path == LifecyclePath() &&
      assignment.value == RetractedValue()) {
    incoming.covered = record.covered;
    // Whatever did not see the retraction may contradict it, at this version
    // or another.
    entry.concurrent.insert(assignment.path);
  }
  if (indexer_ != nullptr) {
    AddIndexRows(*indexer_, record.name, incoming, rows_);
  }
  RecordState::Effect effect =
      entry.record.state.Apply(std::move(incoming), assignment.superseded);
  if (effect.concurrent) entry.concurrent.insert(assignment.path);
  for (SupersededAssignment& past : effect.displaced) {
    std::string key =
        HistoryRowKey::Key(record.name, assignment.path, past.assignment.dot);
    history_[std::move(key)] = std::move(past);
  }
  for (const Dot& dot : effect.superseded_before) {
    ASSIGN_OR_RETURN(
        SupersededAssignment* const past,
        LoadHistory(HistoryRowKey::Key(record.name, assignment.path, dot)));
    if (past == nullptr) {
      return Inadmissible(
          "CHANGE_SUPERSEDES_NOTHING", change.dot(),
          absl::StrCat("it supersedes an assignment of change ", dot.ToString(),
                       " to a path of \"", record.name,
                       "\" that this change never assigned"));
    }
    past->superseders.push_back({change.dot(), revision()});
  }
  return absl::OkStatus();
}

absl::StatusOr<SupersededAssignment*> Workspace::LoadHistory(
    const HistoryKey& key) {
  const auto it = history_.find(key);
  if (it != history_.end()) return &it->second;
  if (parent_ != nullptr) {
    ASSIGN_OR_RETURN(const SupersededAssignment* const below,
                     parent_->LoadHistory(key));
    return below == nullptr ? nullptr
                            : &history_.emplace(key, *below).first->second;
  }
  ASSIGN_OR_RETURN(const auto value, kv_.Get(key));
  if (!value) return nullptr;
  ASSIGN_OR_RETURN(SupersededAssignment past, DecodeHistoryRow(key, *value));
  return &history_.emplace(key, std::move(past)).first->second;
}

void Workspace::AddGroup(const ReplicaId& replica, int64_t first_sequence,
                         int64_t last_sequence, absl::string_view signature) {
  stored::v1::RowGroup& group = groups_.emplace_back();
  group.set_replica(replica.bytes().data(), replica.bytes().size());
  group.set_first_sequence(first_sequence);
  group.set_last_sequence(last_sequence);
  group.set_signature(signature.data(), signature.size());
}

void Workspace::Absorb(Workspace&& fork) {
  for (auto& [name, entry] : fork.records_) {
    records_.insert_or_assign(name, std::move(entry));
  }
  for (auto& [key, past] : fork.history_) {
    history_.insert_or_assign(key, std::move(past));
  }
  for (auto& [replica, head] : fork.replicas_) {
    replicas_.insert_or_assign(replica, std::move(head));
  }
  fresh_changes_.merge(fork.fresh_changes_);
  fresh_pasts_.merge(fork.fresh_pasts_);
  std::move(fork.groups_.begin(), fork.groups_.end(),
            std::back_inserter(groups_));
  fork.absorbed_ = true;
  clock_ = fork.clock_;
  applied_changes_ += fork.applied_changes_;
  touched_records_ += fork.touched_records_;
}

}  // namespace consilium
