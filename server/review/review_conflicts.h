// What is in conflict among the inputs of a review.
//
// Pure.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_CONFLICTS_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_CONFLICTS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// The paths in conflict that rows of the trials `included` show, by record and
// path, with the outcomes of `result` that list such a row.
std::vector<v1::ReviewConflict> ListConflicts(
    absl::Span<const v1::EvidenceRow* const> rows,
    const std::set<std::string>& included, const v1::ReviewResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_CONFLICTS_H_
