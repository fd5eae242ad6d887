// Comparisons that a report prints the other way round than a review pools
// them: of the comparator against what is under test.
#ifndef CONSILIUM_SERVER_REVIEW_TURNED_CONTRAST_H_
#define CONSILIUM_SERVER_REVIEW_TURNED_CONTRAST_H_

#include "consilium/v1/evidence.pb.h"

namespace consilium {

// Whether `row` compares the other way round: by the types of its arms, or,
// where these do not tell of both sides, for only the reference has targeted
// drug and radiotherapy together.
bool IsTurned(const v1::EvidenceRow& row);

// `row` as the report would print it of its reference against its group: ratios
// inverted, differences negated, bounds and sides exchanged. What is printed
// stays. A ratio that is not above 0 has no inverse, and nothing is changed.
v1::EvidenceRow TurnRound(const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_TURNED_CONTRAST_H_
