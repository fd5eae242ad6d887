// Comparisons with numbers of which a report prints only bounds: "P < 0.001",
// "more than 12 months", "2 to 4 months", a median not reached.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_BOUNDED_VALUE_H_
#define CONSILIUM_SERVER_EVIDENCE_BOUNDED_VALUE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/row_match.h"
#include "server/query/filter_ast.h"

namespace consilium {

constexpr int kGradeMin = 1;
constexpr int kGradeMax = 5;

// Grades from `low` to `high`; none where `low` is the higher.
struct GradeRange {
  int low = kGradeMin;
  int high = kGradeMax;

  // As filters write it: ">=3", "3-4".
  std::string ToString() const;
};

// What GradeRange::ToString wrote; nullopt of other texts.
std::optional<GradeRange> ParseGradeRange(absl::string_view text);

// The grades that `comparison` asks for, with != those that it does not;
// nullopt where it compares another field, or a grade with words.
std::optional<GradeRange> GradesAskedBy(const FilterNode& comparison);

// How `comparison`, which asks for the grades `asked`, comes out: it holds when
// the row counts these, fails when it counts others, and may hold when it
// counts a part of these or names none. Of no event of grade 5 does not follow
// that there was none of grade 3 or higher. nullopt of rows without a grade.
std::optional<RowMatch> MatchGrades(const FilterNode& comparison,
                                    const GradeRange& asked,
                                    const v1::EvidenceRow& row);

// How `comparison` with p, value, valueMonths or valuePercent comes out: it
// holds when every number within the bounds stands in it, fails when none does,
// else it may hold. Words about significance in place of a P bound it by 0.05,
// and then nothing holds for certain. nullopt of other fields, and where the
// number is printed or nothing is known of it.
std::optional<RowMatch> MatchBounded(const FilterNode& comparison,
                                     const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_BOUNDED_VALUE_H_
