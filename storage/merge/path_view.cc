#include "storage/merge/path_view.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "consilium/v1/common.pb.h"
#include "proto/base/record_traits.h"

namespace consilium {
namespace {

// An encoded record that holds only its lifecycle.
std::string EncodeLifecycle(v1::Lifecycle lifecycle) {
  static_assert(v1::Lifecycle_MAX < 0x80, "The value is one byte of varint.");
  constexpr uint32_t kTag = static_cast<uint32_t>(kLifecycleField) << 3;
  static_assert(kTag >= 0x80 && kTag < 0x4000, "The tag is two bytes.");
  return {static_cast<char>((kTag & 0x7f) | 0x80), static_cast<char>(kTag >> 7),
          static_cast<char>(lifecycle)};
}

// In a set, an absent sibling does not count beside a present one.
bool Counts(const Assignment& assignment, bool any_present) {
  return assignment.path.kind != MergeKind::kSet || !any_present ||
         !assignment.value.empty();
}

// An erased value equals only itself.
bool SameValue(const Assignment& a, const Assignment& b) {
  if (a.erased || b.erased) return a.dot == b.dot;
  return a.value == b.value;
}

}  // namespace

const FieldPath& LifecyclePath() {
  static const auto& path =
      *new FieldPath{kLifecycleField, MergeKind::kRegister, ""};
  return path;
}

absl::string_view LiveValue() {
  static const auto& value =
      *new std::string(EncodeLifecycle(v1::LIFECYCLE_LIVE));
  return value;
}

absl::string_view RetractedValue() {
  static const auto& value =
      *new std::string(EncodeLifecycle(v1::LIFECYCLE_RETRACTED));
  return value;
}

PathView ViewPath(absl::Span<const Assignment> siblings,
                  InstitutionOf institution_of) {
  PathView view;
  if (siblings.size() == 1) {
    view.provisional = &siblings.front();
    return view;
  }
  const bool any_present =
      std::any_of(siblings.begin(), siblings.end(),
                  [](const Assignment& a) { return !a.value.empty(); });
  for (const Assignment& a : siblings) {
    if (!Counts(a, any_present)) continue;
    if (view.provisional == nullptr ||
        std::tie(view.provisional->clock, view.provisional->dot.replica) <
            std::tie(a.clock, a.dot.replica)) {
      view.provisional = &a;
    }
    for (const Assignment& b : siblings) {
      if (&b == &a) break;
      if (!Counts(b, any_present)) continue;
      if (!SameValue(a, b)) {
        view.conflict = true;
      } else if (!a.value.empty() && institution_of(a.dot.replica) !=
                                         institution_of(b.dot.replica)) {
        view.agreement = true;
      }
    }
  }
  return view;
}

bool IsKnownToRetraction(const RecordState& state, const Assignment& visible) {
  if (visible.path == LifecyclePath()) return true;
  const absl::Span<const Assignment> lifecycles = state.At(LifecyclePath());
  return std::any_of(
      lifecycles.begin(), lifecycles.end(), [&](const Assignment& retraction) {
        return std::binary_search(retraction.covered.begin(),
                                  retraction.covered.end(), visible.dot);
      });
}

LifecycleView ViewLifecycle(const RecordState& state) {
  LifecycleView view;
  const absl::Span<const Assignment> lifecycles = state.At(LifecyclePath());
  const auto is_retraction = [](const Assignment& a) {
    return a.value == RetractedValue();
  };
  if (std::none_of(lifecycles.begin(), lifecycles.end(), is_retraction)) {
    return view;
  }
  const auto is_known = [&](const Assignment& a) {
    return IsKnownToRetraction(state, a);
  };
  view.retracted =
      std::all_of(lifecycles.begin(), lifecycles.end(), is_retraction) &&
      std::all_of(state.visible().begin(), state.visible().end(), is_known);
  view.conflict = !view.retracted;
  return view;
}

}  // namespace consilium
