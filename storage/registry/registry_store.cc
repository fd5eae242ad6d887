#include "storage/registry/registry_store.h"

#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <utility>

#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/registry/causal_past.h"
#include "storage/registry/committer.h"
#include "storage/registry/errors.h"
#include "storage/registry/index_builder.h"
#include "storage/registry/lazy_snapshot.h"
#include "storage/registry/workspace.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

// Reads a row that must exist.
absl::Status ReadRow(const KeyValueStore& kv, Partition partition,
                     absl::string_view key,
                     google::protobuf::MessageLite& row) {
  ASSIGN_OR_RETURN(const auto value, kv.Get(partition, key));
  if (!value) return MissingRow(key);
  return DecodeRow(key, *value, row);
}

absl::Status ReadReplicas(const KeyValueStore& kv, Partition partition,
                          RegistryHead& head) {
  const auto scan = [&](const ScanRange& range) {
    return kv.Scan(partition, range);
  };
  const auto it = scan(PrefixRange(ReplicaRowKey::Prefix()));
  for (; it->Valid(); it->Next()) {
    stored::v1::ReplicaRow row;
    RETURN_IF_ERROR(DecodeRow(it->key(), it->value(), row));
    const auto id = ReplicaId::FromBytes(row.last().replica());
    if (!id) return DamagedRow(it->key());
    ReplicaHead replica;
    replica.institution = row.institution();
    replica.replica_key = row.replica_key();
    replica.sequence = row.last().sequence();
    replica.hash = row.last().hash();
    replica.clock = row.clock();
    ASSIGN_OR_RETURN(CausalPast past,
                     ReadCausalPast({*id, replica.sequence}, scan));
    replica.past = std::make_shared<const CausalPast>(std::move(past));
    head.replicas.emplace(*id, std::move(replica));
  }
  return it->status();
}

absl::StatusOr<int32_t> ReadFormatVersion(const KeyValueStore& kv,
                                          Partition partition) {
  stored::v1::RegistryRow row;
  RETURN_IF_ERROR(ReadRow(kv, partition, RegistryRowKey::Key(), row));
  return row.format_version();
}

// The head as the rows have it; at revision 0 for a registry without changes.
absl::StatusOr<std::shared_ptr<RegistryHead>> ReadHead(const KeyValueStore& kv,
                                                       Partition partition) {
  stored::v1::RegistryRow registry;
  RETURN_IF_ERROR(ReadRow(kv, partition, RegistryRowKey::Key(), registry));
  if (registry.format_version() > kRowFormatVersion) {
    return NewerRowFormat(registry.format_version(), kRowFormatVersion);
  }
  auto head = std::make_shared<RegistryHead>();
  head->registry_id = registry.registry();
  head->name = registry.name();
  const auto replica = ReplicaId::FromBytes(registry.replica());
  if (!replica) return DamagedRow(RegistryRowKey::Key());
  head->replica = *replica;
  head->institution = registry.institution();
  stored::v1::HeadRow row;
  RETURN_IF_ERROR(ReadRow(kv, partition, HeadRowKey::Key(), row));
  head->revision = row.revision();
  head->clock = row.clock();
  absl::StatusOr<LtHash> content = LtHash::FromState(row.content());
  if (!content.ok()) return DamagedRow(HeadRowKey::Key());
  head->content = *std::move(content);
  head->conflicts = row.conflicts();
  head->agreements = row.agreements();
  for (const stored::v1::CollectionCount& count : row.counts()) {
    head->counts[count.collection()] = {count.live(), count.total()};
  }
  RETURN_IF_ERROR(ReadReplicas(kv, partition, *head));
  return head;
}

std::shared_ptr<RegistryHead> NewHead(
    absl::string_view name, const RegistryDependencies& dependencies) {
  auto head = std::make_shared<RegistryHead>();
  head->name = std::string(name);
  head->replica = ReplicaIdFor(dependencies.replica_key.public_key());
  head->institution = dependencies.institution;
  return head;
}

// A frontier that may be read must be held, hash by hash, and closed.
absl::Status CheckFrontier(const Frontier& frontier, const RegistryView& view) {
  for (const auto& [replica, entry] : frontier.entries()) {
    const Dot dot{replica, entry.sequence};
    const auto it = view.head().replicas.find(replica);
    const int64_t held =
        it == view.head().replicas.end() ? 0 : it->second.sequence;
    if (entry.sequence > held) return FrontierNotHeld(dot, held);
    ASSIGN_OR_RETURN(const ChangeSummary change, view.GetChange(dot));
    if (change.hash != entry.hash) {
      return ForkedReplica(dot, change.hash, entry.hash);
    }
    ASSIGN_OR_RETURN(const CausalPast past, view.PastOf(dot));
    for (const auto& [other, sequence] : past) {
      if (frontier.SequenceOf(other) < sequence) {
        return FrontierNotClosed(dot, {other, sequence});
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

RegistryStore::RegistryStore(Partition partition,
                             const RegistryDependencies& dependencies,
                             std::shared_ptr<const RegistryHead> head)
    : partition_(partition),
      dependencies_(dependencies),
      committer_(std::make_unique<Committer>(partition, dependencies,
                                             std::move(head))) {}

RegistryStore::~RegistryStore() = default;

absl::StatusOr<std::unique_ptr<RegistryStore>> RegistryStore::Found(
    Partition partition, absl::string_view name, ChangeRequest first,
    const RegistryDependencies& dependencies) {
  // Until its genesis is durable, the registry has no row that would make it
  // one: a crash leaves an empty partition.
  auto store = absl::WrapUnique(
      new RegistryStore(partition, dependencies, NewHead(name, dependencies)));
  RETURN_IF_ERROR(store->CommitAndWait(std::move(first)).status());
  return store;
}

absl::StatusOr<std::unique_ptr<RegistryStore>> RegistryStore::Join(
    Partition partition, absl::string_view name,
    const stored::v1::SealedGroup& genesis,
    const RegistryDependencies& dependencies) {
  ASSIGN_OR_RETURN(ParsedGroup group, ParseGroup(genesis));
  if (group.first_sequence != 1 ||
      !group.changes.front().header().has_genesis()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "NOT_A_GENESIS",
                     "the group does not start a registry; give the first one "
                     "that the other server sends");
  }
  auto head = NewHead(name, dependencies);
  head->registry_id = RegistryIdOf(group.changes.front().hash());
  auto store =
      absl::WrapUnique(new RegistryStore(partition, dependencies, head));
  std::vector<ParsedGroup> groups;
  groups.push_back(std::move(group));
  ASSIGN_OR_RETURN(const MergeOutcome outcome,
                   store->MergeAndWait(std::move(groups)));
  if (!outcome.set_aside.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument,
                     outcome.set_aside.front().reason,
                     outcome.set_aside.front().message);
  }
  return store;
}

absl::StatusOr<std::unique_ptr<RegistryStore>> RegistryStore::Open(
    Partition partition, const RegistryDependencies& dependencies) {
  ASSIGN_OR_RETURN(std::shared_ptr<RegistryHead> head,
                   ReadHead(dependencies.kv, partition));
  const ReplicaId replica = ReplicaIdFor(dependencies.replica_key.public_key());
  const bool is_other_replica = head->replica != replica;
  if (is_other_replica) {
    // The data was copied or restored: it goes on as another replica.
    head->replica = replica;
    head->institution = dependencies.institution;
  }
  ASSIGN_OR_RETURN(const int32_t format_version,
                   ReadFormatVersion(dependencies.kv, partition));
  if (is_other_replica || format_version < kRowFormatVersion) {
    WriteBatch batch;
    batch.Put(RegistryRowKey::Key(), EncodeRegistryRow(*head));
    RETURN_IF_ERROR(dependencies.kv.Commit(partition, batch));
  }
  if (dependencies.indexer != nullptr) {
    RETURN_IF_ERROR(
        BuildIndex(dependencies.kv, partition, *dependencies.indexer));
  }
  return absl::WrapUnique(new RegistryStore(partition, dependencies, head));
}

absl::StatusOr<std::unique_ptr<RegistryView>> RegistryStore::OpenStoredView(
    const KeyValueStore& kv, Partition partition) {
  ASSIGN_OR_RETURN(std::shared_ptr<RegistryHead> head, ReadHead(kv, partition));
  ASSIGN_OR_RETURN(auto snapshot, kv.NewSnapshot(partition));
  return std::make_unique<RegistryView>(std::move(head), std::move(snapshot),
                                        Version::Latest(),
                                        std::make_shared<ClaimedTimes>());
}

absl::StatusOr<ReplicaId> RegistryStore::ReadReplica(const KeyValueStore& kv,
                                                     Partition partition) {
  stored::v1::RegistryRow row;
  RETURN_IF_ERROR(ReadRow(kv, partition, RegistryRowKey::Key(), row));
  const auto replica = ReplicaId::FromBytes(row.replica());
  if (!replica) return DamagedRow(RegistryRowKey::Key());
  return *replica;
}

void RegistryStore::Commit(ChangeRequest request, CommitCallback done) {
  committer_->Commit(std::move(request), std::move(done));
}

absl::StatusOr<CommitOutcome> RegistryStore::CommitAndWait(
    ChangeRequest request) {
  std::promise<absl::StatusOr<CommitOutcome>> answer;
  Commit(std::move(request), [&answer](absl::StatusOr<CommitOutcome> outcome) {
    answer.set_value(std::move(outcome));
  });
  return answer.get_future().get();
}

absl::StatusOr<std::vector<ParsedGroup>> RegistryStore::ParseGroups(
    stored::v1::GroupList groups) {
  std::vector<ParsedGroup> parsed;
  parsed.reserve(static_cast<size_t>(groups.groups_size()));
  for (stored::v1::SealedGroup& group : *groups.mutable_groups()) {
    ASSIGN_OR_RETURN(ParsedGroup each, ParseGroup(std::move(group)));
    parsed.push_back(std::move(each));
  }
  return parsed;
}

void RegistryStore::Merge(std::vector<ParsedGroup> groups, MergeCallback done,
                          std::shared_ptr<MergeSequence> sequence) {
  committer_->Merge(std::move(groups), std::move(sequence), std::move(done));
}

absl::StatusOr<MergeOutcome> RegistryStore::MergeAndWait(
    std::vector<ParsedGroup> groups) {
  std::promise<absl::StatusOr<MergeOutcome>> answer;
  Merge(std::move(groups), [&answer](absl::StatusOr<MergeOutcome> outcome) {
    answer.set_value(std::move(outcome));
  });
  return answer.get_future().get();
}

std::shared_ptr<const RegistryHead> RegistryStore::head() const {
  return committer_->head();
}

bool RegistryStore::UnchangedSince(absl::string_view name,
                                   int64_t revision) const {
  return committer_->touched().UnchangedSince(name, revision);
}

absl::StatusOr<std::unique_ptr<RegistryView>> RegistryStore::OpenView(
    const Version& version) const {
  std::shared_ptr<const RegistryHead> newest = head();
  if (version.kind == Version::Kind::kRevision &&
      (version.revision > newest->revision || version.revision < 0)) {
    return RevisionNotFound(version.revision, newest->revision);
  }
  // Rows that are written before the snapshot is taken do no harm: a view
  // folds them back.
  auto view = std::make_unique<RegistryView>(
      std::move(newest),
      std::make_unique<LazySnapshot>(dependencies_.kv, partition_), version,
      committer_->claimed_times());
  if (version.kind == Version::Kind::kFrontier) {
    RETURN_IF_ERROR(CheckFrontier(version.frontier, *view));
  }
  return view;
}

int64_t RegistryStore::CountChangesSince(const Frontier& frontier) const {
  int64_t count = 0;
  const auto newest = head();
  for (const auto& [id, replica] : newest->replicas) {
    count += std::max<int64_t>(0, replica.sequence - frontier.SequenceOf(id));
  }
  return count;
}

absl::StatusOr<std::string> RegistryStore::DigestAt(
    const Frontier& frontier,
    absl::FunctionRef<absl::Status()> check_alive) const {
  const auto newest = head();
  if (newest->GetFrontier() == frontier) return newest->content.Digest();
  ASSIGN_OR_RETURN(const auto view, OpenView(Version::AtFrontier(frontier)));
  ASSIGN_OR_RETURN(const LtHash content, view->ContentDigest(check_alive));
  return content.Digest();
}

int64_t RegistryStore::SizeBytes() const {
  const auto size = dependencies_.kv.ApproximateSizeBytes(partition_);
  return size.ok() ? static_cast<int64_t>(*size) : 0;
}

size_t RegistryStore::queue_length() const {
  return committer_->queue_length();
}

size_t RegistryStore::watcher_count() const {
  return committer_->watcher_count();
}

std::unique_ptr<RegistryStore::WatchHandle> RegistryStore::Watch(
    Watcher watcher) {
  const int64_t id = committer_->AddWatcher(std::move(watcher));
  return std::make_unique<WatchHandle>(
      [this, id] { committer_->RemoveWatcher(id); });
}

}  // namespace consilium
