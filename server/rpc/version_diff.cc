#include "server/rpc/version_diff.h"

#include <map>
#include <optional>
#include <set>
#include <string>

#include "proto/base/status_macros.h"
#include "server/rpc/change_history.h"
#include "storage/merge/path_view.h"

namespace consilium {
namespace {

// The different values of each path, absent ones left out.
using PathValues = std::map<FieldPath, std::set<std::string>>;

PathValues ValuesOf(const std::optional<RecordView>& record) {
  PathValues values;
  if (!record.has_value()) return values;
  for (const Assignment& assignment : record->state.visible()) {
    if (assignment.path == LifecyclePath() || assignment.value.empty()) {
      continue;
    }
    values[assignment.path].insert(assignment.value);
  }
  return values;
}

v1::RecordDifference::Effect EffectOf(const std::optional<RecordView>& before,
                                      const std::optional<RecordView>& after) {
  if (!before.has_value()) return v1::RecordDifference::EFFECT_ADDED;
  if (!after.has_value()) return v1::RecordDifference::EFFECT_REMOVED;
  if (before->retracted && !after->retracted) {
    return v1::RecordDifference::EFFECT_RESTORED;
  }
  if (!before->retracted && after->retracted) {
    return v1::RecordDifference::EFFECT_RETRACTED;
  }
  return v1::RecordDifference::EFFECT_CHANGED;
}

}  // namespace

absl::StatusOr<bool> CompareRecord(const RegistryView& before,
                                   const RegistryView& after,
                                   absl::string_view name,
                                   v1::RecordDifference& difference) {
  ASSIGN_OR_RETURN(const std::optional<RecordView> earlier, before.Get(name));
  ASSIGN_OR_RETURN(const std::optional<RecordView> later, after.Get(name));
  if (!earlier.has_value() && !later.has_value()) return false;
  const PathValues from = ValuesOf(earlier);
  const PathValues to = ValuesOf(later);
  std::set<FieldPath> paths;
  for (const auto& [path, values] : from) paths.insert(path);
  for (const auto& [path, values] : to) paths.insert(path);
  static const std::set<std::string>& kNone = *new std::set<std::string>;
  for (const FieldPath& path : paths) {
    const auto old_values = from.find(path);
    const auto new_values = to.find(path);
    const auto& a = old_values == from.end() ? kNone : old_values->second;
    const auto& b = new_values == to.end() ? kNone : new_values->second;
    if (a == b) continue;
    v1::PathDifference& added = *difference.add_paths();
    added.set_path(ShowPath(name, path));
    for (const std::string& value : a) {
      added.add_before(ShowValue(name, path, value));
    }
    for (const std::string& value : b) {
      added.add_after(ShowValue(name, path, value));
    }
  }
  difference.set_effect(EffectOf(earlier, later));
  return difference.paths_size() > 0 ||
         difference.effect() != v1::RecordDifference::EFFECT_CHANGED;
}

}  // namespace consilium
