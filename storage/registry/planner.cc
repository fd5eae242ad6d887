#include "storage/registry/planner.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "storage/change/limits.h"
#include "storage/merge/path_view.h"
#include "storage/registry/errors.h"
#include "storage/registry/limits.h"
#include "storage/registry/registry_view.h"

namespace consilium {
namespace {

std::vector<Dot> DotsOf(absl::Span<const Assignment> siblings) {
  std::vector<Dot> dots;
  dots.reserve(siblings.size());
  for (const Assignment& sibling : siblings) dots.push_back(sibling.dot);
  return dots;
}

// Everything that a retraction of a record with this state covers.
std::vector<Dot> CoveredBy(const RecordState& state) {
  std::vector<Dot> dots;
  for (const Assignment& assignment : state.visible()) {
    if (assignment.path != LifecyclePath()) dots.push_back(assignment.dot);
  }
  std::sort(dots.begin(), dots.end());
  dots.erase(std::unique(dots.begin(), dots.end()), dots.end());
  return dots;
}

std::string PathText(absl::string_view name, const FieldPath& path) {
  const RecordTraits* const traits = RecordTraitsTable::Get().FindByName(name);
  return path.ToText(traits == nullptr ? nullptr : traits->descriptor);
}

// Whether two values mean the same to this release.
bool SameMeaning(absl::string_view name, absl::string_view a,
                 absl::string_view b) {
  if (a == b) return true;
  if (a.empty() || b.empty()) return false;
  const RecordTraits* const traits = RecordTraitsTable::Get().FindByName(name);
  if (traits == nullptr) return false;
  const auto canonical_a = CanonicalValue(a, *traits);
  const auto canonical_b = CanonicalValue(b, *traits);
  return canonical_a.ok() && canonical_b.ok() && *canonical_a == *canonical_b;
}

// Whether `field` is one of `fields`, or those stand for all.
bool IsAmong(absl::Span<const int32_t> fields, int32_t field) {
  return fields.empty() ||
         std::binary_search(fields.begin(), fields.end(), field);
}

// What `state` has of `fields`; of all when there are none.
RecordState PartOf(const RecordState& state, absl::Span<const int32_t> fields) {
  std::vector<Assignment> visible;
  for (const Assignment& assignment : state.visible()) {
    if (IsAmong(fields, assignment.path.field)) visible.push_back(assignment);
  }
  return RecordState(std::move(visible));
}

RecordOutcome OutcomeOf(const std::string& name,
                        const std::vector<AssignmentDraft>& assignments,
                        bool creates) {
  RecordOutcome outcome;
  outcome.name = name;
  if (creates) {
    outcome.effect = RecordOutcome::Effect::kCreated;
  } else if (!assignments.empty()) {
    outcome.effect = RecordOutcome::Effect::kUpdated;
  }
  for (const AssignmentDraft& assignment : assignments) {
    outcome.paths.push_back(assignment.path);
  }
  return outcome;
}

}  // namespace

absl::StatusOr<Planner::Plan> Planner::Make(const ChangeRequest& request) {
  drafts_.clear();
  refusals_.clear();
  independent_ = request.mode == stored::v1::CHANGE_MODE_INDEPENDENT;
  // Parents come before children, whatever order the request has.
  std::vector<const RecordWrite*> writes;
  for (const RecordWrite& write : request.records) writes.push_back(&write);
  std::stable_sort(writes.begin(), writes.end(),
                   [](const RecordWrite* a, const RecordWrite* b) {
                     return std::count(a->name.begin(), a->name.end(), '/') <
                            std::count(b->name.begin(), b->name.end(), '/');
                   });
  std::vector<std::string> names;
  names.reserve(writes.size());
  for (const RecordWrite* write : writes) names.push_back(write->name);
  if (names.size() > 1) RETURN_IF_ERROR(workspace_.Preload(names));
  for (const RecordWrite* write : writes) {
    RETURN_IF_ERROR(Collect(PlanRecord(*write)));
  }
  if (!refusals_.empty()) return RecordsRefused(refusals_);
  size_t assignment_count = 0;
  for (const auto& [name, draft] : drafts_) {
    assignment_count += draft.assignments.size();
    if (!draft.assignments.empty()) RETURN_IF_ERROR(CheckRecord(name, draft));
  }
  if (assignment_count > kAssignmentsPerChangeMax) {
    return LimitExceeded("assignments per change", "the change",
                         assignment_count, kAssignmentsPerChangeMax);
  }
  Plan plan;
  std::sort(names.begin(), names.end());
  for (const RecordWrite& write : request.records) {
    const Draft& draft = drafts_[write.name];
    plan.outcomes.push_back(
        OutcomeOf(write.name, draft.assignments, draft.creates));
  }
  for (auto& [name, draft] : drafts_) {
    if (draft.assignments.empty()) continue;
    if (!std::binary_search(names.begin(), names.end(), name)) {
      plan.outcomes.push_back(
          OutcomeOf(name, draft.assignments, draft.creates));
    }
    plan.records.push_back(
        {name, std::move(draft.assignments), std::move(draft.covered)});
  }
  return plan;
}

absl::Status Planner::PlanRecord(const RecordWrite& write) {
  RETURN_IF_ERROR(CheckEtag(write));
  if (const auto* what = std::get_if<FieldStatements>(&write.what)) {
    return PlanStatements(write.name, *what);
  }
  if (const auto* what = std::get_if<Retraction>(&write.what)) {
    return PlanRetraction(write.name, *what);
  }
  if (std::holds_alternative<Restoration>(write.what)) {
    return PlanRestoration(write.name);
  }
  return PlanAdjudication(write.name, std::get<Adjudication>(write.what));
}

absl::Status Planner::Collect(absl::Status status) {
  if (!IsAboutOneRecord(status)) return status;
  refusals_.push_back(std::move(status));
  return absl::OkStatus();
}

absl::Status Planner::CheckEtag(const RecordWrite& write) {
  if (write.etag.empty() || write.etag == "*") return absl::OkStatus();
  ASSIGN_OR_RETURN(const StoredRecord* const record,
                   workspace_.Load(write.name));
  if (record->state.empty()) return RecordNotFound(write.name);
  const std::string current = EtagOf(ElementOf(write.name, record->state));
  if (write.etag == current) return absl::OkStatus();
  return StaleEtag(write.name, write.etag, current);
}

absl::Status Planner::PlanStatements(const std::string& name,
                                     const FieldStatements& statements) {
  using Existence = FieldStatements::Existence;
  ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(name));
  const RecordState& state = record->state;
  ASSIGN_OR_RETURN(const bool retracted, workspace_.IsRetracted(name));
  const bool exists = !state.empty();
  if (exists && statements.existence == Existence::kMustNotExist) {
    return RecordExists(name, retracted);
  }
  if (retracted) return RecordRetracted(name);
  if (!exists && statements.existence == Existence::kMustExist) {
    return RecordNotFound(name);
  }
  Draft& draft = drafts_[name];
  draft.creates = !exists;
  for (const FieldValue& stated : statements.values) {
    RETURN_IF_ERROR(Collect(PlanValue(name, state, stated, draft)));
  }
  RETURN_IF_ERROR(PlanRemovals(name, state, statements, draft));
  if (!exists) {
    RETURN_IF_ERROR(CheckParent(name));
    draft.assignments.push_back(
        {LifecyclePath(), std::string(LiveValue()), "", {}});
  }
  std::sort(draft.assignments.begin(), draft.assignments.end(),
            [](const AssignmentDraft& a, const AssignmentDraft& b) {
              return a.path < b.path;
            });
  return absl::OkStatus();
}

absl::Status Planner::CheckParent(absl::string_view name) {
  const absl::string_view parent = ParentOf(name);
  if (parent.empty() || drafts_.contains(parent)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(parent));
  if (record->state.empty()) return RecordNotFound(parent);
  ASSIGN_OR_RETURN(const bool retracted, workspace_.IsRetracted(parent));
  return retracted ? RecordRetracted(parent) : absl::OkStatus();
}

absl::Status Planner::PlanValue(const std::string& name,
                                const RecordState& state,
                                const FieldValue& stated, Draft& draft) {
  const absl::Span<const Assignment> siblings = state.At(stated.path);
  const auto institution_of = [this](const ReplicaId& id) {
    return workspace_.InstitutionOf(id);
  };
  std::vector<Dot> superseded;
  std::vector<bool> same;  // Of each sibling: whether it reads as stated.
  bool source_differs = false;
  bool stands = false;  // Some value that counts reads as stated.
  bool any_own = false;
  for (const Assignment& sibling : siblings) {
    const bool own = institution_of(sibling.dot.replica) == institution_;
    if (!independent_ || own) superseded.push_back(sibling.dot);
    any_own = any_own || own;
    same.push_back((own || !independent_) &&
                   SameMeaning(name, sibling.value, stated.value));
    if (same.back()) {
      stands = true;
      // Only values are compared; but who corrects the source of a value of
      // one's own states something new.
      source_differs = source_differs || (own && !stated.source.empty() &&
                                          sibling.source != stated.source);
    }
  }
  if (siblings.empty() || (independent_ && !any_own)) {
    if (stated.value.empty()) return absl::OkStatus();
  } else {
    const PathView view = ViewPath(siblings, institution_of);
    if (!independent_ && !view.conflict &&
        !same[static_cast<size_t>(view.provisional - siblings.data())]) {
      stands = false;  // In a set, a removal beside an addition is no value.
    }
    if (stands && (!source_differs || view.conflict)) return absl::OkStatus();
    if (!independent_ && view.conflict) {
      return FieldInConflict(name, PathText(name, stated.path));
    }
  }
  if (independent_ && siblings.size() - superseded.size() >= kSiblingsMax) {
    return LimitExceeded(
        "siblings per path",
        absl::StrCat(PathText(name, stated.path), " of \"", name, "\""),
        siblings.size() - superseded.size() + 1, kSiblingsMax);
  }
  draft.assignments.push_back(
      {stated.path, stated.value, stated.source, std::move(superseded)});
  return absl::OkStatus();
}

absl::Status Planner::PlanRemovals(const std::string& name,
                                   const RecordState& state,
                                   const FieldStatements& statements,
                                   Draft& draft) {
  const auto is_stated = [&](const FieldPath& path) {
    const auto it = std::lower_bound(
        statements.values.begin(), statements.values.end(), path,
        [](const FieldValue& v, const FieldPath& p) { return v.path < p; });
    return it != statements.values.end() && it->path == path;
  };
  absl::Status status;
  state.ForEachPath([&](absl::Span<const Assignment> siblings) {
    const FieldPath& path = siblings.front().path;
    const auto& fields = statements.replaced_fields;
    if (!status.ok() || is_stated(path) ||
        std::find(fields.begin(), fields.end(), path.field) == fields.end()) {
      return;
    }
    status = Collect(PlanValue(name, state, {path, "", ""}, draft));
  });
  return status;
}

absl::Status Planner::PlanRetraction(const std::string& name,
                                     const Retraction& retraction) {
  ASSIGN_OR_RETURN(const StoredRecord* const root, workspace_.Load(name));
  if (root->state.empty()) return RecordNotFound(name);
  ASSIGN_OR_RETURN(const bool disputed, HasDisputedLifecycle(name));
  if (disputed) return FieldInConflict(name, PathText(name, LifecyclePath()));
  RETURN_IF_ERROR(RetractRecord(name, retraction.source));
  return RetractDescendants(name, retraction.source);
}

absl::StatusOr<bool> Planner::HasDisputedLifecycle(const std::string& name) {
  ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(name));
  const LifecycleView own = ViewLifecycle(record->state);
  if (!own.retracted) return own.conflict;
  ASSIGN_OR_RETURN(const bool retracted, workspace_.IsRetracted(name));
  return !retracted;
}

absl::Status Planner::RetractRecord(const std::string& name,
                                    const std::string& source) {
  ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(name));
  if (ViewLifecycle(record->state).retracted) return absl::OkStatus();
  Draft& draft = drafts_[name];
  draft.assignments = {{LifecyclePath(), std::string(RetractedValue()), source,
                        DotsOf(record->state.At(LifecyclePath()))}};
  draft.covered = CoveredBy(record->state);
  return absl::OkStatus();
}

absl::Status Planner::RetractDescendants(const std::string& name,
                                         const std::string& source) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   workspace_.Descendants(name));
  for (const std::string& each : names) {
    ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(each));
    if (ViewLifecycle(record->state).conflict) {
      return FieldInConflict(each, PathText(each, LifecyclePath()));
    }
    RETURN_IF_ERROR(RetractRecord(each, source));
  }
  return absl::OkStatus();
}

absl::Status Planner::PlanRestoration(const std::string& name) {
  ASSIGN_OR_RETURN(const StoredRecord* const root, workspace_.Load(name));
  if (root->state.empty()) return RecordNotFound(name);
  ASSIGN_OR_RETURN(const bool retracted, workspace_.IsRetracted(name));
  if (!retracted) {
    ASSIGN_OR_RETURN(const bool disputed, HasDisputedLifecycle(name));
    return disputed ? FieldInConflict(name, PathText(name, LifecyclePath()))
                    : RecordNotRetracted(name);
  }
  const absl::string_view parent = ParentOf(name);
  if (!parent.empty()) {
    ASSIGN_OR_RETURN(const bool gone, workspace_.IsRetracted(parent));
    if (gone) return RecordRetracted(parent);
  }
  ASSIGN_OR_RETURN(std::vector<std::string> names,
                   workspace_.Descendants(name));
  const std::vector<Dot> together = DotsOf(root->state.At(LifecyclePath()));
  names.push_back(name);
  for (const std::string& each : names) {
    ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(each));
    const std::vector<Dot> dots = DotsOf(record->state.At(LifecyclePath()));
    // A descendant that was retracted on its own stays so.
    if (!ViewLifecycle(record->state).retracted || dots != together) continue;
    drafts_[each].assignments = {
        {LifecyclePath(), std::string(LiveValue()), "", dots}};
  }
  return absl::OkStatus();
}

absl::Status Planner::PlanAdjudication(const std::string& name,
                                       const Adjudication& adjudication) {
  const FieldPath& path = adjudication.path;
  ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(name));
  if (record->state.empty()) return RecordNotFound(name);
  const absl::Span<const Assignment> siblings = record->state.At(path);
  const auto institution_of = [this](const ReplicaId& id) {
    return workspace_.InstitutionOf(id);
  };
  ASSIGN_OR_RETURN(const bool retracted, workspace_.IsRetracted(name));
  const bool lifecycle_conflict =
      path == LifecyclePath() && !retracted &&
      std::any_of(siblings.begin(), siblings.end(), [](const Assignment& a) {
        return a.value == RetractedValue();
      });
  std::vector<Dot> shown = adjudication.shown;
  std::sort(shown.begin(), shown.end());
  if (DotsOf(siblings) != shown) {
    return ConflictChanged(name, PathText(name, path));
  }
  if (siblings.empty() ||
      !(lifecycle_conflict || ViewPath(siblings, institution_of).conflict)) {
    return NotInConflict(name, PathText(name, path));
  }
  AssignmentDraft assignment{path, adjudication.value, adjudication.source,
                             shown};
  if (adjudication.take) {
    const auto taken = std::find_if(
        siblings.begin(), siblings.end(),
        [&](const Assignment& a) { return a.dot == *adjudication.take; });
    if (taken == siblings.end()) {
      return ConflictChanged(name, PathText(name, path));
    }
    assignment.value = taken->value;
    if (assignment.source.empty()) assignment.source = taken->source;
  }
  if (path == LifecyclePath() && assignment.value.empty()) {
    return InvalidField("value", "a lifecycle is live or retracted");
  }
  Draft& draft = drafts_[name];
  if (path == LifecyclePath() && assignment.value == RetractedValue()) {
    RETURN_IF_ERROR(RetractDescendants(name, assignment.source));
    draft.covered = CoveredBy(record->state);
  }
  draft.assignments = {std::move(assignment)};
  return absl::OkStatus();
}

absl::Status Planner::CheckSizes(const std::string& name,
                                 const RecordState& before,
                                 const Draft& draft) const {
  size_t size_bytes = 0;
  for (const Assignment& assignment : before.visible()) {
    size_bytes += assignment.value.size() + assignment.source.size();
  }
  for (const AssignmentDraft& assignment : draft.assignments) {
    if (assignment.value.size() > kValueSizeMax) {
      return LimitExceeded(
          "value size in bytes",
          absl::StrCat(PathText(name, assignment.path), " of \"", name, "\""),
          assignment.value.size(), kValueSizeMax);
    }
    size_bytes += assignment.value.size() + assignment.source.size();
    for (const Assignment& sibling : before.At(assignment.path)) {
      const auto& superseded = assignment.superseded;
      if (std::find(superseded.begin(), superseded.end(), sibling.dot) !=
          superseded.end()) {
        size_bytes -= sibling.value.size() + sibling.source.size();
      }
    }
  }
  if (size_bytes > kRecordSizeMax) {
    return LimitExceeded("record size in bytes",
                         absl::StrCat("record \"", name, "\""), size_bytes,
                         kRecordSizeMax);
  }
  return absl::OkStatus();
}

RecordState Planner::StateAfter(const RecordState& before, const Draft& draft,
                                absl::Span<const int32_t> fields) const {
  RecordState after = PartOf(before, fields);
  for (const AssignmentDraft& assignment : draft.assignments) {
    if (!IsAmong(fields, assignment.path.field)) continue;
    Assignment incoming;
    incoming.path = assignment.path;
    incoming.dot = {ReplicaId(), workspace_.revision()};
    incoming.clock = workspace_.clock() + 1;
    incoming.value = assignment.value;
    incoming.source = assignment.source;
    after.Apply(std::move(incoming), assignment.superseded);
  }
  return after;
}

absl::Status Planner::CheckRecord(const std::string& name, const Draft& draft) {
  ASSIGN_OR_RETURN(const StoredRecord* const record, workspace_.Load(name));
  const RecordState& before = record->state;
  RETURN_IF_ERROR(CheckSizes(name, before, draft));
  std::vector<int32_t> changed;
  for (const AssignmentDraft& assignment : draft.assignments) {
    const int32_t field = assignment.path.field;
    if (changed.empty() || changed.back() != field) changed.push_back(field);
  }
  if (changed.size() == 1 && changed.front() == LifecyclePath().field) {
    return absl::OkStatus();
  }
  if (draft.creates) changed.clear();  // Even what is missing is new.
  const auto read = [this](const RecordState& state) {
    return ProvisionalValues(state, [this](const ReplicaId& id) {
      return workspace_.InstitutionOf(id);
    });
  };
  return rules_.Check(
      name, changed,
      [&](absl::Span<const int32_t> fields) {
        return read(StateAfter(before, draft, fields));
      },
      [&](absl::Span<const int32_t> fields) {
        return read(PartOf(before, fields));
      },
      *this);
}

absl::StatusOr<bool> Planner::IsLive(absl::string_view name) const {
  const auto it = drafts_.find(name);
  if (it != drafts_.end()) {
    if (it->second.creates) return true;
    for (const AssignmentDraft& assignment : it->second.assignments) {
      if (assignment.path == LifecyclePath()) {
        return assignment.value == LiveValue();
      }
    }
  }
  return workspace_.IsLive(name);
}

}  // namespace consilium
