#include "tests/support/naive_merge.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

constexpr int kLifecycle = 1004;
// The encodings of {lifecycle: LIFECYCLE_RETRACTED}.
constexpr absl::string_view kRetracted = "\xe0\x3e\x02";

bool Names(const std::vector<Dot>& dots, const Dot& dot) {
  return std::find(dots.begin(), dots.end(), dot) != dots.end();
}

bool IsLifecycle(const FieldPath& path) { return path.field == kLifecycle; }

// The siblings that count: in a set, what is present beats what is absent.
std::vector<NaiveAssignment> Counting(
    const FieldPath& path, const std::vector<NaiveAssignment>& siblings) {
  std::vector<NaiveAssignment> present;
  for (const NaiveAssignment& sibling : siblings) {
    if (!sibling.value.empty()) present.push_back(sibling);
  }
  const bool adds_win = path.kind == MergeKind::kSet && !present.empty();
  return adds_win ? present : siblings;
}

}  // namespace

void NaiveMerge::Add(const NaiveAssignment& assignment) {
  for (const NaiveAssignment& other : assignments_) {
    if (other.record == assignment.record && other.path == assignment.path &&
        other.dot == assignment.dot) {
      return;
    }
  }
  assignments_.push_back(assignment);
}

void NaiveMerge::SetInstitution(const ReplicaId& replica,
                                const std::string& institution) {
  institutions_[replica] = institution;
}

bool NaiveMerge::IsVisible(const NaiveAssignment& assignment,
                           const Includes& includes) const {
  return std::none_of(assignments_.begin(), assignments_.end(),
                      [&](const NaiveAssignment& other) {
                        return includes(other.dot) &&
                               other.record == assignment.record &&
                               other.path == assignment.path &&
                               Names(other.superseded, assignment.dot);
                      });
}

NaiveState NaiveMerge::StateAt(const Includes& includes) const {
  NaiveState state;
  for (const NaiveAssignment& assignment : assignments_) {
    if (!includes(assignment.dot)) continue;
    NaiveRecord& record = state[assignment.record];
    if (IsVisible(assignment, includes)) {
      record.visible[assignment.path].push_back(assignment);
    }
  }
  for (auto& [name, record] : state) Judge(record);
  // A live child keeps its ancestors visible. Names descend, so children come
  // before their ancestors when the order is turned round.
  for (auto child = state.rbegin(); child != state.rend(); ++child) {
    if (child->second.retracted) continue;
    for (auto& [name, record] : state) {
      if (record.retracted &&
          absl::StartsWith(child->first, absl::StrCat(name, "/"))) {
        record.retracted = false;
        record.lifecycle_conflict = true;
      }
    }
  }
  return state;
}

void NaiveMerge::Judge(NaiveRecord& record) const {
  for (auto& [path, siblings] : record.visible) {
    std::sort(siblings.begin(), siblings.end(),
              [](const NaiveAssignment& a, const NaiveAssignment& b) {
                return a.dot < b.dot;
              });
    const std::vector<NaiveAssignment> counting = Counting(path, siblings);
    const NaiveAssignment* best = &counting.front();
    for (const NaiveAssignment& a : counting) {
      if (a.clock > best->clock ||
          (a.clock == best->clock && a.dot.replica > best->dot.replica)) {
        best = &a;
      }
      for (const NaiveAssignment& b : counting) {
        if (IsLifecycle(path)) continue;
        if (a.value != b.value) record.conflicts.insert(path);
        if (a.value == b.value && !a.value.empty() &&
            institutions_.at(a.dot.replica) !=
                institutions_.at(b.dot.replica)) {
          record.agreements.insert(path);
        }
      }
    }
    record.provisional[path] = *best;
  }
  JudgeLifecycle(record);
}

void NaiveMerge::JudgeLifecycle(NaiveRecord& record) const {
  bool any_retracted = false;
  bool all_retracted = true;
  std::vector<Dot> covered;
  for (const auto& [path, siblings] : record.visible) {
    if (!IsLifecycle(path)) continue;
    for (const NaiveAssignment& sibling : siblings) {
      const bool retracted = sibling.value == kRetracted;
      any_retracted |= retracted;
      all_retracted &= retracted;
      covered.insert(covered.end(), sibling.covered.begin(),
                     sibling.covered.end());
    }
  }
  bool all_covered = true;
  for (const auto& [path, siblings] : record.visible) {
    if (IsLifecycle(path)) continue;
    for (const NaiveAssignment& sibling : siblings) {
      all_covered &= Names(covered, sibling.dot);
    }
  }
  record.retracted = any_retracted && all_retracted && all_covered;
  record.lifecycle_conflict = any_retracted && !record.retracted;
}

std::vector<NaiveAssignment> NaiveMerge::LostAt(
    const Includes& includes) const {
  // Those that are visible, then those that a kept one supersedes, and so on.
  std::vector<const NaiveAssignment*> kept;
  std::vector<const NaiveAssignment*> open;
  for (const NaiveAssignment& assignment : assignments_) {
    if (!includes(assignment.dot)) continue;
    (IsVisible(assignment, includes) ? kept : open).push_back(&assignment);
  }
  for (size_t i = 0; i < kept.size(); ++i) {
    for (auto it = open.begin(); it != open.end();) {
      const bool chained = (*it)->record == kept[i]->record &&
                           (*it)->path == kept[i]->path &&
                           Names(kept[i]->superseded, (*it)->dot);
      if (chained) kept.push_back(*it);
      it = chained ? open.erase(it) : it + 1;
    }
  }
  std::vector<NaiveAssignment> lost;
  for (const NaiveAssignment* assignment : open) lost.push_back(*assignment);
  return lost;
}

}  // namespace consilium
