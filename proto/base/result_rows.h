// The rows that a review's result is made of.
//
// Pure.
#ifndef CONSILIUM_PROTO_BASE_RESULT_ROWS_H_
#define CONSILIUM_PROTO_BASE_RESULT_ROWS_H_

#include <map>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

using ResultRows = std::map<absl::string_view, const v1::EvidenceRow*>;

// Rows of results and of adverse events in the tables of evidence, by id; they
// live as long as `result`.
ResultRows RowsOfResult(const v1::ReviewResult& result);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_RESULT_ROWS_H_
