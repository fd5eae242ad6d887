// The state of one record: the assignments that no other supersedes.
//
//   visible(path, F) = the assignments to the path in F that no assignment in F
//                      names as superseded
//
// State is a function of the set of changes, never of their order of arrival.
// README.md beside this file gives the laws. Pure: no clock, no I/O.
#ifndef CONSILIUM_STORAGE_MERGE_RECORD_STATE_H_
#define CONSILIUM_STORAGE_MERGE_RECORD_STATE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"
#include "proto/base/sha256.h"

namespace consilium {

// One replica's value for one path.
struct Assignment {
  FieldPath path;
  Dot dot;
  int64_t clock = 0;     // Logical clock of the change.
  int64_t revision = 0;  // Where this replica applied it; local.
  Sha256Hash commitment{};
  std::string value;         // Empty: absent.
  std::string source;        // May be empty.
  bool erased = false;       // The value was withheld or erased.
  std::vector<Dot> covered;  // What a retraction covers; ascending.

  friend bool operator==(const Assignment&, const Assignment&) = default;
};

// Who superseded an assignment, and where this replica applied that.
struct Superseder {
  Dot dot;
  int64_t revision = 0;

  friend bool operator==(const Superseder&, const Superseder&) = default;
};

// An assignment that is no longer visible.
struct SupersededAssignment {
  Assignment assignment;
  std::vector<Superseder> superseders;  // At least one.

  friend bool operator==(const SupersededAssignment&,
                         const SupersededAssignment&) = default;
};

// Thread-compatible.
class RecordState {
 public:
  // What one assignment did to the state.
  struct Effect {
    // Assignments that it took out of sight.
    std::vector<SupersededAssignment> displaced;
    // Superseded dots that were out of sight already: their history gains one
    // more superseder.
    std::vector<Dot> superseded_before;
    // True when values stay visible beside it: the path has seen concurrency.
    bool concurrent = false;
  };

  RecordState() = default;

  // From visible assignments, ascending by path and then by dot.
  explicit RecordState(std::vector<Assignment> visible)
      : visible_(std::move(visible)) {}

  // Ascending by path, then by dot.
  const std::vector<Assignment>& visible() const { return visible_; }
  bool empty() const { return visible_.empty(); }

  // Makes room for `count` visible assignments in all.
  void Reserve(size_t count) { visible_.reserve(count); }

  // The visible assignments of `path`; empty when nothing ever assigned it.
  absl::Span<const Assignment> At(const FieldPath& path) const;

  // Calls `visit` with the siblings of each path, ascending.
  void ForEachPath(
      absl::FunctionRef<void(absl::Span<const Assignment>)> visit) const;

  // Adds `incoming`, which supersedes `superseded`. Requires that every
  // assignment in the causal past of `incoming` was applied before, and that
  // `incoming` was not.
  Effect Apply(Assignment incoming, absl::Span<const Dot> superseded);

 private:
  std::vector<Assignment> visible_;
};

// The state at an earlier version, from the present one and its history.
// `includes` tells whether a change belongs to the version, given its dot and
// the revision at which this replica applied it.
RecordState FoldAt(
    const RecordState& present, absl::Span<const SupersededAssignment> history,
    absl::FunctionRef<bool(const Dot&, int64_t revision)> includes);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_MERGE_RECORD_STATE_H_
