// What a pooled effect means for 1,000 people.
#ifndef CONSILIUM_SERVER_REVIEW_ABSOLUTE_EFFECTS_H_
#define CONSILIUM_SERVER_REVIEW_ABSOLUTE_EFFECTS_H_

#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// Fills the events per 1,000 of `result`, which has a pooled effect, at the
// risk that the plan sets or the median one of the studies' reference groups.
// Does nothing where that makes no sense.
void FillAbsoluteEffects(const v1::ReviewOutcome& plan,
                         v1::OutcomeResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ABSOLUTE_EFFECTS_H_
