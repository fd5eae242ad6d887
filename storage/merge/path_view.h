// What the siblings of one path, and the lifecycle of a record, mean to a
// reader. Pure.
#ifndef CONSILIUM_STORAGE_MERGE_PATH_VIEW_H_
#define CONSILIUM_STORAGE_MERGE_PATH_VIEW_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"
#include "storage/merge/record_state.h"

namespace consilium {

// The path of every record's lifecycle, and its two values.
const FieldPath& LifecyclePath();
absl::string_view LiveValue();
absl::string_view RetractedValue();

// Institution that runs a replica. Never empty for a replica whose changes are
// held.
using InstitutionOf = absl::FunctionRef<absl::string_view(const ReplicaId&)>;

// The siblings of one path, judged.
struct PathView {
  // What reads return: of the values that count, the one of the highest
  // logical clock, then of the highest replica id. Never null.
  const Assignment* provisional = nullptr;
  // Values of different bytes. In a set, a member that one side removed while
  // another added it is present, and in no conflict.
  bool conflict = false;
  // Two or more institutions hold equal values. Never said of "absent".
  bool agreement = false;
};

// Judges `siblings`, at least one.
PathView ViewPath(absl::Span<const Assignment> siblings,
                  InstitutionOf institution_of);

// Whether a record reads as retracted, looking at itself alone: a live child
// keeps it live.
struct LifecycleView {
  // Every visible lifecycle value is "retracted", and each other visible
  // assignment is covered by one of them.
  bool retracted = false;
  // Some visible lifecycle value is "retracted", but the record reads as live.
  bool conflict = false;
};

LifecycleView ViewLifecycle(const RecordState& state);

// Whether a visible retraction of the record covers its assignment `visible`.
// Lifecycles are beside the question and count as covered.
bool IsKnownToRetraction(const RecordState& state, const Assignment& visible);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_MERGE_PATH_VIEW_H_
