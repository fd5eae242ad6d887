#include "storage/merge/record_state.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace consilium {
namespace {

bool PathThenDot(const Assignment& a, const Assignment& b) {
  if (a.path != b.path) return a.path < b.path;
  return a.dot < b.dot;
}

struct ByPath {
  bool operator()(const Assignment& a, const FieldPath& path) const {
    return a.path < path;
  }
  bool operator()(const FieldPath& path, const Assignment& a) const {
    return path < a.path;
  }
};

}  // namespace

absl::Span<const Assignment> RecordState::At(const FieldPath& path) const {
  const auto [begin, end] =
      std::equal_range(visible_.begin(), visible_.end(), path, ByPath());
  return absl::MakeConstSpan(visible_.data() + (begin - visible_.begin()),
                             static_cast<size_t>(end - begin));
}

void RecordState::ForEachPath(
    absl::FunctionRef<void(absl::Span<const Assignment>)> visit) const {
  for (size_t begin = 0; begin < visible_.size();) {
    size_t end = begin + 1;
    while (end < visible_.size() &&
           visible_[end].path == visible_[begin].path) {
      ++end;
    }
    visit(absl::MakeConstSpan(visible_.data() + begin, end - begin));
    begin = end;
  }
}

RecordState::Effect RecordState::Apply(Assignment incoming,
                                       absl::Span<const Dot> superseded) {
  Effect effect;
  const auto range = std::equal_range(visible_.begin(), visible_.end(),
                                      incoming.path, ByPath());
  const auto begin = range.first;
  const auto end = range.second;
  for (const Dot& dot : superseded) {
    const auto it = std::find_if(
        begin, end, [&](const Assignment& a) { return a.dot == dot; });
    if (it == end) {
      effect.superseded_before.push_back(dot);
    } else {
      effect.displaced.push_back(
          {std::move(*it), {{incoming.dot, incoming.revision}}});
      it->dot = dot;  // A moved-from assignment keeps its place and name.
    }
  }
  // Drops what was displaced, and finds the place of the incoming one.
  const auto kept = std::remove_if(begin, end, [&](const Assignment& a) {
    return std::find(superseded.begin(), superseded.end(), a.dot) !=
           superseded.end();
  });
  effect.concurrent = kept != begin;
  const auto place = std::lower_bound(
      begin, kept, incoming.dot,
      [](const Assignment& a, const Dot& dot) { return a.dot < dot; });
  if (kept == end) {
    visible_.insert(place, std::move(incoming));
    return effect;
  }
  std::move_backward(place, kept, kept + 1);
  *place = std::move(incoming);
  visible_.erase(kept + 1, end);
  return effect;
}

RecordState FoldAt(
    const RecordState& present, absl::Span<const SupersededAssignment> history,
    absl::FunctionRef<bool(const Dot&, int64_t revision)> includes) {
  std::vector<Assignment> visible;
  for (const Assignment& assignment : present.visible()) {
    if (includes(assignment.dot, assignment.revision)) {
      visible.push_back(assignment);
    }
  }
  for (const SupersededAssignment& past : history) {
    if (!includes(past.assignment.dot, past.assignment.revision)) continue;
    const bool superseded = std::any_of(
        past.superseders.begin(), past.superseders.end(),
        [&](const Superseder& s) { return includes(s.dot, s.revision); });
    if (!superseded) visible.push_back(past.assignment);
  }
  std::sort(visible.begin(), visible.end(), PathThenDot);
  return RecordState(std::move(visible));
}

}  // namespace consilium
