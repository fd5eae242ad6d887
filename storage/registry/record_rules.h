// What upper layers want to be true of a record that somebody edits here.
// Implemented above storage; asked for local changes only. A merge never
// refuses for the state that results.
#ifndef CONSILIUM_STORAGE_REGISTRY_RECORD_RULES_H_
#define CONSILIUM_STORAGE_REGISTRY_RECORD_RULES_H_

#include <string>

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

// Thread-safe.
class RecordRules {
 public:
  virtual ~RecordRules() = default;

  // `after` is what the record will read as: one value a path, ascending.
  //   INVALID_ARGUMENT     with a violation for every field at fault.
  //   FAILED_PRECONDITION  a record that it needs is not there.
  virtual absl::Status Check(absl::string_view name,
                             absl::Span<const FieldValue> after,
                             const RecordLookup& lookup) const = 0;
};

// Accepts everything.
class NoRecordRules : public RecordRules {
 public:
  absl::Status Check(absl::string_view, absl::Span<const FieldValue>,
                     const RecordLookup&) const override {
    return absl::OkStatus();
  }
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_RECORD_RULES_H_
