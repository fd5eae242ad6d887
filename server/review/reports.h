// The publications that a review rests on.
//
// Pure.
#ifndef CONSILIUM_SERVER_REVIEW_REPORTS_H_
#define CONSILIUM_SERVER_REVIEW_REPORTS_H_

#include <vector>

#include "consilium/v1/publication.pb.h"
#include "server/review/review_input.h"
#include "server/review/review_tables.h"

namespace consilium {

// Those in which rows that the review rests on were read, and those that these
// places cite: by id, as bibliographies want them.
std::vector<v1::Publication> ListReports(const ReviewInput& input,
                                         const Inclusion& inclusion);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REPORTS_H_
