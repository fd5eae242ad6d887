#include "server/rpc/concurrent_values.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/rpc/change_history.h"
#include "server/rpc/limits.h"
#include "server/rpc/write_request.h"
#include "storage/merge/path_view.h"
#include "storage/registry/causal_past.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

absl::Status ValueNotFound(absl::string_view record, absl::string_view path) {
  return MakeError(absl::StatusCode::kNotFound, "VALUE_NOT_FOUND",
                   absl::StrCat("nothing was ever entered for ", path, " of \"",
                                record, "\""),
                   {{"record", record}, {"path", path}});
}

// For each assignment, those that it superseded.
using SupersededBy = std::map<Dot, std::vector<Dot>>;

// Everything that `dot` superseded, directly or through others.
std::set<Dot> AncestorsOf(const Dot& dot, const SupersededBy& superseded_by) {
  std::set<Dot> ancestors;
  std::vector<Dot> pending = {dot};
  while (!pending.empty()) {
    const Dot next = pending.back();
    pending.pop_back();
    const auto found = superseded_by.find(next);
    if (found == superseded_by.end()) continue;
    for (const Dot& ancestor : found->second) {
      if (ancestors.insert(ancestor).second) pending.push_back(ancestor);
    }
  }
  return ancestors;
}

}  // namespace

absl::StatusOr<ConcurrentPath> ConcurrentValues::Find(absl::string_view record,
                                                      const FieldPath& path) {
  ASSIGN_OR_RETURN(const std::optional<RecordView> found, view_.Get(record));
  if (!found.has_value()) return RecordNotFound(record);
  const absl::Span<const Assignment> siblings = found->state.At(path);
  if (siblings.empty()) return ValueNotFound(record, ShowPath(record, path));
  const PathView judged = ViewPath(siblings, [this](const ReplicaId& id) {
    return view_.InstitutionOf(id);
  });
  ConcurrentPath concurrent;
  concurrent.name = std::string(record);
  concurrent.path = path;
  concurrent.siblings.assign(siblings.begin(), siblings.end());
  concurrent.conflict =
      judged.conflict || (path == LifecyclePath() && found->lifecycle_conflict);
  concurrent.agreement = judged.agreement;
  concurrent.provisional =
      static_cast<size_t>(judged.provisional - siblings.data());
  return concurrent;
}

absl::StatusOr<v1::Conflict> ConcurrentValues::MakeConflict(
    const ConcurrentPath& path) {
  v1::Conflict conflict;
  conflict.set_record(FullName(registry_, path.name));
  conflict.set_path(ShowPath(path.name, path.path));
  RETURN_IF_ERROR(AddValues(path, path.siblings, *conflict.mutable_values()));
  // A record whose lifecycle is in conflict reads as live.
  const bool kept_live = path.conflict && path.path == LifecyclePath();
  const std::string provisional = kept_live
                                      ? std::string(LiveValue())
                                      : path.siblings[path.provisional].value;
  if (!provisional.empty()) {
    conflict.set_provisional(ShowValue(path.name, path.path, provisional));
  }
  if (kept_live) RETURN_IF_ERROR(AddObjections(path, conflict));
  ASSIGN_OR_RETURN(const std::vector<std::string> base, BaseOf(path));
  for (const std::string& value : base) conflict.add_base(value);
  return conflict;
}

absl::StatusOr<v1::Agreement> ConcurrentValues::MakeAgreement(
    const ConcurrentPath& path) {
  // The value that most institutions hold, the provisional one first.
  std::map<std::string, std::set<std::string>> holders;
  for (const Assignment& sibling : path.siblings) {
    if (sibling.value.empty()) continue;
    holders[sibling.value].emplace(view_.InstitutionOf(sibling.dot.replica));
  }
  const std::string* agreed = &path.siblings[path.provisional].value;
  for (const auto& [value, institutions] : holders) {
    if (institutions.size() > holders[*agreed].size()) agreed = &value;
  }
  std::vector<Assignment> equal;
  for (const Assignment& sibling : path.siblings) {
    if (sibling.value == *agreed) equal.push_back(sibling);
  }
  v1::Agreement agreement;
  agreement.set_record(FullName(registry_, path.name));
  agreement.set_path(ShowPath(path.name, path.path));
  agreement.set_value(ShowValue(path.name, path.path, *agreed));
  RETURN_IF_ERROR(AddValues(path, equal, *agreement.mutable_values()));
  agreement.set_blind(
      std::all_of(agreement.values().begin(), agreement.values().end(),
                  [](const v1::VisibleValue& value) { return value.blind(); }));
  return agreement;
}

absl::Status ConcurrentValues::AddValues(
    const ConcurrentPath& path, absl::Span<const Assignment> siblings,
    google::protobuf::RepeatedPtrField<v1::VisibleValue>& values) {
  for (const Assignment& sibling : siblings) {
    ASSIGN_OR_RETURN(v1::VisibleValue value, MakeValue(path.name, sibling));
    ASSIGN_OR_RETURN(const bool blind, IsBlind(path, sibling));
    value.set_blind(blind);
    *values.Add() = std::move(value);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::VisibleValue> ConcurrentValues::MakeValue(
    absl::string_view record, const Assignment& assignment) {
  ASSIGN_OR_RETURN(const ChangeSummary* const change,
                   FindChange(assignment.dot));
  v1::VisibleValue value;
  if (!assignment.value.empty()) {
    value.set_value(ShowValue(record, assignment.path, assignment.value));
  }
  if (!assignment.source.empty()) {
    value.set_source(ShowSource(assignment.source));
  }
  value.set_institution(change->institution);
  value.set_author(change->header.author());
  *value.mutable_dot() = MakeDot(assignment.dot);
  *value.mutable_claimed_time() = change->header.claimed_time();
  value.set_message(change->header.message());
  return value;
}

absl::Status ConcurrentValues::AddObjections(const ConcurrentPath& path,
                                             v1::Conflict& conflict) {
  ASSIGN_OR_RETURN(const std::optional<RecordView> root, view_.Get(path.name));
  if (!root.has_value()) return RecordNotFound(path.name);
  const auto add_unknown = [&](const RecordView& record) -> absl::Status {
    for (const Assignment& assignment : record.state.visible()) {
      if (IsKnownToRetraction(record.state, assignment)) continue;
      RETURN_IF_ERROR(AddObjection(record, assignment, conflict));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(add_unknown(*root));
  absl::Status status;
  RETURN_IF_ERROR(view_.ListBelow(path.name, [&](RecordView child) {
    if (child.retracted) return true;
    if (child.lifecycle_conflict) {
      status = add_unknown(child);
    } else {
      for (const Assignment& life : child.state.At(LifecyclePath())) {
        if (status.ok()) status = AddObjection(child, life, conflict);
      }
    }
    return status.ok() && conflict.objections_size() < kObjectionsMax;
  }));
  return status;
}

absl::Status ConcurrentValues::AddObjection(const RecordView& record,
                                            const Assignment& assignment,
                                            v1::Conflict& conflict) {
  if (conflict.objections_size() >= kObjectionsMax) return absl::OkStatus();
  ASSIGN_OR_RETURN(v1::VisibleValue value, MakeValue(record.name, assignment));
  v1::Objection& objection = *conflict.add_objections();
  objection.set_record(FullName(registry_, record.name));
  objection.set_path(ShowPath(record.name, assignment.path));
  *objection.mutable_value() = std::move(value);
  return absl::OkStatus();
}

absl::StatusOr<bool> ConcurrentValues::IsBlind(const ConcurrentPath& path,
                                               const Assignment& sibling) {
  for (const Assignment& other : path.siblings) {
    if (view_.InstitutionOf(other.dot.replica) ==
        view_.InstitutionOf(sibling.dot.replica)) {
      continue;
    }
    ASSIGN_OR_RETURN(const CausalPast* const past, FindPast(sibling.dot));
    if (PastContains(*past, sibling.dot, other.dot)) return false;
  }
  return true;
}

// The newest values that every sibling superseded, directly or through others.
absl::StatusOr<std::vector<std::string>> ConcurrentValues::BaseOf(
    const ConcurrentPath& path) {
  ASSIGN_OR_RETURN(const std::vector<HistoryEntry>* const history,
                   FindHistory(path.name));
  SupersededBy superseded_by;
  std::map<Dot, const Assignment*> assignments;
  for (const HistoryEntry& entry : *history) {
    if (entry.assignment.path != path.path) continue;
    assignments[entry.assignment.dot] = &entry.assignment;
    for (const Superseder& superseder : entry.superseders) {
      superseded_by[superseder.dot].push_back(entry.assignment.dot);
    }
  }
  std::optional<std::set<Dot>> common;
  for (const Assignment& sibling : path.siblings) {
    const std::set<Dot> ancestors = AncestorsOf(sibling.dot, superseded_by);
    if (!common.has_value()) {
      common = ancestors;
      continue;
    }
    std::set<Dot> both;
    std::set_intersection(common->begin(), common->end(), ancestors.begin(),
                          ancestors.end(), std::inserter(both, both.begin()));
    common = std::move(both);
  }
  std::set<Dot> older;
  for (const Dot& dot : *common) {
    older.merge(AncestorsOf(dot, superseded_by));
  }
  std::vector<std::string> base;
  for (const Dot& dot : *common) {
    const auto found = assignments.find(dot);
    if (older.count(dot) > 0 || found == assignments.end() ||
        found->second->value.empty()) {
      continue;
    }
    base.push_back(ShowValue(path.name, path.path, found->second->value));
  }
  return base;
}

absl::StatusOr<const ChangeSummary*> ConcurrentValues::FindChange(
    const Dot& dot) {
  std::unique_ptr<ChangeSummary>& slot = changes_[dot];
  if (slot == nullptr) {
    ASSIGN_OR_RETURN(ChangeSummary change, view_.GetChange(dot));
    slot = std::make_unique<ChangeSummary>(std::move(change));
  }
  return slot.get();
}

absl::StatusOr<const CausalPast*> ConcurrentValues::FindPast(const Dot& dot) {
  std::unique_ptr<CausalPast>& slot = pasts_[dot];
  if (slot == nullptr) {
    ASSIGN_OR_RETURN(CausalPast past, view_.PastOf(dot));
    slot = std::make_unique<CausalPast>(std::move(past));
  }
  return slot.get();
}

absl::StatusOr<const std::vector<HistoryEntry>*> ConcurrentValues::FindHistory(
    const std::string& record) {
  if (history_record_ != record) {
    ASSIGN_OR_RETURN(history_, view_.History(record));
    history_record_ = record;
  }
  return &history_;
}

}  // namespace consilium
