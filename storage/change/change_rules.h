// What the author of a change must keep to, as far as the change alone can
// tell. Every replica applies the same rules: a new one is a new
// kChangeFormatVersion.
//
// Pure functions. Each returns INVALID_ARGUMENT (CHANGE_INADMISSIBLE) for the
// first rule or limit that is broken.
#ifndef CONSILIUM_STORAGE_CHANGE_CHANGE_RULES_H_
#define CONSILIUM_STORAGE_CHANGE_CHANGE_RULES_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"
#include "proto/base/status_macros.h"

namespace consilium {

// All of a header but its dependencies.
absl::Status CheckHeader(const stored::v1::ChangeHeader& header,
                         const Dot& dot);

// The length of author and message.
absl::Status CheckTexts(const Dot& dot, absl::string_view author,
                        absl::string_view message);

// Checks the records of one change, one after the other.
class ContentRules {
 public:
  explicit ContentRules(const Dot& dot) : dot_(dot) {}

  // `Record` is a RecordDraft or a ParsedRecord.
  template <typename Record>
  absl::Status Check(const std::vector<Record>& records) {
    for (const Record& record : records) {
      RETURN_IF_ERROR(BeginRecord(record.name, record.assignments.size()));
      for (const auto& assignment : record.assignments) {
        RETURN_IF_ERROR(CheckAssignment(assignment.path, assignment.value,
                                        assignment.source,
                                        assignment.superseded));
      }
      RETURN_IF_ERROR(CheckCovered(record.covered));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status BeginRecord(absl::string_view name, size_t assignment_count);
  absl::Status CheckAssignment(const FieldPath& path, absl::string_view value,
                               absl::string_view source,
                               absl::Span<const Dot> superseded);
  absl::Status CheckPath(const FieldPath& path);
  absl::Status CheckCovered(absl::Span<const Dot> covered);
  absl::Status CheckDots(absl::string_view what, absl::Span<const Dot> dots,
                         size_t maximum);

  // An error that names the record, and the path when there is one.
  absl::Status Broken(absl::string_view rule) const;

  const Dot dot_;
  absl::string_view record_;
  const FieldPath* path_ = nullptr;  // The last one checked of `record_`.
  size_t assignment_count_ = 0;
  size_t dot_count_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_CHANGE_RULES_H_
