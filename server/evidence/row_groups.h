// By which values evidence rows are counted: those that they hold, and those
// that their reports leave open. A group counts the rows that a filter for its
// values finds.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_GROUPS_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_GROUPS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "google/protobuf/descriptor.h"
#include "server/evidence/row_matcher.h"

namespace consilium {

// Most fields that rows are counted by at once.
inline constexpr size_t kGroupFieldsMax = 2;

// One thread.
class RowGroups {
 public:
  // `fields` are those of a request; `variants` must outlive this.
  //   INVALID_ARGUMENT  groupBy names a field that rows do not have, or that
  //                     holds no text, word of a list or whole number; or more
  //                     than kGroupFieldsMax.
  static absl::StatusOr<std::unique_ptr<RowGroups>> Make(
      absl::Span<const std::string> fields, const RowVariants& variants);

  ~RowGroups();

  // Adds the groups of `row` to `copy`, a copy of it. Where two fields tell
  // what arms were given, one arm has both values, or one of them alone.
  void AddTo(const v1::EvidenceRow& row, v1::EvidenceRow& copy);

 private:
  struct Field {
    const google::protobuf::FieldDescriptor* descriptor = nullptr;
    // The values that a row may have without holding them; empty when reports
    // never leave the field open.
    std::vector<std::string> choices;
    bool of_arms = false;  // It tells what arms were given.
  };
  struct Question;  // A filter, and what asks it.

  explicit RowGroups(const RowVariants& variants);

  // Whether `row` is found by a filter for a value of each of `fields`.
  RowMatch Ask(absl::Span<const size_t> fields,
               absl::Span<const std::string> values,
               const v1::EvidenceRow& row);
  // The values of a field that `row` has, each with whether it only may.
  std::map<std::string, bool> ValuesOf(size_t field,
                                       const v1::EvidenceRow& row);

  std::vector<Field> fields_;
  const RowVariants& variants_;
  RowFacts facts_;
  std::map<std::string, std::unique_ptr<Question>> questions_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_GROUPS_H_
