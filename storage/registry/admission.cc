#include "storage/registry/admission.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/record_codec.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "storage/merge/path_view.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

// Advances the past of the replica's previous change by what `change` says
// advanced.
absl::StatusOr<std::shared_ptr<const CausalPast>> AdvancePast(
    const Workspace& workspace, const ParsedChange& change) {
  const ReplicaHead* const head = workspace.FindReplica(change.dot().replica);
  const std::shared_ptr<const CausalPast> before =
      head == nullptr ? std::make_shared<const CausalPast>() : head->past;
  if (change.dependencies().empty()) return before;
  auto past = std::make_shared<CausalPast>(*before);
  for (const auto& [replica, entry] : change.dependencies().entries()) {
    int64_t& known = (*past)[replica];
    if (entry.sequence <= known) {
      return Inadmissible("CHANGE_DEPENDENCY_STALE", change.dot(),
                          absl::StrCat("its dependency ",
                                       Dot{replica, entry.sequence}.ToString(),
                                       " was known before"));
    }
    known = entry.sequence;
  }
  // Closed: whatever a dependency knew, this change knows.
  for (const auto& [replica, entry] : change.dependencies().entries()) {
    ASSIGN_OR_RETURN(const auto beneath,
                     workspace.PastOf({replica, entry.sequence}));
    for (const auto& [other, sequence] : *beneath) {
      const Dot wanted{other, sequence};
      if (!PastContains(*past, change.dot(), wanted)) {
        return Inadmissible(
            "CHANGE_NOT_CLOSED", change.dot(),
            absl::StrCat("its causal past holds ",
                         Dot{replica, entry.sequence}.ToString(), " but not ",
                         wanted.ToString(), " on which that rests"));
      }
    }
  }
  return std::shared_ptr<const CausalPast>(std::move(past));
}

absl::Status CheckClock(const Workspace& workspace,
                        const ParsedChange& change) {
  const ReplicaHead* const head = workspace.FindReplica(change.dot().replica);
  int64_t clock = head == nullptr ? 0 : head->clock;
  for (const auto& [replica, entry] : change.dependencies().entries()) {
    ASSIGN_OR_RETURN(const auto facts,
                     workspace.FactsOf({replica, entry.sequence}));
    clock = std::max(clock, facts.clock);
  }
  if (change.header().logical_clock() == clock + 1) return absl::OkStatus();
  return Inadmissible(
      "CHANGE_CLOCK_WRONG", change.dot(),
      absl::StrCat("its logical clock is ", change.header().logical_clock(),
                   ", its causal past makes it ", clock + 1));
}

absl::Status CheckHeader(const Workspace& workspace,
                         const ParsedChange& change) {
  const stored::v1::ChangeHeader& header = change.header();
  const Dot& dot = change.dot();
  if (header.has_opening() != (dot.sequence == 1)) {
    return Inadmissible("CHANGE_OPENING_MISPLACED", dot,
                        "a replica opens in its first change, and only there");
  }
  if (header.has_opening()) {
    const absl::Status opening = VerifyOpening(
        header.opening(),
        header.has_genesis() ? header.genesis().nonce() : header.registry(),
        dot.replica);
    if (!opening.ok()) {
      return Inadmissible("CHANGE_OPENING_INVALID", dot,
                          std::string(opening.message()));
    }
  }
  return CheckClock(workspace, change);
}

// Whether `dot` may be named as superseded by `change`.
absl::Status CheckSuperseded(const Workspace& workspace,
                             const ParsedChange& change, const CausalPast& past,
                             const Dot& dot) {
  if (!PastContains(past, change.dot(), dot)) {
    return Inadmissible("CHANGE_SUPERSEDES_UNKNOWN", change.dot(),
                        absl::StrCat("it supersedes ", dot.ToString(),
                                     " outside its causal past"));
  }
  if (change.header().mode() == stored::v1::CHANGE_MODE_INDEPENDENT) {
    const absl::string_view own =
        change.header().has_opening()
            ? absl::string_view(change.header().opening().institution())
            : workspace.InstitutionOf(change.dot().replica);
    if (workspace.InstitutionOf(dot.replica) != own) {
      return Inadmissible(
          "CHANGE_NOT_INDEPENDENT", change.dot(),
          absl::StrCat("it is marked independent but supersedes ",
                       dot.ToString(), " of another institution"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRecord(const Workspace& workspace, const ParsedChange& change,
                         const CausalPast& past, const ParsedRecord& record) {
  const absl::StatusOr<RecordName> name = RecordName::ParseAny(record.name);
  if (!name.ok()) {
    return Inadmissible("CHANGE_NAME_INVALID", change.dot(),
                        std::string(name.status().message()));
  }
  for (const ParsedAssignment& assignment : record.assignments) {
    const FieldPath& path = assignment.path;
    if (path.field < 1 || path.key.size() > kElementKeySizeMax ||
        path.key.find('\0') != std::string::npos || !IsValidUtf8(path.key)) {
      return Inadmissible(
          "CHANGE_PATH_INVALID", change.dot(),
          absl::StrCat("the path ", path.ToText(nullptr), " of \"", record.name,
                       "\" is malformed; keys are UTF-8 of at most ",
                       kElementKeySizeMax, " bytes"));
    }
    if (!assignment.withheld && !assignment.value.empty()) {
      const absl::Status shape = CheckValueShape(path, assignment.value);
      if (!shape.ok()) {
        return Inadmissible("CHANGE_VALUE_INVALID", change.dot(),
                            absl::StrCat(path.ToText(nullptr), " of \"",
                                         record.name, "\": ", shape.message()));
      }
    }
    for (const Dot& dot : assignment.superseded) {
      RETURN_IF_ERROR(CheckSuperseded(workspace, change, past, dot));
    }
  }
  for (const Dot& dot : record.covered) {
    if (!PastContains(past, change.dot(), dot)) {
      return Inadmissible("CHANGE_COVERS_UNKNOWN", change.dot(),
                          absl::StrCat("it covers ", dot.ToString(),
                                       " outside its causal past"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ParsedGroup> ParseGroup(stored::v1::SealedGroup bytes) {
  if (bytes.changes().empty()) {
    return MakeError(absl::StatusCode::kDataLoss, "GROUP_EMPTY",
                     "a sealed group without changes came; sync again");
  }
  ParsedGroup group;
  for (const stored::v1::Change& change : bytes.changes()) {
    ASSIGN_OR_RETURN(ParsedChange parsed, ParsedChange::Parse(change));
    group.changes.push_back(std::move(parsed));
  }
  group.replica = group.changes.front().dot().replica;
  group.first_sequence = group.changes.front().dot().sequence;
  group.last_sequence = group.changes.back().dot().sequence;
  group.bytes = std::move(bytes);
  return group;
}

absl::StatusOr<std::shared_ptr<const CausalPast>> Admit(
    Workspace& workspace, const ParsedChange& change) {
  RETURN_IF_ERROR(change.admissibility());
  RETURN_IF_ERROR(CheckHeader(workspace, change));
  ASSIGN_OR_RETURN(auto past, AdvancePast(workspace, change));
  for (const ParsedRecord& record : change.records()) {
    RETURN_IF_ERROR(CheckRecord(workspace, change, *past, record));
  }
  return past;
}

absl::Status GroupMerger::Merge(const ParsedGroup& group) {
  bool held = false;
  RETURN_IF_ERROR(CheckPlace(group, held));
  if (held) {
    skipped_changes_ += group.last_sequence - group.first_sequence + 1;
    return absl::OkStatus();
  }
  absl::Status status = CheckSealed(group);
  if (status.ok()) status = FindBlocked(group);
  if (status.ok()) status = CheckDependencies(group);
  if (status.ok()) status = Apply(group);
  if (absl::IsInvalidArgument(status)) return SetAside(group, status);
  if (status.ok()) blocked_.erase(group.replica);
  return status;
}

absl::Status GroupMerger::CheckPlace(const ParsedGroup& group, bool& held) {
  const ReplicaHead* const head = workspace_.FindReplica(group.replica);
  const int64_t last_held = head == nullptr ? 0 : head->sequence;
  held = group.last_sequence <= last_held;
  if (held) {
    const Dot dot = group.changes.back().dot();
    ASSIGN_OR_RETURN(const auto facts, workspace_.FactsOf(dot));
    return facts.hash == group.changes.back().hash()
               ? absl::OkStatus()
               : ForkedReplica(dot, facts.hash, group.changes.back().hash());
  }
  if (group.first_sequence != last_held + 1 &&
      !blocked_.contains(group.replica)) {
    return SequenceGap(group.replica, group.first_sequence, last_held + 1);
  }
  return absl::OkStatus();
}

absl::Status GroupMerger::FindBlocked(const ParsedGroup& group) const {
  const auto own = blocked_.find(group.replica);
  // The group that was set aside is judged anew when it comes again.
  if (own != blocked_.end() &&
      own->second.first_sequence < group.first_sequence) {
    return Inadmissible("EARLIER_CHANGE_SET_ASIDE",
                        {group.replica, group.first_sequence},
                        "an earlier change of its replica was set aside");
  }
  for (const ParsedChange& change : group.changes) {
    for (const auto& [replica, entry] : change.dependencies().entries()) {
      const auto it = blocked_.find(replica);
      if (it != blocked_.end() && it->second.first_sequence <= entry.sequence) {
        return Inadmissible(
            "DEPENDENCY_SET_ASIDE", change.dot(),
            absl::StrCat("it depends on ",
                         Dot{replica, entry.sequence}.ToString(),
                         " that was set aside"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status GroupMerger::CheckSealed(const ParsedGroup& group) const {
  for (const ParsedChange& change : group.changes) {
    const std::string registry = change.header().has_genesis()
                                     ? RegistryIdOf(change.hash())
                                     : change.header().registry();
    if (registry != registry_id_) return OtherRegistry(registry, registry_id_);
  }
  const ReplicaHead* const head = workspace_.FindReplica(group.replica);
  absl::string_view previous;
  if (head != nullptr) previous = head->hash;
  // Behind what was set aside, the chain is checked when that comes again.
  if (group.first_sequence != (head == nullptr ? 0 : head->sequence) + 1) {
    previous = group.changes.front().header().previous();
  }
  return VerifyGroup(group.changes, group.bytes.seal(), registry_id_, previous,
                     KeyOf(group));
}

absl::string_view GroupMerger::KeyOf(const ParsedGroup& group) const {
  const ReplicaHead* const head = workspace_.FindReplica(group.replica);
  if (head != nullptr) return head->replica_key;
  const stored::v1::ChangeHeader& first = group.changes.front().header();
  if (first.has_opening()) return first.opening().replica_key();
  const auto place = blocked_.find(group.replica);
  return place == blocked_.end() ? absl::string_view()
                                 : absl::string_view(place->second.replica_key);
}

absl::Status GroupMerger::CheckDependencies(const ParsedGroup& group) const {
  for (const ParsedChange& change : group.changes) {
    for (const auto& [replica, entry] : change.dependencies().entries()) {
      const Dot dot{replica, entry.sequence};
      const absl::StatusOr<Workspace::ChangeFacts> facts =
          workspace_.FactsOf(dot);
      if (absl::IsNotFound(facts.status())) {
        return MakeError(
            absl::StatusCode::kFailedPrecondition, "DEPENDENCY_MISSING",
            absl::StrCat("change ", change.dot().ToString(),
                         " came before change ", dot.ToString(),
                         " on which it rests; sync from the "
                         "frontier again"),
            {{"change", change.dot().ToString()}, {"wanted", dot.ToString()}});
      }
      RETURN_IF_ERROR(facts.status());
      if (facts->hash != entry.hash) {
        return ForkedReplica(dot, facts->hash, entry.hash);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status GroupMerger::Apply(const ParsedGroup& group) {
  Workspace fork(workspace_);
  for (size_t i = 0; i < group.changes.size(); ++i) {
    const ParsedChange& change = group.changes[i];
    ASSIGN_OR_RETURN(auto past, Admit(fork, change));
    RETURN_IF_ERROR(fork.Apply(change, group.bytes.changes(static_cast<int>(i)),
                               std::move(past), static_cast<int>(i)));
  }
  fork.AddGroup(group.replica, group.first_sequence, group.last_sequence,
                group.bytes.seal().signature());
  workspace_.Absorb(std::move(fork));
  return absl::OkStatus();
}

absl::Status GroupMerger::SetAside(const ParsedGroup& group,
                                   const absl::Status& why) {
  if (!blocked_.contains(group.replica) &&
      blocked_.size() >= kSetAsideReplicasMax) {
    return LimitExceeded("replicas with changes set aside", "the registry",
                         blocked_.size() + 1, kSetAsideReplicasMax);
  }
  blocked_.try_emplace(group.replica, SetAsidePlace{group.first_sequence,
                                                    std::string(KeyOf(group))});
  set_aside_.push_back({group.replica, group.first_sequence,
                        group.last_sequence, GetErrorReason(why),
                        std::string(why.message())});
  return absl::OkStatus();
}

}  // namespace consilium
