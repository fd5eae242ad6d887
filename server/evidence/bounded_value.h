// Comparisons with numbers of which a report prints only bounds: "P < 0.001",
// "more than 12 months", "2 to 4 months", a median not reached.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_BOUNDED_VALUE_H_
#define CONSILIUM_SERVER_EVIDENCE_BOUNDED_VALUE_H_

#include <optional>
#include <string>

#include "consilium/v1/evidence.pb.h"
#include "server/evidence/row_match.h"
#include "server/query/filter_ast.h"

namespace consilium {

// The band of grades that is open upward from `least`, as rows and filters
// write it: ">=3".
std::string GradeBandFrom(int least);

// The grade that `text` is such a band from; nullopt when it is none.
std::optional<int> GradeBandLeast(const std::string& text);

// How `comparison` with p, grade, value, valueMonths or valuePercent comes out:
// it holds when every number within the bounds stands in it, fails when none
// does, else it may hold. Words about significance in place of a P bound it by
// 0.05, and then nothing holds for certain. A grade that is compared with a
// band open upward holds when it is that band, and may when it is a part of it:
// no event of grade 5 does not mean none of grade 3 or higher. nullopt of other
// fields, and where the number is printed or nothing is known of it.
std::optional<RowMatch> MatchBounded(const FilterNode& comparison,
                                     const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_BOUNDED_VALUE_H_
