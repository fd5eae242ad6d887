// What changed between two results of one review, down to the conclusions.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_DIFF_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_DIFF_H_

#include "consilium/v1/review_result.pb.h"

namespace consilium {

// Trials, protocol and outcomes that differ; records are not compared here.
v1::ReviewDiff CompareResults(const v1::ReviewResult& before,
                              const v1::ReviewResult& after);

// Whether it says that anything differs.
bool HasChanges(const v1::ReviewDiff& diff);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_DIFF_H_
