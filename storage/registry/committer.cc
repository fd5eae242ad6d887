#include "storage/registry/committer.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "consilium/stored/v1/rows.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/change/limits.h"
#include "storage/registry/admission.h"
#include "storage/registry/errors.h"
#include "storage/registry/limits.h"
#include "storage/registry/planner.h"
#include "storage/registry/workspace.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

constexpr size_t kGenesisNonceSizeBytes = 16;

absl::Status QueueFull() {
  return MakeError(absl::StatusCode::kResourceExhausted, "COMMIT_QUEUE_FULL",
                   absl::StrCat("the server has ", kCommitQueueMax,
                                " writes waiting and takes no more; try again "
                                "in a moment"),
                   {{"limit", "commit queue"}});
}

absl::Status Closing() {
  return MakeError(absl::StatusCode::kUnavailable, "REGISTRY_CLOSING",
                   "the server is stopping; nothing was changed");
}

stored::v1::Genesis MakeGenesis(absl::string_view registry) {
  std::string nonce(kGenesisNonceSizeBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(nonce.data()),
                 static_cast<int>(nonce.size())) != 1) {
    std::abort();  // Without a random source nothing can be signed either.
  }
  stored::v1::Genesis genesis;
  genesis.set_nonce(std::move(nonce));
  genesis.set_registry(registry.data(), registry.size());
  return genesis;
}

// Never seen by a caller: the merge before it told why.
absl::Status MergeRefusedBefore() {
  return MakeError(absl::StatusCode::kFailedPrecondition, "MERGE_REFUSED",
                   "what was to be merged before it was refused");
}

// The records that `groups` touch, and those above them, which read anew when
// they are retracted. Ascending, each once.
std::vector<std::string> RecordsOf(const std::vector<ParsedGroup>& groups) {
  std::vector<std::string> names;
  for (const ParsedGroup& group : groups) {
    for (const ParsedChange& change : group.changes) {
      for (const ParsedRecord& record : change.records()) {
        names.emplace_back(record.name);
        for (absl::string_view parent = ParentOf(record.name); !parent.empty();
             parent = ParentOf(parent)) {
          names.emplace_back(parent);
        }
      }
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// What the seal takes of an encoded group.
size_t SealSize() {
  static const size_t size = [] {
    stored::v1::SealedGroup group;
    group.mutable_seal()->set_signature(std::string(kSignatureSizeBytes, 's'));
    return group.ByteSizeLong();
  }();
  return size;
}

// What `change` takes of an encoded group: that is what receivers measure.
size_t SizeInGroup(const stored::v1::Change& change) {
  using google::protobuf::io::CodedOutputStream;
  const size_t size = change.ByteSizeLong();
  return 1 + CodedOutputStream::VarintSize64(size) + size;
}

}  // namespace

Committer::Committer(Partition partition,
                     const RegistryDependencies& dependencies,
                     std::shared_ptr<const RegistryHead> head)
    : dependencies_(dependencies),
      replica_(ReplicaIdFor(dependencies.replica_key.public_key())),
      newest_(head),
      head_(std::move(head)),
      rows_(dependencies.kv, partition) {
  thread_ = std::thread([this] { Run(); });
}

Committer::~Committer() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  thread_.join();
}

void Committer::Commit(ChangeRequest request,
                       RegistryStore::CommitCallback done) {
  Work work = LocalChange{std::move(request), std::move(done)};
  const absl::Status status = Enqueue(work);
  if (!status.ok()) std::get<LocalChange>(work).done(status);
}

void Committer::Merge(std::vector<ParsedGroup> groups,
                      std::shared_ptr<MergeSequence> sequence,
                      RegistryStore::MergeCallback done) {
  Work work =
      RemoteBatch{std::move(groups), std::move(sequence), std::move(done)};
  const absl::Status status = Enqueue(work);
  if (!status.ok()) std::get<RemoteBatch>(work).done(status);
}

absl::Status Committer::Enqueue(Work& work) {
  MutexLock lock(mutex_);
  if (closed_) return Closing();
  if (queue_.size() >= kCommitQueueMax) return QueueFull();
  queue_.push_back(std::move(work));
  return absl::OkStatus();
}

std::shared_ptr<const RegistryHead> Committer::head() const {
  MutexLock lock(mutex_);
  return head_;
}

size_t Committer::queue_length() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

size_t Committer::watcher_count() const {
  MutexLock lock(watchers_mutex_);
  return watchers_.size();
}

int64_t Committer::AddWatcher(RegistryStore::Watcher watcher) {
  MutexLock lock(watchers_mutex_);
  watchers_.emplace(next_watcher_, std::move(watcher));
  return next_watcher_++;
}

void Committer::RemoveWatcher(int64_t id) {
  MutexLock lock(watchers_mutex_);
  watchers_.erase(id);
}

void Committer::Run() {
  while (std::optional<Work> work = TakeWork()) {
    DropWhatFailed();
    if (auto* remote = std::get_if<RemoteBatch>(&*work)) {
      CommitRemote(std::move(*remote));
    } else {
      CommitLocal(std::get<LocalChange>(*std::move(work)));
    }
  }
}

std::optional<Committer::Work> Committer::TakeWork() {
  if (next_.has_value()) return std::exchange(next_, std::nullopt);
  std::deque<Work> refused;
  {
    MutexLock lock(mutex_);
    const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return closed_ || !queue_.empty();
    };
    mutex_.Await(absl::Condition(&ready));
    if (!closed_) {
      Work work = std::move(queue_.front());
      queue_.pop_front();
      return work;
    }
    refused.swap(queue_);
  }
  for (Work& each : refused) {
    std::visit([](auto& work) { work.done(Closing()); }, each);
  }
  return std::nullopt;
}

std::optional<Committer::LocalChange> Committer::TakeForGroup(size_t count) {
  if (count >= kGroupChangesMax) return std::nullopt;
  MutexLock lock(mutex_);
  if (unwritten_ == 0 && count >= kGroupChangesWanted) return std::nullopt;
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || unwritten_ == 0 || !queue_.empty();
  };
  mutex_.Await(absl::Condition(&ready));
  // A remote batch goes alone.
  if (closed_ || queue_.empty() ||
      !std::holds_alternative<LocalChange>(queue_.front())) {
    return std::nullopt;
  }
  LocalChange change = std::get<LocalChange>(std::move(queue_.front()));
  queue_.pop_front();
  return change;
}

void Committer::DropWhatFailed() {
  if (rows_.TakeFailure().ok()) return;
  newest_ = head();
  recent_.Clear();
  set_aside_.clear();
}

void Committer::CommitLocal(LocalChange first) {
  Prepared prepared{CommitReport::Kind::kLocal, absl::Now()};
  const std::shared_ptr<const RegistryHead> base = newest_;
  Workspace workspace(rows_, *base, recent_, dependencies_.indexer,
                      rows_.TakeMemory());
  stored::v1::SealedGroup group;
  size_t group_size_bytes = SealSize();
  std::vector<Answer> answers;
  absl::flat_hash_set<std::string> request_ids;
  std::optional<LocalChange> change = std::move(first);
  for (; change.has_value(); change = TakeForGroup(answers.size())) {
    // A request that came again finds the answer to the first among the rows of
    // this group.
    if (!change->request.request_id.empty() &&
        !request_ids.insert(change->request.request_id).second) {
      next_ = *std::move(change);
      break;
    }
    absl::StatusOr<CommitOutcome> outcome =
        PlanLocal(change->request, workspace, group, group_size_bytes);
    // A change that does not fit beside others starts the next group.
    if (absl::IsOutOfRange(outcome.status()) && group.changes_size() > 0) {
      next_ = *std::move(change);
      break;
    }
    answers.push_back({std::move(change->done), std::move(outcome)});
  }
  if (const absl::Status sealed = SealLocal(group, workspace, prepared);
      !sealed.ok()) {
    for (Answer& answer : answers) answer.outcome = sealed;
  }
  std::shared_ptr<const CommittedRecords> records = prepared.records;
  Write(std::move(prepared),
        [this, answers = std::move(answers),
         records = std::move(records)](const absl::Status& written) mutable {
          AnswerLocal(std::move(answers), records, written);
        });
}

absl::Status Committer::SealLocal(const stored::v1::SealedGroup& group,
                                  Workspace& workspace, Prepared& prepared) {
  if (group.changes_size() == 0) {
    // Requests that changed nothing are noted as well.
    prepared.rows = workspace.TakeRows();
    return absl::OkStatus();
  }
  const RegistryHead& base = workspace.base();
  const ReplicaHead& own = *workspace.FindReplica(replica_);
  const stored::v1::Seal seal = SealChange(
      dependencies_.replica_key,
      base.registry_id.empty() ? RegistryIdOf(own.hash) : base.registry_id,
      {replica_, own.sequence}, own.hash);
  workspace.AddGroup(replica_, own.sequence - group.changes_size() + 1,
                     own.sequence, seal.signature());
  return Finish(workspace, prepared);
}

void Committer::AnswerLocal(
    std::vector<Answer> answers,
    const std::shared_ptr<const CommittedRecords>& records,
    const absl::Status& written) {
  const int64_t revision = head()->revision;
  for (Answer& answer : answers) {
    // Also what came to nothing, or was refused, for a change that is now not
    // there.
    if (!written.ok()) answer.outcome = written;
    if (answer.outcome.ok() && !answer.outcome->replayed) {
      answer.outcome->revision = revision;
      answer.outcome->committed = records;
      if (answer.outcome->dot.sequence > 0) {
        claimed_times_->Put(answer.outcome->dot, answer.outcome->claimed_time);
      }
    }
    answer.done(std::move(answer.outcome));
  }
}

absl::StatusOr<CommitOutcome> Committer::PlanLocal(
    const ChangeRequest& request, Workspace& workspace,
    stored::v1::SealedGroup& group, size_t& group_size_bytes) {
  ASSIGN_OR_RETURN(auto earlier, FindEarlierAnswer(request));
  if (earlier) return *std::move(earlier);
  Planner planner(workspace, dependencies_.rules, dependencies_.institution);
  ASSIGN_OR_RETURN(Planner::Plan plan, planner.Make(request));
  CommitOutcome outcome;
  outcome.records = std::move(plan.outcomes);
  if (request.validate_only) return outcome;
  if (plan.records.empty()) {
    PutRequestRow(request, outcome,
                  group.changes_size() == 0 ? workspace.base().revision
                                            : workspace.revision(),
                  workspace);
    return outcome;
  }

  ChangeDraft draft = MakeDraft(request, workspace);
  draft.records = std::move(plan.records);
  stored::v1::ReplicaOpening opening;
  stored::v1::Genesis genesis;
  const RegistryHead& base = workspace.base();
  if (draft.dot.sequence == 1) {
    const bool founds = base.registry_id.empty();
    if (founds) {
      genesis = MakeGenesis(base.name);
      draft.genesis = &genesis;
    }
    opening = MakeOpening(
        founds ? genesis.nonce() : base.registry_id, dependencies_.institution,
        dependencies_.institution_key, dependencies_.replica_key);
    draft.opening = &opening;
  }
  BuiltChange built = BuildChange(draft);
  const size_t size_bytes = SizeInGroup(built.bytes);
  if (SealSize() + size_bytes > kGroupSizeMax) {
    return LimitExceeded("change size in bytes", "the change",
                         SealSize() + size_bytes, kGroupSizeMax);
  }
  if (group_size_bytes + size_bytes > kGroupSizeMax) {
    return absl::OutOfRangeError("the group is full");
  }
  // Judged and applied exactly as another replica will do it.
  ASSIGN_OR_RETURN(const ParsedChange parsed, ParsedChange::Parse(built.bytes));
  ASSIGN_OR_RETURN(auto past, Admit(workspace, parsed));
  RETURN_IF_ERROR(workspace.Apply(parsed, built.bytes, std::move(past),
                                  group.changes_size()));
  group_size_bytes += size_bytes;
  *group.add_changes() = std::move(built.bytes);
  outcome.dot = parsed.dot();
  outcome.hash = parsed.hash();
  outcome.claimed_time = ClaimedTimeOf(parsed.header());
  PutRequestRow(request, outcome, workspace.revision(), workspace);
  return outcome;
}

void Committer::PutRequestRow(const ChangeRequest& request,
                              const CommitOutcome& outcome, int64_t revision,
                              Workspace& workspace) const {
  if (request.request_id.empty()) return;
  const std::string key = RequestRowKey::Key(request.request_id);
  workspace.PutRow(key, EncodeRequestRow(key, request, outcome, revision,
                                         dependencies_.clock.Now()));
}

ChangeDraft Committer::MakeDraft(const ChangeRequest& request,
                                 const Workspace& workspace) const {
  const RegistryHead& base = workspace.base();
  const ReplicaHead* const own = workspace.FindReplica(replica_);
  ChangeDraft draft;
  draft.registry_id = base.registry_id;
  draft.dot = {replica_, own == nullptr ? 1 : own->sequence + 1};
  if (own != nullptr) draft.previous_hash = own->hash;
  draft.logical_clock = workspace.clock() + 1;
  draft.claimed_time = dependencies_.clock.Now();
  draft.author = request.author;
  draft.message = request.message;
  draft.mode = request.mode;
  for (const auto& [id, replica] : base.replicas) {
    if (id == replica_) continue;
    const auto known =
        own == nullptr ? CausalPast::const_iterator() : own->past->find(id);
    const bool is_known = own != nullptr && known != own->past->end();
    if (replica.sequence > (is_known ? known->second : 0)) {
      draft.dependencies.Advance(id, replica.sequence, replica.hash);
    }
  }
  return draft;
}

absl::StatusOr<std::optional<CommitOutcome>> Committer::FindEarlierAnswer(
    const ChangeRequest& request) const {
  if (request.request_id.empty()) return std::nullopt;
  const std::string key = RequestRowKey::Key(request.request_id);
  ASSIGN_OR_RETURN(const auto value, rows_.Get(key));
  if (!value) return std::nullopt;
  stored::v1::RequestRow row;
  RETURN_IF_ERROR(DecodeRow(key, *value, row));
  if (row.request_hash() != request.request_hash) {
    return RequestIdReused(request.request_id);
  }
  CommitOutcome outcome;
  outcome.replayed = true;
  outcome.hash = row.change().hash();
  outcome.revision = row.revision();
  const auto replica = ReplicaId::FromBytes(row.change().replica());
  if (!replica) return DamagedRow(key);
  outcome.dot = {*replica, row.change().sequence()};
  for (const stored::v1::RowOutcome& in : row.outcomes()) {
    outcome.records.push_back(
        {in.name(), static_cast<RecordOutcome::Effect>(in.effect()), {}});
  }
  return outcome;
}

void Committer::CommitRemote(RemoteBatch batch) {
  Prepared prepared{CommitReport::Kind::kMerge, absl::Now()};
  absl::StatusOr<MergeOutcome> outcome =
      batch.sequence != nullptr && batch.sequence->refused
          ? MergeRefusedBefore()
          : MergeRemote(batch.groups, prepared);
  Write(
      std::move(prepared),
      [this, outcome = std::move(outcome), sequence = std::move(batch.sequence),
       done = std::move(batch.done)](const absl::Status& written) mutable {
        if (!written.ok()) outcome = written;
        if (outcome.ok()) {
          outcome->revision = head()->revision;
        } else if (sequence != nullptr) {
          sequence->refused = true;
        }
        done(std::move(outcome));
      });
}

absl::StatusOr<MergeOutcome> Committer::MergeRemote(
    const std::vector<ParsedGroup>& groups, Prepared& prepared) {
  Workspace workspace(rows_, *newest_, recent_, dependencies_.indexer,
                      rows_.TakeMemory());
  RETURN_IF_ERROR(workspace.Preload(RecordsOf(groups)));
  GroupMerger merger(workspace, newest_->registry_id, set_aside_);
  for (const ParsedGroup& group : groups) {
    RETURN_IF_ERROR(merger.Merge(group));
  }
  MergeOutcome outcome;
  outcome.applied_changes = workspace.applied_changes();
  outcome.touched_records = workspace.touched_records();
  outcome.skipped_changes = merger.skipped_changes();
  outcome.set_aside = merger.TakeSetAside();
  if (!workspace.empty()) RETURN_IF_ERROR(Finish(workspace, prepared));
  set_aside_ = merger.TakeBlocked();
  return outcome;
}

absl::Status Committer::Finish(Workspace& workspace, Prepared& prepared) {
  ASSIGN_OR_RETURN(Workspace::Result result,
                   workspace.Finish(dependencies_.clock.Now()));
  prepared.changes = workspace.applied_changes();
  prepared.rows = std::move(result.batch);
  prepared.head = std::move(result.head);
  prepared.records = std::move(result.records);
  return absl::OkStatus();
}

void Committer::Write(Prepared prepared, WriteBehind::Done answer) {
  if (prepared.head != nullptr) {
    newest_ = prepared.head;
    recent_.PutAll(*prepared.records);
  }
  {
    MutexLock lock(mutex_);
    ++unwritten_;
  }
  rows_.Write(
      std::move(prepared.rows),
      [this, kind = prepared.kind, start = prepared.start,
       changes = prepared.changes, head = std::move(prepared.head),
       records = std::move(prepared.records),
       answer = std::move(answer)](const absl::Status& written) mutable {
        if (written.ok() && head != nullptr) {
          for (const auto& [name, record] : records->entries()) {
            touched_.Touch(name, head->revision);
          }
          if (dependencies_.commit_observer != nullptr) {
            dependencies_.commit_observer->OnCommit(
                {head->name, kind, changes, absl::Now() - start});
          }
          Publish(std::move(head));
        }
        answer(written);
        MutexLock lock(mutex_);
        --unwritten_;
      });
}

void Committer::Publish(std::shared_ptr<const RegistryHead> head) {
  {
    MutexLock lock(mutex_);
    head_ = head;
  }
  MutexLock lock(watchers_mutex_);
  for (const auto& [id, watcher] : watchers_) watcher(*head);
}

std::string EncodeRequestRow(absl::string_view key,
                             const ChangeRequest& request,
                             const CommitOutcome& outcome, int64_t revision,
                             absl::Time now) {
  stored::v1::RequestRow row;
  row.set_request_hash(request.request_hash);
  const absl::string_view replica = outcome.dot.replica.bytes();
  row.mutable_change()->set_replica(replica.data(), replica.size());
  row.mutable_change()->set_sequence(outcome.dot.sequence);
  row.mutable_change()->set_hash(outcome.hash);
  row.set_revision(revision);
  row.set_time_us(absl::ToUnixMicros(now));
  for (const RecordOutcome& record : outcome.records) {
    stored::v1::RowOutcome& out = *row.add_outcomes();
    out.set_name(record.name);
    out.set_effect(static_cast<int32_t>(record.effect));
  }
  return EncodeRow(key, row);
}

}  // namespace consilium
