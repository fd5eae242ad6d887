// What is computed beside an outcome's main result.
#ifndef CONSILIUM_SERVER_REVIEW_FURTHER_ANALYSES_H_
#define CONSILIUM_SERVER_REVIEW_FURTHER_ANALYSES_H_

#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/outcome_pooling.h"

namespace consilium {

// Fills what the plan asks for beside the main result: subgroups, regressions,
// sensitivity analyses, leave-one-out, cumulative, influence, small studies.
void AddFurtherAnalyses(Candidates studies, const v1::ReviewOutcome& plan,
                        v1::OutcomeResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_FURTHER_ANALYSES_H_
