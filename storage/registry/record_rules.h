// What upper layers want to be true of a record that somebody edits here.
// Implemented above storage; asked for local changes only. A merge never
// refuses for the state that results.
#ifndef CONSILIUM_STORAGE_REGISTRY_RECORD_RULES_H_
#define CONSILIUM_STORAGE_REGISTRY_RECORD_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/base/record_codec.h"

namespace consilium {

// Looks into the registry as it will be after the change. One thread.
class RecordLookup {
 public:
  virtual ~RecordLookup() = default;
  // Whether a live record of that relative name will exist.
  virtual absl::StatusOr<bool> IsLive(absl::string_view name) const = 0;
};

// What the fields of these numbers, ascending, read as: one value a path,
// ascending. All fields when there are none.
using ReadValues =
    absl::FunctionRef<std::vector<FieldValue>(absl::Span<const int32_t>)>;

// Thread-safe.
class RecordRules {
 public:
  virtual ~RecordRules() = default;

  // `fields` are the numbers of the fields that change, ascending, none when
  // the record is new; `after` and `before` tell what it will read as and what
  // it reads as now. What is wrong already, as a merge may leave it, is no
  // reason to refuse.
  //   INVALID_ARGUMENT     with a violation for every field at fault.
  //   FAILED_PRECONDITION  a record that it needs is not there.
  virtual absl::Status Check(absl::string_view name,
                             absl::Span<const int32_t> fields, ReadValues after,
                             ReadValues before,
                             const RecordLookup& lookup) const = 0;
};

// Accepts everything.
class NoRecordRules : public RecordRules {
 public:
  absl::Status Check(absl::string_view, absl::Span<const int32_t>, ReadValues,
                     ReadValues, const RecordLookup&) const override {
    return absl::OkStatus();
  }
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_RECORD_RULES_H_
