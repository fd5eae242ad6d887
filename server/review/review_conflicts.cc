#include "server/review/review_conflicts.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"

namespace consilium {
namespace {

using PathInRecord = std::pair<std::string, std::string>;

// `path` of a row, which names the record when it is another than the row's.
PathInRecord SplitPath(const v1::EvidenceRow& row, const std::string& path) {
  const size_t hash = path.substr(0, path.find('[')).find('#');
  if (hash == std::string::npos) return {row.record(), path};
  return {path.substr(0, hash), path.substr(hash + 1)};
}

size_t FieldCount(const v1::ReviewConflict& conflict) {
  size_t count = 0;
  for (const v1::Dispute& dispute : conflict.disputes()) {
    count += static_cast<size_t>(dispute.fields_size());
  }
  return count;
}

// The disputes of `row` at `path`.
v1::ReviewConflict ConflictOf(const v1::EvidenceRow& row,
                              const std::string& path) {
  v1::ReviewConflict conflict;
  std::tie(*conflict.mutable_record(), *conflict.mutable_path()) =
      SplitPath(row, path);
  conflict.set_trial_id(row.trial_id());
  conflict.set_study(row.study());
  for (const v1::Dispute& dispute : row.disputes()) {
    if (dispute.path() == path) *conflict.add_disputes() = dispute;
  }
  return conflict;
}

// The outcomes that list a row, by the row's id.
std::map<absl::string_view, std::vector<std::string>> OutcomesByRow(
    const v1::ReviewResult& result) {
  std::map<absl::string_view, std::vector<std::string>> outcomes;
  const auto add = [&outcomes](const std::string& row, const std::string& id) {
    std::vector<std::string>& ids = outcomes[row];
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    for (const v1::StudyResult& study : outcome.studies()) {
      add(study.row(), outcome.id());
    }
    for (const v1::ExcludedResult& excluded : outcome.excluded()) {
      add(excluded.row(), outcome.id());
    }
  }
  return outcomes;
}

}  // namespace

std::vector<v1::ReviewConflict> ListConflicts(
    absl::Span<const v1::EvidenceRow* const> rows,
    const std::set<std::string>& included, const v1::ReviewResult& result) {
  const auto by_row = OutcomesByRow(result);
  std::map<PathInRecord, v1::ReviewConflict> conflicts;
  std::map<PathInRecord, std::set<std::string>> touched;
  for (const v1::EvidenceRow* row : rows) {
    if (included.count(row->trial_id()) == 0) continue;
    for (const std::string& path : row->conflicts()) {
      v1::ReviewConflict conflict = ConflictOf(*row, path);
      const PathInRecord key(conflict.record(), conflict.path());
      const auto outcomes = by_row.find(row->id());
      if (outcomes != by_row.end()) {
        touched[key].insert(outcomes->second.begin(), outcomes->second.end());
      }
      // The row that shows most of what differs.
      const auto [found, is_new] = conflicts.try_emplace(key, conflict);
      if (!is_new && FieldCount(conflict) > FieldCount(found->second)) {
        found->second = std::move(conflict);
      }
    }
  }
  std::vector<v1::ReviewConflict> listed;
  for (auto& [key, conflict] : conflicts) {
    std::set<std::string>& outcomes = touched[key];
    for (const v1::OutcomeResult& outcome : result.outcomes()) {
      if (outcomes.erase(outcome.id()) > 0) {
        conflict.add_outcomes(outcome.id());
      }
    }
    listed.push_back(std::move(conflict));
  }
  return listed;
}

}  // namespace consilium
