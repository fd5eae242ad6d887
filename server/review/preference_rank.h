// Where a row stands by the preferences of a protocol.
#ifndef CONSILIUM_SERVER_REVIEW_PREFERENCE_RANK_H_
#define CONSILIUM_SERVER_REVIEW_PREFERENCE_RANK_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"

namespace consilium {

// One number for each preference, in their order; the smaller comes first, and
// what a preference does not name comes last.
using Rank = std::vector<double>;

// In the order of a preference by population: results that do not state theirs.
// An order without it reads them as intention to treat.
inline constexpr absl::string_view kUnstatedPopulation = "not-stated";

// `plan` has its defaults.
Rank RankOf(const v1::ReviewOutcome& plan, const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_PREFERENCE_RANK_H_
