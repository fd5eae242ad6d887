// Studies and pooled results of a review as CSV (RFC 4180), one line each.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_REVIEW_CSV_H_
#define CONSILIUM_SERVER_PAGE_REVIEW_CSV_H_

#include <string>

#include "consilium/v1/review_result.pb.h"

namespace consilium {

// Numbers are the shortest that read back as the same; a cell that a
// spreadsheet would take for a formula gets a ' before it.
std::string RenderReviewCsv(const v1::ReviewResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_REVIEW_CSV_H_
